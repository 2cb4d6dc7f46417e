// Asks for the bars: once for each new bar, at a moment of its own, and again with growing pauses while it fails.

const JITTER_MS = 1_500; // all cards and all tabs hear of a new bar in the same instant
const AGAIN_MS = 5_000;
const AGAIN_MS_MAX = 60_000;
const ANSWER_MS_MAX = 10_000; // a browser has six connections; none is held for long
const UNREACHED = 'The bars did not come.';

export function createFeed(url, { came, failed }) {
  let wanted;
  let timer;
  let request;
  let failures = 0;

  const plan = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(load, ms);
  };

  async function load() {
    request?.abort();
    const own = new AbortController();
    request = own;
    try {
      const signal = AbortSignal.any([own.signal, AbortSignal.timeout(ANSWER_MS_MAX)]);
      const response = await fetch(url, { signal, headers: { accept: 'application/json' } });
      const answer = await response.json();
      if (own.signal.aborted) return;
      if (!response.ok) throw new Refused(answer.error);
      failures = 0;
      came(answer);
    } catch (error) {
      if (own.signal.aborted) return;
      failures += 1;
      failed(error instanceof Refused ? error.message : UNREACHED);
      plan(Math.min(AGAIN_MS_MAX, AGAIN_MS * 2 ** (failures - 1)) * (0.75 + Math.random() / 2));
    }
  }

  return {
    /** Asks again only when the mark of the newest bar has changed; at once the first time. */
    want(mark) {
      if (mark === wanted) return;
      const isFirst = wanted === undefined;
      wanted = mark;
      plan(isFirst ? 0 : Math.random() * JITTER_MS);
    },
    close() {
      clearTimeout(timer);
      request?.abort();
    },
  };
}

class Refused extends Error {}
