import { shiftTradingDay, tradingDayOf, tradingDayStart } from '../../domain/sessions/trading-day.js';
import { after, DAY, type EpochMs, epochMs, type TradingDay } from '../../kernel/units.js';
import type { PositionsState } from '../../messages/dashboard.js';
import type { RawReader, RawReport } from '../../ports/raw-reader.js';
import type { Difference } from './compare.js';
import { createFold } from './fold.js';
import { type Outcome, outcomes } from './outcome.js';

/** The engine works on meanwhile; what looks different is looked at again this often, this far apart. */
const LOOKS_MAX = 6;
const LOOK_AGAIN_MS = 700;
/** As far back as a started engine reads fills: a trade may have been opened long before. */
const FILLS_DAYS = 45;
const PROGRESS_EVERY = 50_000;

export interface RebuildDeps {
  readonly raw: RawReader;
  /** What the engine published last; undefined when nothing is there. */
  readonly published: () => Promise<PositionsState | undefined>;
  readonly pause: (ms: number) => Promise<void>;
  readonly onProgress: (reports: number) => void;
}

export interface RebuildWish {
  /** Snapshots from this trading day and the one before it; all of them when undefined. */
  readonly since: TradingDay | undefined;
  readonly account: string | undefined;
}

export interface Rebuilt {
  readonly accounts: readonly Outcome[];
  readonly snapshots: number;
  readonly fills: number;
  /** False when the engine has published nothing that could be compared. */
  readonly isCompared: boolean;
}

export const differencesIn = ({ accounts }: Rebuilt): readonly Difference[] =>
  accounts.flatMap(({ differences }) => differences);

/**
 * The book made anew from everything that was ever reported, beside what the running engine says. Each look takes the
 * reports only as far as the engine had got when it was asked, so an engine at work is no difference.
 */
export async function rebuild(deps: RebuildDeps, wish: RebuildWish): Promise<Rebuilt> {
  const fold = createFold();
  const from = startOf(wish.since);
  const reader = readOn(deps, wish, from);
  for (let look = 1; ; look += 1) {
    const published = await deps.published();
    const at = published && epochMs(Date.parse(published.as_of));
    const stored = at === undefined ? [] : await deps.raw.tradesOf(tradingDayOf(at));
    await reader(dueBy(published), fold.take);
    const retired = await deps.raw.retiredAt();
    const accounts = outcomes(fold, { published, stored, retired, from, account: wish.account });
    const rebuilt = { accounts, ...fold.counts(), isCompared: published !== undefined };
    if (!rebuilt.isCompared || differencesIn(rebuilt).length === 0 || look === LOOKS_MAX) return rebuilt;
    await deps.pause(LOOK_AGAIN_MS);
  }
}

/** The fold of a started engine begins a trading day early; so does this one. */
const startOf = (since: TradingDay | undefined): EpochMs | undefined =>
  since && tradingDayStart(shiftTradingDay(since, -1));

/** Each call hands over what is due and was not yet handed over, in order; the rest waits for the next call. */
function readOn({ raw, onProgress }: RebuildDeps, { account }: RebuildWish, from: EpochMs | undefined) {
  const range = {
    ...(from !== undefined && { since: from, fillsSince: after(from, -FILLS_DAYS * DAY) }),
    ...(account !== undefined && { account }),
  };
  let [afterNr, read] = [0, 0];
  let waiting: readonly RawReport[] = [];
  return async (isDue: (report: RawReport) => boolean, take: (report: RawReport) => void): Promise<void> => {
    const later: RawReport[] = [];
    const sort = (report: RawReport): void => {
      if (isDue(report)) take(report);
      else later.push(report);
    };
    waiting.forEach(sort);
    for await (const report of raw.reports({ ...range, afterNr })) {
      sort(report);
      afterNr = Math.max(afterNr, report.nr);
      read += 1;
      if (read % PROGRESS_EVERY === 0) onProgress(read);
    }
    waiting = later;
  };
}

/** How far the engine had got: its newest snapshot of each account, and the fills received by the instant it spoke of. */
function dueBy(published: PositionsState | undefined): (report: RawReport) => boolean {
  if (!published) return () => true;
  const asOf = Date.parse(published.as_of);
  const heard = new Map(published.accounts.map(({ account, heard_at }) => [account, Date.parse(heard_at)]));
  const held = new Set<string>();
  return ({ kind, account, receivedAt }) => {
    const newest = kind === 'snapshot' ? (heard.get(account) ?? asOf) : asOf;
    const line = `${kind}/${account}`;
    // Behind one that waits the others wait too: they are taken in their order or not at all.
    if (receivedAt > newest) held.add(line);
    return !held.has(line);
  };
}
