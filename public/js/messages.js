// One place hears the stream's messages; the other modules are told the event's name once its HTML is on the page.

const listeners = [];
/** `run(event)` after every message; the event's name is `risk-update`, `alert` and so on. */
export const onMessage = (run) => listeners.push(run);

const before = [];
/** `run()` for every message, before it is on the page: a sign of life. */
export const onArrival = (run) => before.push(run);

export function startMessages() {
  document.addEventListener('htmx:sse:before:message', ({ detail: { message } }) => {
    message.name = message.event;
    // Names stay on the wire for other readers; htmx swaps only what has none.
    if (message.data.startsWith('<hx-partial')) message.event = '';
    for (const run of before) run();
  });
  document.addEventListener('htmx:sse:after:message', ({ detail: { message } }) => {
    for (const run of listeners) run(message.name);
  });
}
