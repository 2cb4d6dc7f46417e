import type { FeedBar } from '../../src/domain/bars/feed-bar.js';
import { instrument } from '../../src/domain/instruments/catalogue/index.js';
import { frontContract } from '../../src/domain/instruments/roll.js';
import { type EpochMs, epochMs } from '../../src/kernel/units.js';
import { walk } from './copilot-day.js';

export const instant = (text: string): EpochMs => epochMs(Date.parse(text));

/** Minutes of a random walk in the contract of each day, as a feed would have brought them. */
export function feedBars(root: string, from: EpochMs, until: EpochMs, seed = '1'): readonly FeedBar[] {
  const spec = instrument(root);
  if (!spec) throw new Error(`no instrument ${root}`);
  return walk(root, from, until, seed).map((bar) => ({ root, contract: frontContract(spec, bar.at).symbol, bar }));
}
