// Short notes at the edge of the page: newest first, four of them seen, the important ones until they are dismissed.

import { byId } from './dom.js';

const PLAIN_MS = 4_000;
const WARNING_MS = 8_000;
/** More than this is a list to read, and the alerts are one. */
const KEPT_MAX = 20;
const MARKS = { good: '✓', warning: '▲', critical: '■' };

/** Newest first. `left` is what remains of its time; undefined stays. */
let notes = [];
let isHeld = false;

const run = (note) => {
  if (note.left === undefined || isHeld) return;
  note.begun = performance.now();
  note.timer = setTimeout(() => remove(note), note.left);
};
const halt = (note) => {
  if (note.timer === undefined) return;
  clearTimeout(note.timer);
  note.timer = undefined;
  note.left = Math.max(0, note.left - (performance.now() - note.begun));
};

function remove(note, isDismissed = false) {
  if (!notes.includes(note)) return;
  const hadFocus = note.node.contains(document.activeElement);
  clearTimeout(note.timer);
  notes = notes.filter((other) => other !== note);
  note.node.remove();
  count();
  if (hadFocus) notes[0]?.node.querySelector('button').focus();
  if (isDismissed) note.onDismiss?.();
}

/** Those behind the fourth are counted, so that none is forgotten. */
function count() {
  const more = byId('toasts-more');
  const hidden = notes.slice(4).filter(({ left }) => left === undefined).length;
  more.hidden = hidden === 0;
  more.firstElementChild.textContent = `${hidden} more · dismiss all`;
}

/**
 * `tone` is plain, good, warning or critical; `stays` keeps it until it is dismissed, and `onDismiss` is told then.
 * The same `id` is shown once.
 */
export function toast(text, { tone = 'plain', id, stays = false, onDismiss } = {}) {
  const place = byId('toasts');
  if (!place || (id !== undefined && notes.some((note) => note.id === id))) return;
  const node = Object.assign(document.createElement('div'), { className: `toast toast-${tone}` });
  if (tone === 'critical') node.setAttribute('role', 'alert');
  const words = Object.assign(document.createElement('p'), { textContent: text });
  const mark = Object.assign(document.createElement('span'), {
    className: 'toast-mark',
    textContent: MARKS[tone] ?? '',
  });
  mark.setAttribute('aria-hidden', 'true');
  const close = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'toast-close',
    textContent: '×',
  });
  close.setAttribute('aria-label', `Dismiss: ${text}`);
  node.append(mark, words, close);
  const left = stays ? undefined : tone === 'warning' || tone === 'critical' ? WARNING_MS : PLAIN_MS;
  const note = { id, node, left, onDismiss };
  close.addEventListener('click', () => remove(note, true));
  place.prepend(node);
  notes.unshift(note);
  for (const old of notes.slice(KEPT_MAX)) remove(old);
  count();
  run(note);
}

/** Takes the newest away; false when there is none. */
export function dismissNewest() {
  const [note] = notes;
  if (note) remove(note, true);
  return note !== undefined;
}

/** Those that were dismissed in another tab. */
export function dropToasts(isGone) {
  for (const note of notes) if (note.id !== undefined && isGone(note.id)) remove(note);
}

function hold(held) {
  if (held === isHeld) return;
  if (held) for (const note of notes) halt(note);
  isHeld = held;
  if (!held) for (const note of notes) run(note);
}

export function startToasts() {
  const place = byId('toasts');
  if (!place) return;
  // Whoever is reading or about to press has time.
  const look = () => hold(place.matches(':hover, :focus-within'));
  for (const event of ['pointerenter', 'pointerleave', 'focusin']) place.addEventListener(event, look);
  place.addEventListener('focusout', () => queueMicrotask(look));
  byId('toasts-more').addEventListener('click', () => {
    for (const note of notes) if (note.left === undefined) remove(note, true);
  });
}
