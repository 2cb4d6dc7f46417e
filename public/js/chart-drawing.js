// The library's chart in the page's colours: bars, VWAP, the lines of an order, and our own levels.
import { createHours } from './chart-hours.js';
import { createLevels } from './chart-levels.js';
import { readTheme } from './chart-theme.js';
import { minute } from './chart-words.js';

/** At 4 pixels a bar is wide enough to be hollow or filled; the rest of the day lies to the left. */
const BAR_PX_MIN = 4;
const BAR_PX_MAX = 9;
const BARS_FREE = 3;
const NO_DATA = [];

export function createDrawing(library, { pane, decimals, tick }) {
  const theme = readTheme();
  const fontSize = Math.round((11 / 16) * theme.rem);
  const chart = library.createChart(pane, chartOptions(library, { theme, fontSize }));
  const levels = createLevels({ theme, fontSize });
  const hours = createHours({ theme, fontSize });
  const orders = new Map();
  let prices = NO_DATA;
  const bars = chart.addSeries(library.CandlestickSeries, {
    ...barColours(theme),
    priceFormat: { type: 'price', precision: decimals, minMove: tick },
    priceLineColor: theme.edge,
    priceLineStyle: library.LineStyle.Dotted,
    // An order's prices stay in sight however quiet the bars are.
    autoscaleInfoProvider: (own) => withPrices(own(), prices),
  });
  const average = chart.addSeries(library.LineSeries, {
    color: theme.soft,
    lineWidth: 1,
    priceLineVisible: false,
    lastValueVisible: false,
    crosshairMarkerVisible: false,
  });
  bars.attachPrimitive(hours);
  bars.attachPrimitive(levels);
  const view = createView(chart);

  return {
    setBars(all, vwap) {
      bars.setData(all.map((bar) => (bar.isRunning ? { ...bar, ...runningColours(theme) } : bar)));
      average.setData(vwap);
      hours.set(all.map(({ time }) => time));
      levels.setAverage(vwap);
      view.fit(all.length);
    },
    setRunning: (bar) => bars.update({ ...bar, ...runningColours(theme) }),
    setLevels(next) {
      prices = next
        .filter(({ kind }) => kind !== 'ict' && kind !== 'opening')
        .flatMap(({ price, low, high }) => [price, low, high])
        .filter((price) => price !== undefined);
      followOrders({ bars, orders, theme }, next);
      // The prices of an order are the scale; a second row of prices would stand under them. Scaled anew for where they are.
      const textColor = orders.size > 0 ? 'transparent' : theme.quiet;
      chart.priceScale('right').applyOptions({ textColor, autoScale: true });
      levels.set(next);
    },
    showDay: view.showDay,
    /** Hands out the bar under the pointer, or undefined. */
    onPoint: (tell) => chart.subscribeCrosshairMove(({ seriesData }) => tell(seriesData.get(bars))),
    picture: () => pictureOf(pane),
    drawn: () => ({
      bars: bars.data().length,
      vwap: average.data(),
      lines: [...orders].map(([label, line]) => ({
        label,
        price: line.options().price,
        y: bars.priceToCoordinate(line.options().price),
      })),
      names: levels.names(),
    }),
    close: () => chart.remove(),
  };
}

const chartOptions = ({ ColorType, CrosshairMode }, { theme, fontSize }) => ({
  autoSize: true,
  layout: {
    background: { type: ColorType.Solid, color: 'transparent' },
    textColor: theme.quiet,
    fontSize,
    fontFamily: theme.font,
    // Its sign would bring a style element, which this page does not allow; the page's help names its makers instead.
    attributionLogo: false,
  },
  grid: { vertLines: { visible: false }, horzLines: { visible: false } },
  rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.06, bottom: 0.06 }, alignLabels: true },
  timeScale: {
    borderColor: theme.line,
    timeVisible: true,
    rightOffset: BARS_FREE,
    minBarSpacing: 0.5,
    tickMarkFormatter: () => '',
    fixLeftEdge: true,
  },
  localization: { timeFormatter: minute },
  crosshair: {
    mode: CrosshairMode.Normal,
    vertLine: { color: theme.quiet, labelBackgroundColor: theme.edge },
    horzLine: { color: theme.quiet, labelBackgroundColor: theme.edge },
  },
  // The wheel and a finger moving up or down belong to the page.
  handleScroll: { mouseWheel: false, pressedMouseMove: true, horzTouchDrag: true, vertTouchDrag: false },
  handleScale: { mouseWheel: false, pinch: true, axisPressedMouseMove: false, axisDoubleClickReset: true },
  kineticScroll: { touch: false, mouse: false },
});

/** Hollow is up, filled is down, so that the colour is not alone in saying it. */
const barColours = ({ gain, loss }) => ({
  upColor: 'transparent',
  borderUpColor: gain,
  wickUpColor: gain,
  downColor: loss,
  borderDownColor: loss,
  wickDownColor: loss,
});
const runningColours = ({ soft }) => ({ color: 'transparent', borderColor: soft, wickColor: soft });

function withPrices(info, prices) {
  if (!info?.priceRange || prices.length === 0) return info;
  const { minValue, maxValue } = info.priceRange;
  return { ...info, priceRange: { minValue: Math.min(minValue, ...prices), maxValue: Math.max(maxValue, ...prices) } };
}

/** Stop and targets are the library's own price lines: they are moved, not made anew. */
function followOrders({ bars, orders, theme }, next) {
  const wanted = next.filter(({ kind }) => kind === 'stop' || kind === 'target');
  for (const [label, line] of orders) {
    if (wanted.some((level) => level.label === label)) continue;
    bars.removePriceLine(line);
    orders.delete(label);
  }
  for (const { label, price, tone } of wanted) {
    const color = { stop: theme.stop, target: theme.gain }[tone] ?? theme.quiet;
    const options = { price, color, title: label, lineWidth: 1, lineStyle: 0, axisLabelTextColor: theme.surface };
    const line = orders.get(label);
    if (line) line.applyOptions(options);
    else orders.set(label, bars.createPriceLine(options));
  }
}

/**
 * What is painted now, on a canvas of its own. The library's own picture paints first what is still waiting, and while the
 * browser prepares to print that may never end.
 */
function pictureOf(pane) {
  const ratio = devicePixelRatio;
  const whole = pane.getBoundingClientRect();
  const picture = Object.assign(document.createElement('canvas'), {
    width: Math.round(whole.width * ratio),
    height: Math.round(whole.height * ratio),
  });
  const context = picture.getContext('2d');
  for (const canvas of pane.querySelectorAll('canvas')) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    if (canvas.width === 0 || canvas.height === 0) continue;
    context.drawImage(canvas, (left - whole.left) * ratio, (top - whole.top) * ratio, width * ratio, height * ratio);
  }
  return picture;
}

/** Which part of the day is seen: as many bars as are wide enough to be read, or all of them. */
function createView(chart) {
  const scale = chart.timeScale();
  let isDay = false;
  let count = 0;
  const readable = () => {
    const spacing = scale.width() / (count + BARS_FREE);
    scale.applyOptions({ barSpacing: Math.min(BAR_PX_MAX, Math.max(BAR_PX_MIN, spacing)) });
    scale.scrollToRealTime();
  };
  const show = () => {
    if (count === 0) return;
    if (isDay) scale.fitContent();
    else readable();
  };
  scale.subscribeSizeChange(show);
  return {
    /** New bars move the view only where it shows all of them, or had none before. */
    fit(next) {
      const isFirst = count === 0;
      count = next;
      if (isFirst || isDay) show();
    },
    showDay(wanted) {
      isDay = wanted;
      show();
    },
  };
}
