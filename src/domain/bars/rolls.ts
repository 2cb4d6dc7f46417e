import type { EpochMs } from '../../kernel/units.js';
import type { FeedBar } from './feed-bar.js';

/** Opens of the bars that are the first of another listed contract than the bar before them. */
export const rollsIn = (bars: readonly FeedBar[]): readonly EpochMs[] =>
  bars.flatMap(({ contract, bar }, i) => {
    const before = bars[i - 1];
    return before && before.contract !== contract ? [bar.at] : [];
  });
