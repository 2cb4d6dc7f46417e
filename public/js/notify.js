// A note of the desktop for what matters while nobody looks at the page. The browser is asked only by a press of the button.

import { byId, put } from './dom.js';
import { onChangeElsewhere, recall, remember } from './remembered.js';

const KEY = 'notify';
/** Held by every tab that can be seen. */
const SEEN = 'copilot-seen';

const isThere = 'Notification' in globalThis && isSecureContext;
const isOn = () => isThere && Notification.permission === 'granted' && recall(KEY, false) === true;
const isWorthIt = ({ kind, severity }) => severity === 'critical' || kind === 'no-trade';

let letGo = () => {};
/** While a tab is seen it holds a lock that it shares; one that is closed or crashes loses it by itself. */
function holdSeen() {
  letGo();
  if (document.hidden || !navigator.locks) return;
  const released = new Promise((done) => {
    letGo = done;
  });
  navigator.locks.request(SEEN, { mode: 'shared' }, () => released);
}

async function isSeenSomewhere() {
  if (!document.hidden) return true;
  const { held } = await navigator.locks.query();
  return held.some(({ name }) => name === SEEN);
}

export async function notifyOf(alerts) {
  const worth = alerts.filter(isWorthIt);
  if (worth.length === 0 || !isOn() || (await isSeenSomewhere())) return;
  const [newest] = worth;
  const rest = worth.length > 1 ? ` (and ${worth.length - 1} more)` : '';
  // One tag for one alert: several hidden tabs make one note.
  const note = new Notification('Futures Co-Pilot', { body: `${newest.at} ET ${newest.text}${rest}`, tag: newest.id });
  note.onclick = () => {
    focus();
    note.close();
  };
}

function show() {
  const button = byId('notify');
  if (!button) return;
  button.hidden = !isThere;
  button.setAttribute('aria-pressed', String(isOn()));
  const isBlocked = isThere && Notification.permission === 'denied';
  button.disabled = isBlocked;
  put(button, isBlocked ? 'Notify: blocked by the browser' : isOn() ? 'Notify on' : 'Notify off');
}

export function startNotify() {
  show();
  if (!isThere) return;
  holdSeen();
  document.addEventListener('visibilitychange', holdSeen);
  onChangeElsewhere(KEY, show);
  byId('notify')?.addEventListener('click', async () => {
    const wanted = !isOn();
    if (wanted && Notification.permission === 'default') await Notification.requestPermission();
    remember(KEY, wanted && Notification.permission === 'granted');
    show();
  });
}
