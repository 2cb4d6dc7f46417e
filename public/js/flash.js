// A number that changed lights up for a moment. Nothing moves.

import { wantsNoMotion } from './dom.js';

const FLASH_MS = 600;
const LIGHT = [{ backgroundColor: 'var(--flash, #0c4a6e)' }, { backgroundColor: 'transparent' }];

export function startFlash() {
  // A morph writes into the text that is there; text that is only put in its place by a clock is no news.
  new MutationObserver((changes) => {
    if (document.hidden || wantsNoMotion()) return;
    const fields = new Set();
    for (const { target } of changes) fields.add(target.parentElement?.closest('[data-flash]'));
    fields.delete(null);
    fields.delete(undefined);
    for (const field of fields) {
      for (const running of field.getAnimations()) running.cancel();
      field.animate(LIGHT, { duration: FLASH_MS, easing: 'ease-out', id: 'flash' });
    }
  }).observe(document.body, { subtree: true, characterData: true });
}
