import type { FeedSink } from '../../src/ports/feed.js';

/** A sink that ignores what it has no handler for. */
export const sinkOf = (handlers: Partial<FeedSink>): FeedSink => ({
  bars: async () => {},
  tick() {},
  refused() {},
  status() {},
  ...handlers,
});
