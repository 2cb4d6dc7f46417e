// The tab's title and sign: what a trader must know who looks elsewhere.

import { isLost } from './connection.js';
import { byId } from './dom.js';
import { onMessage } from './messages.js';

const plain = document.title;
/** A guard of the plan, or a rule of the account. */
const STOPS = { 'no-trade': 'NO TRADE', 'no-entries': 'NO ENTRIES' };

/** In order of weight: nothing here is current, you may not trade, what is open. */
function wordsNow() {
  const verdict = byId('panel-no-trade')?.dataset;
  if (verdict === undefined) return { sign: '', words: [] };
  if (isLost() || verdict.stale === 'true') return { sign: 'stale', words: ['STALE'] };
  const open = byId('panel-risk')?.dataset.openPnl ?? '';
  const stop = STOPS[verdict.verdict];
  return { sign: stop ? 'stop' : '', words: [stop, open].filter(Boolean) };
}

function show() {
  const { sign, words } = wordsNow();
  const title = [...words, plain].join(' · ');
  if (document.title !== title) document.title = title;
  const icon = document.querySelector('link[rel="icon"]');
  const file = sign === '' ? '/img/icon.svg' : `/img/icon-${sign}.svg`;
  if (icon && icon.getAttribute('href') !== file) icon.setAttribute('href', file);
}

export function startTitle() {
  show();
  onMessage(show);
  document.addEventListener('copilot:connection', show);
}
