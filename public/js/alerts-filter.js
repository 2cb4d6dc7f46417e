// The filter of the alert list, by kind, symbol and words; and the alerts behind the newest ones.

import { byId, put } from './dom.js';
import { onMessage } from './messages.js';
import { onChangeElsewhere, recall, remember } from './remembered.js';

const KEY = 'alerts.filter';
const NONE = { kind: '', symbol: '', words: '' };
const FIELDS = { kind: 'alert-kind', symbol: 'alert-symbol', words: 'alert-filter' };
/** Several alerts come with one plan; the earlier ones are asked for once. */
const SETTLE_MS = 300;

let filter = NONE;
let wantsAll = false;
let asking;

const isActive = () => Object.values(filter).some((value) => value !== '');

/** A symbol of which there is an alert can be chosen, whether or not the page began with it. */
function offerSymbols(rows) {
  const choice = byId(FIELDS.symbol);
  const offered = new Set([...choice.options].map(({ value }) => value));
  const wanted = [filter.symbol, ...rows.map((row) => row.dataset.symbol)];
  for (const symbol of wanted) {
    if (!symbol || offered.has(symbol)) continue;
    offered.add(symbol);
    choice.add(new Option(symbol, symbol));
  }
}

function matches(row) {
  const { kind, symbol, words } = filter;
  if (kind !== '' && row.dataset.kind !== kind) return false;
  if (symbol !== '' && row.dataset.symbol !== symbol) return false;
  return words === '' || row.textContent.toLowerCase().includes(words.toLowerCase());
}

function apply() {
  const rows = [...document.querySelectorAll('#panel-alerts .alert')];
  offerSymbols(rows);
  for (const [name, id] of Object.entries(FIELDS)) {
    const field = byId(id);
    if (field !== document.activeElement && field.value !== filter[name]) field.value = filter[name];
  }
  let count = 0;
  for (const row of rows) {
    const fits = matches(row);
    if (row.hidden === fits) row.hidden = !fits;
    if (fits) count += 1;
  }
  const panel = byId('panel-alerts');
  panel.toggleAttribute('data-kept-filtered', isActive());
  panel.toggleAttribute('data-kept-all', wantsAll || isActive());
  byId('alert-clear').hidden = !isActive();
  const isWhole = panel.dataset.earlier === '0' || byId('alerts-earlier').childElementCount > 0;
  put(byId('alerts-shown'), isActive() ? (isWhole ? `${count} of ${panel.dataset.total}` : 'searching…') : '');
}

/** Everything the server keeps, when it is looked at or searched. */
function fetchEarlier(afterMs = 0) {
  clearTimeout(asking);
  if (!wantsAll && !isActive()) return;
  asking = setTimeout(async () => {
    if (Number(byId('panel-alerts').dataset.earlier) > 0)
      await htmx.ajax('GET', '/api/alerts/earlier', { target: '#alerts-earlier', swap: 'innerMorph' });
    apply();
  }, afterMs);
}

function set(change) {
  filter = { ...filter, ...change };
  remember(KEY, filter);
  apply();
  if (isActive() && byId('alerts-earlier').childElementCount === 0) fetchEarlier();
}

export function startAlertFilter() {
  if (!byId('panel-alerts')) return;
  const load = () => {
    filter = { ...NONE, ...recall(KEY, NONE) };
    apply();
    fetchEarlier();
  };
  load();
  onChangeElsewhere(KEY, load);
  const read = ({ target }) => {
    const name = Object.keys(FIELDS).find((one) => FIELDS[one] === target.id);
    if (name) set({ [name]: target.value.trim() });
  };
  document.addEventListener('input', read);
  document.addEventListener('click', (event) => {
    if (event.target.id === 'alert-clear') {
      set(NONE);
      byId(FIELDS.words).focus();
    }
    if (!event.target.matches?.('[data-show-all]') || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    wantsAll = true;
    apply();
    fetchEarlier();
  });
  onMessage((event) => {
    if (event !== 'alert') return;
    apply();
    fetchEarlier(SETTLE_MS);
  });
}
