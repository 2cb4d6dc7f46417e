// Hands on the keyboard.

import { byId } from './dom.js';
import { closePopups } from './popups.js';
import { dismissNewest } from './toasts.js';

const TYPING = 'input, textarea, select, [contenteditable]';
const ACTS = {
  r: () => byId('refresh')?.click(),
  '/': () => byId('alert-filter')?.focus(),
  e: () => document.querySelector('.check [name=symbol]')?.focus(),
  '?': () => byId('help')?.togglePopover(),
};

/** A card's symbol, bias and name. */
const HEAD_PX = 80;

/** The cards in their order, then the others in theirs. */
function openInstrument(number) {
  const place = document.querySelectorAll('.card, .others > [data-symbol]')[number - 1];
  if (!place) return;
  const why = place.querySelector('details');
  if (why) why.open = document.activeElement !== place || !why.open;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: isHeadInSight(place) ? 'nearest' : 'start' });
}

/** Its top is what names it; the padding is the height of what sticks above it. */
function isHeadInSight(place) {
  const { top } = place.getBoundingClientRect();
  const covered = Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop);
  return top >= covered && top < innerHeight - HEAD_PX;
}

/** The topmost thing that is open, one press each. */
function closeTopmost(target) {
  // The browser closes its own popover by the same press.
  if (document.querySelector(':popover-open') || dismissNewest() || closePopups()) return;
  if (target.matches?.(TYPING)) return target.blur();
  for (const why of document.querySelectorAll('details[open]')) why.open = false;
  if (target !== document.body) target.blur?.();
}

function actOf({ key, target }) {
  if (key === 'Escape') return () => closeTopmost(target);
  if (target.matches?.(TYPING)) return undefined;
  if (document.querySelector(':popover-open')) return key === '?' ? ACTS[key] : undefined;
  return /^[1-6]$/.test(key) ? () => openInstrument(Number(key)) : ACTS[key.toLowerCase()];
}

export function startKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const act = actOf(event);
    if (!act) return;
    if (event.key !== 'Escape') event.preventDefault();
    act();
  });
}
