// The closed bars as the server told them, and the running one widened by the prices of the card.

const barOf = ([time, open, high, low, close, volume]) => ({ time, open, high, low, close, volume });

export function createBars() {
  let closed = [];
  let vwap = [];
  let running;

  const newest = () => closed.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
  const widen = (bar) => {
    if (bar.time <= newest() || (running && bar.time < running.time)) return;
    const isSame = running?.time === bar.time;
    running = isSame ? joined(running, bar) : bar;
  };

  return {
    take(chart) {
      closed = chart.bars.map(barOf);
      vwap = chart.vwap.map(([time, value]) => ({ time, value }));
      if (running && running.time <= newest()) running = undefined;
      // What the closed minutes tell is older than the price that is shown: the close stays.
      if (chart.forming) widen({ ...barOf(chart.forming), ...(running && { close: running.close }) });
    },
    /** The price of the card, and the open of the bar it belongs to; the running bar when that changed it. */
    price(text, bar) {
      if (!text || !bar) return undefined;
      const [price, time] = [Number(text), Number(bar)];
      widen({ time, open: price, high: price, low: price, close: price });
      return running?.time === time ? running : undefined;
    },
    all: () => (running ? [...closed, { ...running, isRunning: true }] : closed),
    vwap: () => vwap,
    closed: () => closed.length,
    /** Close of the newest bar, in seconds. */
    closedAt: () => (closed.length > 0 ? newest() + 300 : undefined),
    running: () => running,
  };
}

/** The earlier open counts where the server knows it: it has seen the bar begin. */
const joined = (a, b) => ({
  time: a.time,
  open: b.volume === undefined ? a.open : b.open,
  high: Math.max(a.high, b.high),
  low: Math.min(a.low, b.low),
  close: b.close,
  volume: b.volume ?? a.volume,
});
