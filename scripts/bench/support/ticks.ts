import type { FeedTick } from '../../../src/domain/bars/feed-bar.js';
import { epochMs, ticks } from '../../../src/kernel/units.js';

/** The watch list. */
export const ROOTS = ['MGC', 'MNQ', 'MES', 'MCL', 'SIL', 'MHG'];

export const tickOf = (root: string, price: number, instant: number): FeedTick => ({
  root,
  contract: `${root}Z6`,
  price: ticks(price),
  at: epochMs(instant),
});
