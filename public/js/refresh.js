// The refresh button: pressed, asked, recomputed; or why not.

import { isLost } from './connection.js';
import { byId, put } from './dom.js';
import { etTime } from './market-clock.js';
import { onMessage } from './messages.js';
import { toast } from './toasts.js';

const GIVE_UP_MS = 10_000;
const SAID_MS = 4_000;
const WORDS = { '': 'Refresh', asking: 'Asking…', asked: 'Computing…', failed: 'Not done' };
const UNREACHED = 'Refresh did not reach the server. Nothing was asked of the engine; press again.';

/** The instant of the question that is open, in market time. */
let asked;
let giveUp;
let backAgain;

function setState(state, words = WORDS[state]) {
  const button = byId('refresh');
  clearTimeout(backAgain);
  button.dataset.keptState = state;
  const isBusy = state === 'asking' || state === 'asked';
  button.setAttribute('aria-busy', String(isBusy));
  // Not `disabled`: the focus would be lost.
  button.setAttribute('aria-disabled', String(isBusy));
  put(button.querySelector('[data-refresh-word]'), words);
  if (state === 'done' || state === 'failed') backAgain = setTimeout(() => setState(''), SAID_MS);
}

function fail(sentence) {
  clearTimeout(giveUp);
  setState('failed');
  toast(sentence, { tone: 'warning' });
}

async function ask(form) {
  if (byId('refresh').getAttribute('aria-busy') === 'true') return;
  setState('asking');
  asked = undefined;
  giveUp = setTimeout(() => asked !== undefined && late(), GIVE_UP_MS);
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(GIVE_UP_MS),
    });
    const answer = await response.json();
    if (!response.ok) return fail(answer.error ?? UNREACHED);
    asked = Date.parse(answer.at);
    setState('asked');
    look();
  } catch (error) {
    fail(
      error.name === 'TimeoutError'
        ? 'The server did not answer within 10 s. Whether the engine was asked is not known; press again.'
        : UNREACHED,
    );
  }
}

/** It is still told when the plan comes after all. */
function late() {
  fail(
    isLost()
      ? 'The live connection is lost. The engine was asked; its plan shows when the connection is back.'
      : 'The engine was asked, and no new plan came within 10 s. Its state stands in the header.',
  );
}

/** The plan of the question, or of a later one, is on the page. */
function look() {
  const computed = Date.parse(byId('panel-focus')?.dataset.asOf ?? '');
  if (asked === undefined || !(computed >= asked)) return;
  asked = undefined;
  clearTimeout(giveUp);
  setState('done', `✓ ${etTime(computed)}`);
  toast(`Recomputed ${etTime(computed)} ET`, { tone: 'good' });
}

export function startRefresh() {
  const form = byId('refresh')?.closest('form[data-refresh]');
  if (!form) return;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask(form);
  });
  onMessage((event) => event === 'focus-update' && look());
}
