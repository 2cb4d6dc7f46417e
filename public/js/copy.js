// A click on a price copies it.

import { toast } from './toasts.js';

const MARKED_MS = 1_200;

async function copy(button) {
  const { copy: text } = button.dataset;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Plain HTTP on another machine has no clipboard API.
    const field = Object.assign(document.createElement('textarea'), { value: text, className: 'unseen' });
    document.body.append(field);
    field.select();
    const isDone = document.execCommand('copy');
    field.remove();
    button.focus();
    if (!isDone) return toast(`Not copied: this browser does not allow it. The price is ${text}.`, { tone: 'warning' });
  }
  button.dataset.kept = 'copied';
  toast(`Copied ${text}`, { tone: 'good', id: `copied ${text}` });
  setTimeout(() => delete button.dataset.kept, MARKED_MS);
}

export function startCopy() {
  document.addEventListener('click', ({ target }) => {
    const button = target.closest?.('[data-copy]');
    if (button) copy(button);
  });
}
