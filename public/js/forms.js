// What the page says about its forms when the server cannot.

import { byId } from './dom.js';
import { toast } from './toasts.js';

const goesTo = (ctx, path) => ctx?.request?.action?.endsWith(path) === true;

export function startForms() {
  document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
    // The last answer belongs to another question, whatever becomes of this one.
    if (goesTo(ctx, '/risk/check')) byId('check-answer').dataset.kept = 'old';
  });
  document.addEventListener('htmx:error', ({ detail: { ctx } }) => {
    if (goesTo(ctx, '/risk/check')) toast('The question did not reach the server. Ask again.', { tone: 'warning' });
    if (goesTo(ctx, '/actions/limits'))
      toast('The limits did not reach the server. Nothing was changed.', { tone: 'warning' });
  });
}
