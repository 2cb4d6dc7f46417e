import { instrument } from '../domain/instruments/catalogue/index.js';
import { parsePlatformSymbol } from '../domain/instruments/roll.js';
import type { EntryCard, EntryContext, EntryRequest } from '../domain/risk/entry.js';
import type { Finding, RiskFacts } from '../domain/risk/rule.js';
import { sessionCalendar } from '../domain/sessions/calendar.js';
import type { EpochMs } from '../kernel/units.js';
import type { PositionsState } from './dashboard.js';
import type { EntryRequestJson } from './entry-check.js';
import type { FocusAsset, FocusPlanJson } from './focus-plan.js';
import { openTradeOf } from './risk-facts.js';

export const sideOf = (side: EntryRequestJson['side']): 'LONG' | 'SHORT' =>
  side === 'LONG' || side === 'BUY' ? 'LONG' : 'SHORT';

/** The question in the domain's words. An unknown name stays as it was written and is refused by its rule. */
export function requestOf({ symbol, side, size, entry, stop, account }: EntryRequestJson, now: EpochMs): EntryRequest {
  const written = symbol.trim().toUpperCase();
  const known = parsePlatformSymbol(symbol, now);
  return {
    root: known?.root ?? written,
    // A bare root means whichever month is traded, so it also means the one that is held.
    contract: known?.root === written ? undefined : known?.contract,
    account,
    side: sideOf(side),
    quantity: size,
    entry,
    stop,
  };
}

interface Known {
  readonly facts: RiskFacts;
  readonly positions: PositionsState | undefined;
  readonly plan: FocusPlanJson | undefined;
}

/** What the published state knows of accounts, open trades and markets. */
export function entryContextOf({ facts, positions, plan }: Known): EntryContext {
  const assets = plan ? [...plan.assets, ...plan.others] : [];
  return {
    accounts: facts.accounts.map(({ account }) => account),
    open: (positions?.positions ?? []).map(openTradeOf),
    cards: assets.map(cardOf),
    freshRoots: assets.filter((asset) => isFresh(asset, facts)).map(({ symbol }) => symbol),
  };
}

const cardOf = (asset: FocusAsset): EntryCard => ({
  root: asset.symbol,
  side: asset.side ?? undefined,
  entryLow: asset.entry_low ?? undefined,
  entryHigh: asset.entry_high ?? undefined,
  stop: asset.stop ?? undefined,
  lastPrice: asset.last_price ?? undefined,
  atr: asset.atr ?? undefined,
  dominantRatio: asset.dominant_ratio ?? undefined,
  waveDirection: asset.wave_direction ?? undefined,
});

function isFresh({ symbol, stale, last_price }: FocusAsset, { silentRoots, now }: RiskFacts): boolean {
  const spec = instrument(symbol);
  if (!spec || stale || last_price === null || silentRoots.includes(symbol)) return false;
  return sessionCalendar(spec.calendar).isOpen(now);
}

/** The NO TRADE banner forbids no single trade, but nobody should hear "allowed" without hearing of it. */
export function noTradeWarnings(plan: FocusPlanJson | undefined, said: readonly Finding[]): readonly Finding[] {
  if (!plan?.no_trade.active) return [];
  return plan.no_trade.reasons
    .filter(({ id }) => !said.some(({ rule }) => rule === id))
    .map(({ id, text, facts }) => ({ rule: `no-trade:${id}`, text: `NO TRADE: ${text}`, facts }));
}
