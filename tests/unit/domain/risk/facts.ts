import { instrument } from '../../../../src/domain/instruments/catalogue/index.js';
import type { EntryCard, EntryContext, EntryRequest, OpenTrade } from '../../../../src/domain/risk/entry.js';
import { entryFacts } from '../../../../src/domain/risk/entry.js';
import { measured } from '../../../../src/domain/risk/exposure.js';
import { judgeRisk } from '../../../../src/domain/risk/judge.js';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import type { RiskFacts } from '../../../../src/domain/risk/rule.js';
import { epochMs, fromUsd, microUsd } from '../../../../src/kernel/units.js';

export const SIZE = fromUsd(50_000);

/** A quiet morning on which every rule is content. */
export const calm: RiskFacts = {
  now: epochMs(Date.parse('2026-11-19T12:00:00Z')),
  etMinute: 7 * 60,
  session: 'active',
  limits: defaultLimits(SIZE),
  accountSize: SIZE,
  accounts: [{ account: 'Sim101', verdict: 'IN_SYNC', ageMs: 1_000 }],
  silentRoots: [],
  anyMarketOpen: true,
  openTrades: 0,
  openRisk: microUsd(0),
  unmanaged: [],
  withoutStop: [],
  realizedPnl: microUsd(0),
  openPnl: microUsd(0),
  dailyPnl: microUsd(0),
  consecutiveLosses: 0,
  unreconciled: [],
};

export const goldCard: EntryCard = {
  root: 'MGC',
  side: 'LONG',
  entryLow: 4204,
  entryHigh: 4208,
  stop: 4198,
  lastPrice: 4207,
  atr: 6,
  dominantRatio: 1.92,
  waveDirection: 'BULLISH',
};

export const asked = (more: Partial<EntryRequest> = {}): EntryRequest => ({
  root: 'MGC',
  side: 'LONG',
  quantity: 1,
  entry: 4207,
  stop: 4197,
  ...more,
});

interface Held {
  readonly account?: string;
  readonly root?: string;
  readonly contract?: string;
  readonly side?: 'LONG' | 'SHORT';
  readonly quantity?: number;
  readonly avgPrice?: number;
  readonly lastPrice?: number;
  readonly stop?: number;
}

/** An open trade with a working stop, measured as the book measures it. */
export function held(more: Held = {}): OpenTrade {
  const { account = 'Sim101', root = 'MGC', contract = `${root}Z6`, side = 'LONG', quantity = 1 } = more;
  const { avgPrice = 4200, lastPrice = 4207, stop = 4190 } = more;
  const spec = instrument(root);
  const place = { account, symbol: `${root} 12-26`, root, contract, side, quantity, avgPrice };
  if (!spec) return { ...place, root: undefined, contract: undefined, risk: undefined, rMultiple: undefined };
  return { ...place, ...measured({ side, quantity, avgPrice, lastPrice }, [{ price: stop, quantity }], spec) };
}

/** Facts of one account that holds `open`, with the trade asked about. */
export function factsWith(
  request: EntryRequest,
  open: readonly OpenTrade[] = [],
  { context, facts }: { context?: Partial<EntryContext>; facts?: Partial<RiskFacts> } = {},
): RiskFacts & { readonly entry: NonNullable<RiskFacts['entry']> } {
  const openRisk = open.reduce((sum, { risk }) => sum + (risk ?? 0), 0);
  const entry = entryFacts(
    { accounts: ['Sim101'], open, cards: [goldCard], freshRoots: ['MGC', 'MES'], ...context },
    request,
  );
  return { ...calm, openTrades: open.length, openRisk: microUsd(openRisk), ...facts, entry };
}

/** Rules that refuse it. */
export const refusals = (...of: Parameters<typeof factsWith>): readonly string[] =>
  judgeRisk(factsWith(...of)).reasons.map(({ rule }) => rule);

export const reasonOf = (rule: string, ...of: Parameters<typeof factsWith>): string | undefined =>
  judgeRisk(factsWith(...of)).reasons.find((reason) => reason.rule === rule)?.text;
