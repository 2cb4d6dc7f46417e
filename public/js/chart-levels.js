// Draws the entry zone, the opening range, the ICT levels and the names of all of them. A primitive of the library: it is
// asked for its views whenever the chart moves.
import { placed } from './chart-place.js';

const PAD = 4;
/** Kept free for the names of stop and targets, which the library writes beside the price axis. */
const NAMES_WIDTH = 44;
/** Who has the first choice of a place. */
const RANKS = { entry: 0, opening: 1, vwap: 2, ict: 3 };
/** Where along its line the average may have its name, the newest end first. */
const SHARES = [1, 0.75, 0.5, 0.25];
const DASHES = { opening: [4, 3], ict: [1, 3] };

export function createLevels({ theme, fontSize }) {
  let api;
  let levels = [];
  let average = [];
  let names = [];
  const height = fontSize + 3;

  const yOf = (price) => api.series.priceToCoordinate(price);
  /** Where a level begins: at its bar, or at the left edge when it is older than what is shown. */
  const xOf = (from) => {
    const index = from === undefined ? null : api.chart.timeScale().timeToIndex(from, true);
    const x = index === null ? 0 : api.chart.timeScale().logicalToCoordinate(index);
    return Math.max(0, x ?? 0);
  };
  const ink = (level) => (level.tone === 'entry' ? theme.zoneText : theme.quiet);

  const shapes = ({ context, mediaSize }) => {
    for (const level of levels) {
      if (level.kind === 'entry') band(context, level, mediaSize.width);
      else if (DASHES[level.kind]) line(context, level, mediaSize.width);
    }
  };
  const band = (context, { low, high, tone }, width) => {
    const [top, bottom] = [yOf(high), yOf(low)];
    if (top === null || bottom === null) return;
    context.fillStyle = tone === 'entry' ? theme.zone : theme.zoneQuiet;
    context.fillRect(0, top, width, Math.max(1, bottom - top));
  };
  const line = (context, { kind, price, from }, width) => {
    const y = yOf(price);
    if (y === null) return;
    context.strokeStyle = theme.quiet;
    context.lineWidth = 1;
    context.setLineDash(DASHES[kind]);
    context.beginPath();
    context.moveTo(xOf(from), Math.round(y) + 0.5);
    context.lineTo(width, Math.round(y) + 0.5);
    context.stroke();
    context.setLineDash([]);
  };

  const wishes = (context, width) => {
    const end = width - NAMES_WIDTH;
    const all = average.length === 0 ? levels : [...levels, { kind: 'vwap', label: 'VWAP' }];
    return all
      .filter(({ kind }) => kind in RANKS)
      .sort((a, b) => RANKS[a.kind] - RANKS[b.kind])
      .map((level) => {
        const wide = context.measureText(level.label).width + 2 * PAD;
        const spots = level.kind === 'vwap' ? alongAverage(end - wide) : beside(level, wide, end);
        return { text: level.label, width: wide, ink: ink(level), spots };
      });
  };
  /** Before the line begins where there is room, so that the label hides nothing of it. */
  const beside = ({ price, low, high, from }, wide, end) => {
    const y = yOf(price ?? (low + high) / 2);
    return y === null ? [] : [{ y, x: Math.max(0, Math.min(xOf(from), end) - wide) }];
  };
  const alongAverage = (end) =>
    SHARES.flatMap((share) => {
      const x = share * end;
      const time = api.chart.timeScale().coordinateToTime(x);
      const value = time === null ? undefined : average.find((one) => one.time === time)?.value;
      const y = value === undefined ? null : yOf(value);
      return y === null ? [] : [{ x, y }];
    });
  const texts = ({ context, mediaSize }) => {
    context.font = `${fontSize}px ${theme.font}`;
    context.textBaseline = 'middle';
    names = placed(wishes(context, mediaSize.width), { height, bottom: mediaSize.height });
    for (const { text, x, top, width, ink: color } of names) {
      context.fillStyle = theme.ground;
      context.fillRect(x, top, width, height);
      context.fillStyle = color;
      context.fillText(text, x + PAD, top + height / 2 + 0.5);
    }
  };

  const view = (zOrder, paint) => {
    const renderer = { draw: (target) => target.useMediaCoordinateSpace(paint) };
    return { zOrder: () => zOrder, renderer: () => renderer };
  };
  const views = [view('bottom', shapes), view('top', texts)];
  return {
    attached(given) {
      api = given;
    },
    detached() {
      api = undefined;
    },
    paneViews: () => views,
    set(next) {
      levels = next;
      api?.requestUpdate();
    },
    setAverage(values) {
      average = values;
      api?.requestUpdate();
    },
    names: () => names,
  };
}
