// The page's end of the stream. htmx reads, parses and swaps it as ever; where the browser can share, the bytes come from
// the one connection of stream-worker.js instead of a connection of this tab.

import { alive, connectionLost, heardNow, lost } from './connection.js';
import { byId } from './dom.js';

const encoder = new TextEncoder();
/** Questions a working worker leaves unanswered: none. */
const UNANSWERED_MAX = 3;
let shared;
/** The connection htmx itself holds, where nothing is shared. */
let own;

/** Only a document that came fresh from the server holds everything up to its request. */
function renderedAt() {
  const [page] = performance.getEntriesByType('navigation');
  const isFresh = page && page.type !== 'back_forward' && page.transferSize > 0;
  return isFresh ? performance.timeOrigin + page.requestStart : 0;
}

function openShared() {
  const worker = new SharedWorker('/js/stream-worker.js', { type: 'module', name: 'copilot-live' });
  const { port } = worker;
  let unanswered = 0;
  let controller;
  const end = () => {
    if (shared === undefined) return;
    shared = undefined;
    port.postMessage({ kind: 'leave' });
    controller.close();
  };
  const hear = {
    frame: ({ text }) => controller.enqueue(encoder.encode(`${text}\n\n`)),
    live: alive,
    lost: ({ why }) => lost(why),
  };
  port.onmessage = ({ data }) => {
    unanswered = 0;
    if (shared) hear[data.kind]?.(data);
  };
  // The end of these bytes lets htmx connect by itself.
  worker.onerror = end;
  shared = {
    join: (since) => port.postMessage({ kind: 'join', since }),
    leave: () => port.postMessage({ kind: 'leave' }),
    wake() {
      unanswered += 1;
      if (unanswered > UNANSWERED_MAX) end();
      else port.postMessage({ kind: 'wake' });
    },
  };
  const body = new ReadableStream({
    start(own) {
      controller = own;
      shared.join(renderedAt());
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

/** A tab that stood still takes up what it missed: all of it, in one go. */
function comeAndGo() {
  let leftAt = 0;
  const leave = () => {
    leftAt = Date.now();
    shared?.leave();
  };
  const comeBack = () => {
    heardNow();
    if (shared) shared.join(leftAt);
    else own?.reader?.cancel();
  };
  document.addEventListener('freeze', leave);
  document.addEventListener('resume', comeBack);
  addEventListener('pagehide', leave);
  addEventListener('pageshow', ({ persisted }) => persisted && comeBack());
  document.addEventListener('visibilitychange', () => document.hidden || shared?.wake());
  addEventListener('online', () => shared?.wake());
}

export function startStream() {
  const live = byId('live');
  if (!live) return;
  document.addEventListener('htmx:config:request', ({ detail: { ctx } }) => {
    if (ctx.sourceElement === live && 'SharedWorker' in globalThis) ctx.fetch = async () => openShared();
  });
  document.addEventListener('htmx:sse:before:connection', ({ detail: { connection } }) => {
    own = connection;
  });
  connectionLost(() => {
    if (shared) shared.wake();
    else if (live._htmx?.sse === undefined) live.dispatchEvent(new Event('openlive'));
    else own?.reader?.cancel();
  });
  comeAndGo();
}
