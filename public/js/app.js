// Keeps what only a browser can keep: the clock, ages, the connection's state, focus, copying and toasts. It decides nothing.

const SILENT_MS = 20_000; // the server shows a sign of life every 5 s
const CONNECT_AGAIN_MS = 5_000;
const TOAST_MS = 4_000;
const WORTH_A_TOAST_MS = 3_000; // a tab that only came back to the front needs none
const byId = (id) => document.getElementById(id);
const live = byId('live');
document.documentElement.dataset.js = '';

// ---- market time -------------------------------------------------------------------------------------------------
const et = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/New_York',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const market = { told: '', at: 0, speed: 1, heard: 0 };
const marketNow = () => market.at + (performance.now() - market.heard) * market.speed;

function setClock() {
  const panel = byId('panel-session');
  const told = panel?.dataset.now ?? '';
  if (told === market.told) return;
  Object.assign(market, { told, at: Number(told), speed: Number(panel.dataset.speed), heard: performance.now() });
}

const two = (n) => String(n).padStart(2, '0');
function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}
const age = (ms) => (ms < 60_000 ? `${Math.max(0, Math.floor(ms / 1000))} s` : duration(ms));
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function tick() {
  setClock();
  const now = marketNow();
  for (const node of document.querySelectorAll('[data-clock]')) put(node, et.format(now));
  for (const node of document.querySelectorAll('[data-until]'))
    put(node, duration(Date.parse(node.dataset.until) - now));
  for (const node of document.querySelectorAll('[data-age]')) {
    const at = Date.parse(node.dataset.age);
    if (!Number.isNaN(at)) put(node, age(now - at));
  }
  for (const node of document.querySelectorAll('[data-old-at]'))
    if (now > Date.parse(node.dataset.oldAt)) node.dataset.kept = 'old';
  watchConnection();
}

// ---- the connection ----------------------------------------------------------------------------------------------
let heard = performance.now();
let lostAt;
let askedAgain = performance.now();

function alive() {
  heard = performance.now();
  document.documentElement.dataset.live = 'on';
  if (lostAt === undefined) return;
  if (marketNow() - lostAt > WORTH_A_TOAST_MS * market.speed) toast('Live again');
  lostAt = undefined;
  delete document.documentElement.dataset.lost;
  byId('lost').hidden = true;
}

function lost() {
  document.documentElement.dataset.live = 'off';
  if (lostAt !== undefined) return;
  lostAt = marketNow() - (performance.now() - heard) * market.speed;
  document.documentElement.dataset.lost = '';
  put(byId('lost-since'), et.format(lostAt));
  byId('lost').hidden = false;
}

function watchConnection() {
  if (document.hidden) return;
  if (performance.now() - heard > SILENT_MS) lost();
  // The first request may have been refused; after that the extension reconnects by itself.
  const isOpen = live?._htmx?.sse !== undefined;
  if (live && !isOpen && performance.now() - askedAgain > CONNECT_AGAIN_MS) {
    askedAgain = performance.now();
    live.dispatchEvent(new Event('openlive'));
  }
}

document.addEventListener('htmx:sse:before:message', ({ detail }) => {
  alive();
  const { message } = detail;
  const { event } = message;
  // Names stay on the wire for other readers; htmx swaps only what has none.
  if (message.data.startsWith('<hx-partial')) message.event = '';
  if (event === 'focus-update' && waitingForPlan) {
    waitingForPlan = false;
    toast('Plan recomputed');
  }
});
// The first request has no stream yet to fail: a refusal (too many tabs) or a dead server shows here.
document.addEventListener('htmx:response:error', ({ target }) => target === live && lost());
document.addEventListener('htmx:error', ({ target }) => target === live && lost());
document.addEventListener('htmx:sse:error', lost);
document.addEventListener('htmx:sse:close', lost);
document.addEventListener('htmx:finally:swap', () => {
  tick();
  filterAlerts();
});
document.addEventListener('visibilitychange', () => !document.hidden && tick());

// ---- a changed number flashes --------------------------------------------------------------------------------------
new MutationObserver((changes) => {
  const fields = new Set(changes.map(({ target }) => (target.parentElement ?? target).closest?.('[data-flash]')));
  for (const field of fields) {
    if (!field) continue;
    field.classList.remove('flash');
    void field.offsetWidth; // lets the animation start again
    field.classList.add('flash');
  }
}).observe(document.body, { subtree: true, characterData: true });

// ---- copying a price -------------------------------------------------------------------------------------------------
async function copy(button) {
  const { copy: text } = button.dataset;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Plain HTTP on another machine has no clipboard API.
    const field = Object.assign(document.createElement('textarea'), { value: text, className: 'unseen' });
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
    button.focus();
  }
  button.dataset.kept = 'copied';
  toast(`Copied ${text}`);
  setTimeout(() => delete button.dataset.kept, 1_200);
}
document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-copy]');
  if (button) copy(button);
});

// ---- toasts, refresh ---------------------------------------------------------------------------------------------------
let waitingForPlan = false;
function toast(text) {
  const note = Object.assign(document.createElement('p'), { className: 'toast', textContent: text });
  byId('toasts').append(note);
  setTimeout(() => note.remove(), TOAST_MS);
}
const goesTo = (ctx, path) => ctx?.request?.action?.endsWith(path) === true;
document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  if (goesTo(ctx, '/actions/force-refresh')) toast('Asked the engine to recompute');
  // The last answer belongs to another question, whatever becomes of this one.
  if (goesTo(ctx, '/risk/check')) byId('check-answer').dataset.kept = 'old';
});
document.addEventListener('htmx:error', ({ detail: { ctx } }) => {
  if (goesTo(ctx, '/risk/check')) toast('The question did not reach the server. Ask again.');
  if (goesTo(ctx, '/actions/limits')) toast('The limits did not reach the server. Nothing was changed.');
});
document.addEventListener('htmx:after:request', ({ detail }) => {
  const { response } = detail.ctx;
  if (!goesTo(detail.ctx, '/actions/force-refresh')) return;
  if (response?.raw?.status === 202) waitingForPlan = true;
  else if (response?.raw?.status === 403)
    toast('Refused: open this page as localhost, or name this host in the setting WEB_HOSTS.');
  else toast('Refresh did not reach the engine. Try again.');
});

// ---- alerts filter -------------------------------------------------------------------------------------------------------
function filterAlerts() {
  const wanted = byId('alert-filter')?.value.trim().toLowerCase() ?? '';
  for (const row of document.querySelectorAll('.alert')) {
    row.hidden = wanted !== '' && !row.textContent.toLowerCase().includes(wanted);
  }
}
document.addEventListener('input', ({ target }) => target.id === 'alert-filter' && filterAlerts());

// ---- keys -----------------------------------------------------------------------------------------------------------------
const KEYS = {
  r: () => byId('refresh')?.click(),
  '/': () => byId('alert-filter')?.focus(),
  e: () => document.querySelector('.check [name=symbol]')?.focus(),
  '?': () => byId('help')?.togglePopover(),
};
function openCard(number) {
  const card = document.querySelectorAll('.card')[number - 1];
  if (!card) return;
  const why = card.querySelector('details');
  why.open = document.activeElement !== card || !why.open;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: 'nearest' });
}
document.addEventListener('keydown', (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === 'Escape') {
    if (target !== document.body) target.blur();
    for (const why of document.querySelectorAll('.why[open]')) why.open = false;
    return;
  }
  if (target.matches?.('input, textarea, select')) return;
  const act = KEYS[key.toLowerCase()] ?? (/^[1-6]$/.test(key) ? () => openCard(Number(key)) : undefined);
  if (!act) return;
  event.preventDefault();
  act();
});

tick();
setInterval(tick, 1_000 / 4); // four looks a second keep the shown second right; unchanged text is left alone
