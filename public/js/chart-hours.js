// The full hours of New York under the bars. The library's own marks go by UTC and are cut at the edge.
import { minute } from './chart-words.js';

const STEPS = [1, 2, 3, 4, 6, 12];
const BARS_AN_HOUR = 12;
const HOUR_S = 3_600;

export function createHours({ theme, fontSize }) {
  let api;
  let hours = [];
  const between = 5 * fontSize; // a mark is about three wide

  const shown = (width) => {
    const scale = api.chart.timeScale();
    const hourPx = BARS_AN_HOUR * scale.options().barSpacing;
    const step = STEPS.find((one) => one * hourPx >= between) ?? 24;
    const half = 1.5 * fontSize;
    return hours.flatMap(({ time, hour, text }) => {
      if (hour % step !== 0) return [];
      const x = scale.timeToCoordinate(time);
      return x === null || x < half || x > width - half ? [] : [{ x, text }];
    });
  };
  const lines = ({ context, mediaSize }) => {
    context.fillStyle = theme.line;
    for (const { x } of shown(mediaSize.width)) context.fillRect(Math.round(x), 0, 1, mediaSize.height);
  };
  const marks = ({ context, mediaSize }) => {
    context.font = `${fontSize}px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = theme.quiet;
    for (const { x, text } of shown(mediaSize.width)) context.fillText(text, x, mediaSize.height / 2);
  };
  const view = (paint) => {
    const renderer = { draw: (target) => target.useMediaCoordinateSpace(paint) };
    return [{ zOrder: () => 'bottom', renderer: () => renderer }];
  };
  const [below, under] = [view(lines), view(marks)];
  return {
    attached(given) {
      api = given;
    },
    detached() {
      api = undefined;
    },
    paneViews: () => below,
    timeAxisPaneViews: () => under,
    set(times) {
      // New York is whole hours from UTC.
      hours = times
        .filter((time) => time % HOUR_S === 0)
        .map((time) => ({ time, text: minute(time), hour: Number(minute(time).slice(0, 2)) }));
      api?.requestUpdate();
    },
  };
}
