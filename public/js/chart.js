// The charts of the cards: drawn when they come near the window, kept through every swap, cleared away with their card.
// What to draw stands in the attributes of each figure; nothing is decided here.
import { createSheet } from './chart-sheet.js';

const LIBRARY = '/vendor/charts/lightweight-charts.standalone.production.mjs';
const NEAR = '300px';
const LOAD_AGAIN_MS = 10_000;
const IDLE_MS_MAX = 2_000;

const whenIdle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 1));

const figures = document.getElementsByClassName('chart');
const sheets = new Map();
const near = new Set();
let library;
let isLooking = false;

const loaded = () => {
  library ??= import(LIBRARY).catch((error) => {
    setTimeout(() => {
      library = undefined;
      look();
    }, LOAD_AGAIN_MS);
    throw error;
  });
  return library;
};

// One after the other with room between: four charts made at once would hold up a frame.
let queue = Promise.resolve();
const waiting = new Set();
function draw(figure) {
  if (waiting.has(figure)) return;
  waiting.add(figure);
  queue = queue.then(async () => {
    const charts = await loaded().catch(() => undefined);
    await new Promise((resume) => whenIdle(resume, { timeout: IDLE_MS_MAX }));
    waiting.delete(figure);
    if (!charts) figure.querySelector('.chart-drawing').textContent = 'The chart could not be loaded yet.';
    else if (figure.isConnected && near.has(figure)) sheets.set(figure, createSheet(figure, charts));
  });
}

const watcher = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) near.add(target);
      else near.delete(target);
    }
    look();
  },
  { rootMargin: NEAR },
);
const watched = new Set();

/** Brings what is drawn in line with the page: once a frame, however much was swapped. */
function look() {
  if (isLooking) return;
  isLooking = true;
  requestAnimationFrame(() => {
    isLooking = false;
    for (const figure of watched) if (!figure.isConnected) forget(figure);
    for (const figure of figures) {
      if (!watched.has(figure)) {
        watched.add(figure);
        watcher.observe(figure);
      }
      if (!near.has(figure)) continue;
      const sheet = sheets.get(figure);
      if (sheet) sheet.follow();
      else draw(figure);
    }
  });
}

function forget(figure) {
  watcher.unobserve(figure);
  watched.delete(figure);
  near.delete(figure);
  sheets.get(figure)?.close();
  sheets.delete(figure);
}

/** What stands where on a card's chart, for a look from the console and for the tests. */
export const drawnOn = (id) => sheets.get(document.getElementById(id))?.drawn();
export const sheetCount = () => sheets.size;

document.addEventListener('htmx:finally:swap', look);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) look();
});
addEventListener('beforeprint', () => {
  for (const sheet of sheets.values()) sheet.toPaper();
});
addEventListener('afterprint', () => {
  for (const sheet of sheets.values()) sheet.fromPaper();
});

const begin = () => whenIdle(look, { timeout: IDLE_MS_MAX });
if (document.readyState === 'complete') begin();
else addEventListener('load', begin, { once: true });
