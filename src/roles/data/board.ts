import { instrument } from '../../domain/instruments/catalogue/index.js';
import { type FrontAt, frontContract } from '../../domain/instruments/roll.js';
import { rollNoticeBy } from '../../domain/instruments/roll-notice.js';
import type { EpochMs } from '../../kernel/units.js';
import { after, iso, MINUTE } from '../../kernel/units.js';
import type { DataStatus } from '../../messages/data-status.js';
import type { FeedBar, FeedStatus, FeedTick } from '../../ports/feed.js';
import type { Lead } from './rolls.js';

type RootRow = DataStatus['roots'][number];
export type BridgeRow = DataStatus['bridges'][number];
export type ProgramRow = DataStatus['programs'][number];

/** What the data role tells of itself: counters and last instants, kept as the work goes by. */
export interface Board {
  barAccepted(bar: FeedBar): void;
  barIgnored(root: string, why: 'repeated' | 'backwards'): void;
  refused(root: string | undefined): void;
  ticked(tick: FeedTick): void;
  completeThrough(at: EpochMs): void;
  /** The newest promise. */
  through(): EpochMs | undefined;
  feedIs(status: FeedStatus): void;
  state(): FeedStatus;
  snapshot(now: EpochMs, bridges: readonly BridgeRow[], programs?: readonly ProgramRow[]): DataStatus;
}

export interface BoardHealth {
  ofFeed(): Partial<DataStatus['feed']>;
  ofRoot(root: string, now: EpochMs): Partial<RootRow>;
  /** The month that leads and until when, where another may than the calendar's, or earlier. */
  leads?(root: string, at: EpochMs): Lead | undefined;
}

export function createBoard(feedName: string, roots: readonly string[], health?: BoardHealth): Board {
  const rows = new Map(roots.map((root) => [root, emptyRow(root)]));
  let feed: FeedStatus = { state: 'starting', reason: undefined };
  let through: EpochMs | undefined;
  let [refusedInAll, beat] = [0, 0];
  const change = (root: string, next: (row: RootRow) => Partial<RootRow>): void => {
    const row = rows.get(root) ?? emptyRow(root);
    rows.set(root, { ...row, ...next(row) });
  };
  return {
    barAccepted: ({ root, contract, bar }) =>
      change(root, (row) => ({
        contract,
        last_bar_at: iso(bar.at),
        last_price_at: later(row.last_price_at, iso(after(bar.at, MINUTE))),
        bars: row.bars + 1,
      })),
    barIgnored: (root, why) => change(root, (row) => ({ [why]: row[why] + 1 })),
    refused(root) {
      refusedInAll += 1;
      if (root !== undefined && rows.has(root)) change(root, (row) => ({ refused: row.refused + 1 }));
    },
    ticked: ({ root, contract, at }) =>
      change(root, (row) => ({ contract, last_price_at: later(row.last_price_at, iso(at)) })),
    completeThrough(at) {
      through = at;
    },
    through: () => through,
    feedIs(status) {
      feed = status;
    },
    state: () => feed,
    snapshot(now, bridges, programs = []) {
      beat += 1;
      const { state, reason = null } = feed;
      return {
        v: 1,
        at: iso(now),
        beat,
        feed: {
          name: feedName,
          state,
          reason,
          complete_through: through === undefined ? null : iso(through),
          refused: refusedInAll,
          ...health?.ofFeed(),
        },
        roots: [...rows.values()].map((row) => ({
          ...row,
          roll: rollText(row, now, health?.leads),
          ...health?.ofRoot(row.root, now),
        })),
        bridges: [...bridges],
        programs: [...programs],
      };
    },
  };
}

/** A roll that is decided is announced for its own day; the calendar's would be wrong by then. */
function rollText({ root, contract }: RootRow, now: EpochMs, leads: BoardHealth['leads']): string | null {
  const spec = instrument(root);
  const frontAt: FrontAt = (of, at) => leads?.(of.root, at) ?? frontContract(of, at);
  return (spec && rollNoticeBy(frontAt, { spec, at: now, inHand: contract })?.text) ?? null;
}

const emptyRow = (root: string): RootRow => ({
  root,
  contract: null,
  last_bar_at: null,
  last_price_at: null,
  bars: 0,
  repeated: 0,
  backwards: 0,
  refused: 0,
});

const later = (known: string | null, next: string): string => (known !== null && known > next ? known : next);
