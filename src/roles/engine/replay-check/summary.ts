import { createHash } from 'node:crypto';
import { z } from 'zod';
import { alertSchema } from '../../../messages/dashboard.js';
import { focusPlanSchema } from '../../../messages/focus-plan.js';
import type { Decided } from './replay.js';

const counts = z.record(z.string(), z.int());
type Counts = Record<string, number>;

/** What is compared: counts that say where something moved, and one hash that says whether anything did. */
export const replaySummarySchema = z.object({
  days: z.record(
    z.string(),
    z.object({
      decisions: counts,
      plans: z.int(),
      /** Cards of the plans that could be traded, by symbol and side. */
      tradeable: counts,
      /** Plans that said not to trade, and by which reasons. */
      no_trade: z.int(),
      no_trade_reasons: counts,
      signals: counts,
      alerts: counts,
    }),
  ),
  /** SHA-256 over everything that was decided. */
  audit: z.string(),
});
export type ReplaySummary = z.infer<typeof replaySummarySchema>;
type Day = ReplaySummary['days'][string];

const signal = z.object({ type: z.string() });

export function summaryOf(decisions: Iterable<Decided>): ReplaySummary {
  const hash = createHash('sha256');
  const days: Record<string, Day> = {};
  for (const decision of decisions) {
    hash.update(`${decision.kind} ${JSON.stringify(decision.outputs)}\n`);
    days[decision.tradingDay] ??= emptyDay();
    const day = days[decision.tradingDay];
    if (day) count(day, decision);
  }
  return { days, audit: hash.digest('hex') };
}

const emptyDay = (): Day => ({
  decisions: {},
  plans: 0,
  tradeable: {},
  no_trade: 0,
  no_trade_reasons: {},
  signals: {},
  alerts: {},
});

function count(day: Day, { kind, outputs }: Decided): void {
  more(day.decisions, kind);
  for (const { event, data } of outputs) {
    if (event === 'focus-update') countPlan(day, data);
    if (event === 'signal') more(day.signals, signal.parse(data).type);
    if (event === 'alert') more(day.alerts, alertSchema.parse(data).kind);
  }
}

function countPlan(day: Day, data: unknown): void {
  const { assets, others, no_trade } = focusPlanSchema.parse(data);
  day.plans += 1;
  if (no_trade.active) day.no_trade += 1;
  for (const { id } of no_trade.reasons) more(day.no_trade_reasons, id);
  for (const card of [...assets, ...others]) if (card.tradeable) more(day.tradeable, `${card.symbol} ${card.bias}`);
}

function more(of: Counts, name: string): void {
  of[name] = (of[name] ?? 0) + 1;
}

/** One line a value that differs: where it stands, what was expected, what came. */
export function differences(expected: unknown, actual: unknown): readonly string[] {
  const [before, now] = [flat(expected), flat(actual)];
  const paths = [...new Set([...before.keys(), ...now.keys()])].toSorted();
  return paths
    .filter((path) => before.get(path) !== now.get(path))
    .map((path) => `${path}: ${before.get(path) ?? 'nothing'} -> ${now.get(path) ?? 'nothing'}`);
}

function flat(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[path, String(value)]]);
  return new Map(
    Object.entries(value).flatMap(([name, inner]) => [...flat(inner, path === '' ? name : `${path} / ${name}`)]),
  );
}
