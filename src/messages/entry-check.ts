import { z } from 'zod';
import { type EntryFacts, entryFacts } from '../domain/risk/entry.js';
import { judgeRisk, type RiskVerdict } from '../domain/risk/judge.js';
import type { Finding } from '../domain/risk/rule.js';
import { iso, type MicroUsd, microUsd, toUsd } from '../kernel/units.js';
import type { PositionsState, RiskStatus } from './dashboard.js';
import { entryContextOf, noTradeWarnings, requestOf, sideOf } from './entry-context.js';
import type { FocusPlanJson } from './focus-plan.js';
import { type ReadAt, riskFactsOf } from './risk-facts.js';
import { notKnown, silence, standing } from './risk-standing.js';

/** No price of the catalogue comes near it; further out a loss no longer counts to the micro-dollar. */
const PRICE_MAX = 1_000_000;
const price = z.number().min(-PRICE_MAX).max(PRICE_MAX);
const name = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'must not hold control characters or broken Unicode');

/** Body of `POST /risk/check`: may this trade be entered now? */
export const entryRequestSchema = z.strictObject({
  /** A root (`MGC`) or a platform's contract name (`MGC 12-26`). */
  symbol: name(32),
  side: z.preprocess(
    (value) => (typeof value === 'string' ? value.trim().toUpperCase() : value),
    z.enum(['LONG', 'SHORT', 'BUY', 'SELL']),
  ),
  size: z.int().min(1).max(1_000),
  entry: price.optional(),
  stop: price.optional(),
  /** Where it would be entered; with several accounts it is needed to add to an open trade. */
  account: name(128).optional(),
});
export type EntryRequestJson = z.infer<typeof entryRequestSchema>;

const reason = z.object({
  rule: z.string(),
  text: z.string(),
  facts: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
});

/** Its answer. `judged_from` is the instant of the engine's status it was judged on. */
export const entryAnswerSchema = z.object({
  allowed: z.boolean(),
  symbol: z.string(),
  side: z.enum(['LONG', 'SHORT']),
  size: z.number(),
  /** It only closes what the book holds; when that is refused, whether there is anything left to close is not known. */
  closes: z.boolean(),
  /** What the trade can lose, and what that was measured with; null when it cannot be told, 0 for one that only closes. */
  risk_dollars: z.number().nullable(),
  risk_basis: z.enum(['request', 'plan', '2 ATR', 'unknown']),
  reasons: z.array(reason),
  warnings: z.array(reason),
  as_of: z.string(),
  judged_from: z.string().nullable(),
});
export type EntryAnswer = z.infer<typeof entryAnswerSchema>;

/** The engine's newest published state, as far as there is any. */
export interface Published {
  readonly risk?: RiskStatus | undefined;
  readonly positions?: PositionsState | undefined;
  readonly plan?: FocusPlanJson | undefined;
}

/** May this trade be entered at `now`? Judged with the engine's own rules on what it published last; it never throws. */
export function answerEntry({ risk, positions, plan }: Published, asked: EntryRequestJson, at: ReadAt): EntryAnswer {
  if (!risk) return toAnswer(asked, at, { reasons: [notKnown('no risk verdict yet: the engine has not spoken')] });
  const facts = riskFactsOf(risk, at, positions);
  const entry = entryFacts(entryContextOf({ facts, positions, plan }), requestOf(asked, facts.now));
  const { reasons, warnings } = judgeRisk({ ...facts, entry });
  const judged = { entry, judgedFrom: risk.as_of };
  if (entry.kind === 'closes')
    return toAnswer(asked, at, { ...judged, reasons: [...reasons, ...silence(risk, at)], warnings });
  const blind = positions ? [] : [notKnown('open positions are not known yet')];
  // Adding to a trade makes no trade more; everything else the engine refuses holds for any entry.
  const lifted = entry.kind === 'adds' ? ['max-open-trades'] : [];
  return toAnswer(asked, at, {
    ...judged,
    reasons: [...silence(risk, at), ...blind, ...standing(risk, { reasons, lifted })],
    warnings: [...warnings, ...noTradeWarnings(plan, warnings)],
  });
}

/** The published status judged again at `now`: the cut-off holds to the second, and an engine that fell silent refuses. */
export function liveVerdict(risk: RiskStatus, at: ReadAt): RiskVerdict {
  const judged = judgeRisk(riskFactsOf(risk, at));
  const reasons = [...silence(risk, at), ...standing(risk, { reasons: judged.reasons, lifted: [] })];
  return { canEnter: reasons.length === 0, reasons, warnings: judged.warnings };
}

interface Judged {
  readonly entry?: EntryFacts;
  readonly reasons: readonly Finding[];
  readonly warnings?: readonly Finding[];
  readonly judgedFrom?: string;
}

function toAnswer(
  { symbol, side, size }: EntryRequestJson,
  { now }: ReadAt,
  { entry, reasons, warnings = [], judgedFrom }: Judged,
): EntryAnswer {
  const isAllowed = reasons.length === 0;
  const isClose = entry?.kind === 'closes';
  return {
    allowed: isAllowed,
    symbol,
    side: sideOf(side),
    size,
    closes: isClose,
    risk_dollars: isClose ? (isAllowed ? 0 : null) : entry ? riskDollars(entry) : null,
    // What closes is measured with nothing.
    risk_basis: isClose || !entry ? 'unknown' : entry.riskBasis,
    reasons: reasons.map(copied),
    warnings: warnings.map(copied),
    as_of: iso(now),
    judged_from: judgedFrom ?? null,
  };
}

function riskDollars({ request, riskPerContract }: EntryFacts): number | null {
  return riskPerContract === undefined ? null : cents(microUsd(request.quantity * riskPerContract));
}

/** Whole cents, upwards: a loss is never shown smaller than it is. */
const cents = (amount: MicroUsd): number => toUsd(microUsd(Math.ceil(amount / 10_000) * 10_000));

const copied = ({ facts, ...finding }: Finding) => ({ ...finding, facts: { ...facts } });
