// One card's chart: its bars from the server, its levels and its price from the figure's attributes.

import { createBars } from './chart-bars.js';
import { createDrawing } from './chart-drawing.js';
import { createFeed } from './chart-feed.js';
import { barWords, minute } from './chart-words.js';

const element = (name, more) => Object.assign(document.createElement(name), more);

export function createSheet(figure, library) {
  const { symbol, decimals, tick } = figure.dataset;
  const place = figure.querySelector('.chart-drawing');
  const pane = element('div', { className: 'chart-pane', role: 'img' });
  pane.setAttribute('aria-labelledby', `${figure.id}-words`);
  const legend = element('p', { className: 'chart-legend num', ariaHidden: 'true' });
  const state = element('p', { className: 'chart-state' });
  const span = element('button', { className: 'chart-span', type: 'button', textContent: 'all day' });
  span.ariaPressed = 'false';
  span.ariaLabel = `all day: the whole trading day on the ${symbol} chart`;
  place.replaceChildren(pane, legend, state, span);

  const bars = createBars();
  const drawing = createDrawing(library, { pane, decimals: Number(decimals), tick: Number(tick) });
  drawing.onPoint((bar) => say(legend, bar ? barWords(bar, Number(decimals)) : ''));
  span.addEventListener('click', () => {
    const isDay = span.ariaPressed !== 'true';
    span.ariaPressed = String(isDay);
    drawing.showDay(isDay);
  });

  const feed = createFeed(`/api/chart/${encodeURIComponent(symbol)}`, {
    came(chart) {
      bars.take(chart);
      drawing.setBars(bars.all(), bars.vwap());
      say(state, bars.closed() > 0 ? '' : 'No bar of this trading day has closed yet.');
    },
    failed(sentence) {
      const newest = bars.closedAt();
      say(state, newest === undefined ? sentence : `${sentence} Bars up to ${minute(newest)} ET.`);
    },
  });

  const shown = { levels: undefined, price: undefined };
  const follow = () => {
    const { levels, price, priceBar, barAt } = figure.dataset;
    feed.want(barAt);
    if (levels !== shown.levels) drawing.setLevels(JSON.parse(levels));
    const priced = `${price} ${priceBar}`;
    const running = priced === shown.price ? undefined : bars.price(price, priceBar);
    if (running) drawing.setRunning(running);
    Object.assign(shown, { levels, price: priced });
  };
  follow();

  return {
    follow,
    drawn: () => ({ ...drawing.drawn(), closed: bars.closed(), running: bars.running() }),
    toPaper: () => place.append(Object.assign(drawing.picture(), { className: 'chart-paper' })),
    fromPaper: () => place.querySelector('.chart-paper')?.remove(),
    close() {
      feed.close();
      drawing.close();
      place.replaceChildren();
    },
  };
}

function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
