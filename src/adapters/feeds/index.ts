import type { EpochMs } from '../../kernel/units.js';
import type { Clock } from '../../ports/clock.js';
import type { Feed } from '../../ports/feed.js';
import { createDemoFeed } from './demo/feed.js';
import { createPlatformFeed } from './platform/feed.js';
import { createReplayFeed } from './replay/feed.js';

/** What a run knows; each feed takes what it needs. */
export interface FeedOptions {
  readonly clock: Clock;
  readonly roots: readonly string[];
  /** Where the live part begins. */
  readonly from: EpochMs | undefined;
  readonly seed: number;
  readonly files: readonly string[];
}

export interface FeedEntry {
  readonly name: string;
  create(options: FeedOptions): Feed;
}

export const feeds: readonly FeedEntry[] = [
  { name: 'demo', create: ({ clock, roots, from, seed }) => createDemoFeed({ clock, roots, seed, start: from }) },
  { name: 'replay', create: ({ clock, files, from }) => createReplayFeed({ clock, files, from }) },
  { name: 'ninjatrader', create: ({ clock }) => createPlatformFeed({ clock }) },
];
