import { type MicroUsd, microUsd } from '../../kernel/units.js';
import { MICROS_MAX } from '../focus/size.js';
import { instrument } from '../instruments/catalogue/index.js';
import type { Direction } from '../wave/wave.js';
import { type EntryCard, type EntryRisk, entryRisk } from './entry-risk.js';
import { type HeldTrade, isJoinedBy, kindOf, type OpenTrade, relatedTrades } from './held.js';

export type { EntryCard } from './entry-risk.js';
export type { HeldTrade, OpenTrade } from './held.js';

/** A trade somebody asks about before making it. Prices are decimals. */
export interface EntryRequest {
  /** Exchange root; for an instrument outside the catalogue the platform's own name. */
  readonly root: string;
  /** Listed contract such as `MGCZ6`; undefined means whichever month of the root is traded. */
  readonly contract?: string | undefined;
  /** Account it is meant for; undefined where nobody said. */
  readonly account?: string | undefined;
  readonly side: 'LONG' | 'SHORT';
  /** Contracts, a whole number from 1. */
  readonly quantity: number;
  /** Planned fill and stop; without a stop the plan's own counts, then 2 ATR. */
  readonly entry: number | undefined;
  readonly stop: number | undefined;
}

/** A trade asked about, with what the rules need to know of it. Undefined means not known, and not known never permits. */
export interface EntryFacts {
  readonly request: EntryRequest;
  /** `adds` to an open trade of the same contract and account, `closes` at most what the book holds against it, or `opens`. */
  readonly kind: 'opens' | 'adds' | 'closes';
  readonly isKnownInstrument: boolean;
  /** Loss of one contract from the fill to the stop. */
  readonly riskPerContract: MicroUsd | undefined;
  readonly riskBasis: 'request' | 'plan' | '2 ATR' | 'unknown';
  /** Why the risk is not known. */
  readonly riskNote: string | undefined;
  /** What is already open in the instrument asked about, or in its full-size or micro sibling. */
  readonly held: readonly HeldTrade[];
  readonly dominantRatio: number | undefined;
  readonly waveDirection: Direction | undefined;
  /** Largest position in this product, counted in micro contracts, all accounts together. */
  readonly microsMax: number;
  /** Whether the instrument's own market is open and its price recent. */
  readonly isFresh: boolean;
}

/** What is known at the moment somebody asks. */
export interface EntryContext {
  /** Every account heard, and every open position of theirs. */
  readonly accounts: readonly string[];
  readonly open: readonly OpenTrade[];
  readonly cards: readonly EntryCard[];
  /** Instruments whose market is open and whose prices arrive. */
  readonly freshRoots: readonly string[];
  readonly microsMax?: number;
}

/** Measures a trade before it is made: its risk, what it joins or closes, and the market it enters. */
export function entryFacts(context: EntryContext, asked: EntryRequest): EntryFacts {
  const [only, ...others] = context.accounts;
  // With a single account there is only one place the trade can go.
  const account = asked.account ?? (others.length === 0 ? only : undefined);
  const request: EntryRequest = { ...asked, account };
  const spec = instrument(request.root);
  const sibling = spec?.sibling;
  const isOfProduct = (root: string): boolean => root === request.root || root === sibling;
  const card =
    context.cards.find(({ root }) => root === request.root) ?? context.cards.find(({ root }) => root === sibling);
  const risk = entryRisk({ request, spec, card });
  const held = relatedTrades(context.open, isOfProduct).map((trade) => ({
    ...trade,
    riskAfter: isJoinedBy(trade, request) ? afterJoining(trade, risk) : trade.risk,
  }));
  return {
    request,
    kind: kindOf(request, held),
    isKnownInstrument: spec !== undefined,
    riskPerContract: risk.perContract,
    riskBasis: risk.basis,
    riskNote: risk.note,
    held,
    dominantRatio: card?.dominantRatio,
    waveDirection: card?.waveDirection,
    microsMax: context.microsMax ?? MICROS_MAX,
    isFresh: context.freshRoots.some(isOfProduct),
  };
}

/** A trade that is joined may end up with the new stop for all of it, or without one: the worse of both counts. */
function afterJoining(trade: Omit<HeldTrade, 'riskAfter'>, { lossOf }: EntryRisk): MicroUsd | undefined {
  const joined = lossOf?.(trade);
  return trade.risk === undefined || joined === undefined ? undefined : microUsd(Math.max(trade.risk, joined));
}

/** Risk the trade adds to what is open, counting what it does to the trade it joins. */
export function addedRisk({ request, riskPerContract, held }: EntryFacts): MicroUsd | undefined {
  if (riskPerContract === undefined) return undefined;
  let total: number = request.quantity * riskPerContract;
  for (const { risk, riskAfter } of held) {
    if (riskAfter === risk) continue;
    if (risk === undefined || riskAfter === undefined) return undefined;
    total += riskAfter - risk;
  }
  return microUsd(total);
}

/** Trades already held in the direction asked for, in this instrument or its sibling. */
export const sameSide = ({ request, held }: EntryFacts): readonly HeldTrade[] =>
  held.filter(({ side }) => side === request.side);
