// New alerts: a toast each, once, however often the server tells them; critical ones until somebody has dismissed them.

import { byId } from './dom.js';
import { onMessage } from './messages.js';
import { notifyOf } from './notify.js';
import { onChangeElsewhere, recall, recallInTab, remember, rememberInTab } from './remembered.js';
import { soundFor } from './sound.js';
import { dropToasts, toast } from './toasts.js';

const KNOWN = 'alerts.known';
const OPEN = 'alerts.open';
/** The server keeps 500; an id that has left its list cannot come again. */
const KNOWN_MAX = 500;
const OPEN_MAX = 20;
const TOASTS_AT_ONCE_MAX = 4;

const alertOf = (row) => ({
  id: row.dataset.id,
  kind: row.dataset.kind,
  severity: row.dataset.severity,
  at: row.querySelector('time').textContent,
  text: row.querySelector('.alert-text').textContent,
});
const shown = () => [...document.querySelectorAll('#alerts-newest .alert')].map(alertOf);

function setOpen(ids) {
  remember(OPEN, ids.slice(0, OPEN_MAX));
}

function show({ id, severity, at, text }) {
  const words = `${at} ${text}`;
  if (severity !== 'critical') return toast(words, { id, tone: severity === 'warning' ? 'warning' : 'plain' });
  const open = recall(OPEN, []);
  if (!open.includes(id)) setOpen([id, ...open]);
  const onDismiss = () => setOpen(recall(OPEN, []).filter((other) => other !== id));
  toast(words, { id, tone: 'critical', stays: true, onDismiss });
}

let known = new Set();
function learn(alerts) {
  for (const { id } of alerts) known.add(id);
  known = new Set([...known].slice(-KNOWN_MAX));
  rememberInTab(KNOWN, [...known]);
}

function look() {
  const fresh = shown().filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return;
  learn(fresh.toReversed());
  const worst = fresh.filter(({ severity }) => severity === 'critical');
  const others = fresh.filter(({ severity }) => severity !== 'critical').slice(0, TOASTS_AT_ONCE_MAX);
  // The newest is shown last, so that it stands first.
  for (const alert of [...others.toReversed(), ...worst.toReversed()]) show(alert);
  soundFor(fresh);
  notifyOf(fresh);
}

/** At the start the list itself is the news; only what nobody has dismissed speaks up again. */
function begin() {
  const alerts = shown();
  const before = recallInTab(KNOWN, undefined);
  const open = recall(OPEN, []);
  known = new Set(before ?? []);
  const isDue = ({ id, severity }) =>
    severity === 'critical' && (open.includes(id) || (before !== undefined && !known.has(id)));
  setOpen(open.filter((id) => alerts.some((alert) => alert.id === id)));
  for (const alert of alerts.filter(isDue).toReversed()) show(alert);
  learn(alerts.toReversed());
}

export function startAlertNews() {
  if (!byId('panel-alerts')) return;
  begin();
  onMessage((event) => event === 'alert' && look());
  onChangeElsewhere(OPEN, () => {
    const open = recall(OPEN, []);
    const critical = new Set(
      [...document.querySelectorAll('#alerts-newest .severity-critical')].map((row) => row.dataset.id),
    );
    dropToasts((id) => critical.has(id) && !open.includes(id));
  });
}
