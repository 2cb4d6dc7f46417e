// A SharedWorker: holds the one stream of this browser and hands every frame to each of its tabs. A browser opens six
// connections to one server; with a stream in every tab the seventh would never load.

import { followStream } from './stream-reader.js';

const tabs = new Set();
/** The newest frame of each event, in the order of arrival: together they are what the page shows. */
const newest = new Map();
let state = { kind: 'connecting' };
let stream;

function tell(message) {
  for (const port of tabs) port.postMessage(message);
}

function onFrame(text) {
  const event = /^event: ?(.*)$/m.exec(text)?.[1] ?? '';
  newest.delete(event);
  newest.set(event, { text, at: Date.now() });
  tell({ kind: 'frame', text });
}

function setState(next) {
  state = next;
  tell(state);
}

const ACTS = {
  /** What has arrived since the tab's page was rendered, or since it left. */
  join(port, { since }) {
    tabs.add(port);
    for (const { text, at } of newest.values()) if (at >= since) port.postMessage({ kind: 'frame', text });
    port.postMessage(state);
    stream?.wake();
    stream ??= followStream('/sse/dashboard', {
      onFrame,
      onLive: () => setState({ kind: 'live' }),
      onLost: (why) => setState({ kind: 'lost', why }),
    });
  },
  leave: (port) => tabs.delete(port),
  wake(port) {
    port.postMessage(state);
    stream?.wake();
  },
};

addEventListener('connect', ({ ports: [port] }) => {
  port.onmessage = ({ data }) => ACTS[data.kind]?.(port, data);
});
