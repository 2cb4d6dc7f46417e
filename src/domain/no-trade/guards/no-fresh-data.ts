import { type EpochMs, MINUTE } from '../../../kernel/units.js';
import type { Freshness } from '../freshness.js';
import type { NoTradeGuard } from '../guard.js';

/** Blocks while no open market delivers: a plan nobody feeds is a guess. A shut watch list counts as no data. */
export const noFreshData: NoTradeGuard = {
  id: 'no-fresh-data',
  judge({ freshness, now }) {
    const open = freshness.filter((row) => row.marketOpen);
    if (open.some((row) => !row.stale && row.newestAt !== undefined)) return undefined;
    const facts = { open_markets: open.length, fresh: 0 };
    if (open.length === 0) return { block: { text: 'No market of the watch list is open', facts } };
    const ages = open.map((row) => `${row.root} ${age(row, now)}`).join(', ');
    return { block: { text: `No fresh data: ${ages}`, facts } };
  },
};

const age = ({ newestAt }: Freshness, now: EpochMs): string =>
  newestAt === undefined ? 'never heard' : `${Math.floor((now - newestAt) / MINUTE)} min old`;
