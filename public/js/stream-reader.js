// Reads one server-sent stream for as long as the process lives: tries again for ever, and resumes where it was.

const AGAIN_FIRST_MS = 250;
/** A server that is back is found within this time. */
const AGAIN_MAX_MS = 2_000;
/** The server says something every 5 s; a connection that says nothing for longer is dead although nobody has said so. */
const SILENT_MS = 12_000;
/** Asked by somebody who looks at the page: shorter, but longer than the server's own 5 s. */
const SILENT_WHEN_ASKED_MS = 6_000;
const SENTENCE_MAX = 300;

/**
 * Follows `url`. `onFrame(text)` gets whole frames without their blank line, `onLive()` is called when the first one
 * of a connection arrives, `onLost(sentence)` when it ends; the sentence is the server's own, or empty.
 */
export function followStream(url, { onFrame, onLive, onLost }) {
  let lastId = '';
  let failures = 0;
  let isLive = false;
  let heard = performance.now();
  let controller;
  let stopWaiting = () => {};

  const readFrames = async (response) => {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard = performance.now();
      if (!isLive) onLive();
      isLive = true;
      failures = 0;
      const frames = (rest + value).split('\n\n');
      rest = frames.pop();
      for (const frame of frames) {
        if (frame.startsWith(':')) continue;
        lastId = /^id: ?(.*)$/m.exec(frame)?.[1] ?? lastId;
        onFrame(frame);
      }
    }
  };

  const connect = async () => {
    controller = new AbortController();
    heard = performance.now();
    try {
      const headers = { accept: 'text/event-stream', ...(lastId && { 'last-event-id': lastId }) };
      const response = await fetch(url, { headers, cache: 'no-store', signal: controller.signal });
      if (!response.ok) return await sentenceOf(response);
      await readFrames(response);
    } catch {
      // Cut off, or never reached: the loop asks again.
    }
    return '';
  };

  const pause = (ms) =>
    new Promise((done) => {
      stopWaiting = done;
      setTimeout(done, ms);
    });

  const run = async () => {
    for (;;) {
      const sentence = await connect();
      isLive = false;
      onLost(sentence);
      // Browsers that lost the same server do not all come back in the same millisecond.
      await pause(Math.min(AGAIN_MAX_MS, AGAIN_FIRST_MS * 2 ** failures) * (0.8 + 0.2 * Math.random()));
      failures += 1;
    }
  };
  const cutIfSilent = (ms) => performance.now() - heard > ms && controller?.abort();

  run();
  setInterval(() => cutIfSilent(SILENT_MS), 1_000);
  return {
    /** Somebody looks at the page: do not wait for the next attempt, and do not trust a silent connection. */
    wake() {
      stopWaiting();
      cutIfSilent(SILENT_WHEN_ASKED_MS);
    },
  };
}

async function sentenceOf(response) {
  const isText = response.headers.get('content-type')?.startsWith('text/plain');
  const text = await response.text();
  return isText && text.length <= SENTENCE_MAX ? text : '';
}
