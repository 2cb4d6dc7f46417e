import { z } from 'zod';
import type { Trade, TradesOfDay } from '../../domain/accounts/journal.js';
import type { LimitsRecord, RiskEventNote } from '../../domain/copilot/effect.js';
import type { LimitsChange } from '../../domain/risk/limit-book.js';
import { tradingDay } from '../../domain/sessions/trading-day.js';
import { epochMs, microUsd } from '../../kernel/units.js';

/**
 * What the engine writes down and shows nobody, as it stands among the outputs of the audit: after a crash it is read from
 * there and written again, so it must come back as it was.
 */
const instant = z.number().transform(epochMs);
const money = z.number().transform(microUsd);
const day = z.string().transform(tradingDay);

export const storedLimits = z.object({
  openTradesMax: z.number(),
  riskPerTrade: money,
  dailyLoss: money,
  noTradeLoss: money,
  lossesInARow: z.number(),
  totalRiskPct: z.number(),
  entryCutoffMinute: z.number(),
  overnightWarningMinute: z.number(),
});

const limitsSchema = z.object({
  id: z.string(),
  at: instant,
  tradingDay: day,
  book: z.object({
    inForce: storedLimits,
    pending: z.object({ from: day, limits: storedLimits, accountSize: money.optional() }).optional(),
    accountSize: money.optional(),
  }),
  text: z.string(),
});

const riskEventSchema = z.object({
  id: z.string(),
  at: instant,
  tradingDay: day,
  rule: z.string(),
  severity: z.enum(['refuse', 'warn']),
  phase: z.enum(['began', 'ended']),
  text: z.string(),
  facts: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
});

const tradeSchema = z.object({
  id: z.string(),
  account: z.string(),
  symbol: z.string(),
  root: z.string().nullable(),
  side: z.enum(['LONG', 'SHORT']),
  quantity: z.number(),
  openedAt: instant,
  closedAt: instant,
  entryPrice: z.number(),
  exitPrice: z.number(),
  gross: money.nullable(),
  fees: money,
  net: money.nullable(),
});
const tradesSchema = z.object({ account: z.string(), tradingDay: day, trades: z.array(tradeSchema) });

interface AccountTrades {
  readonly account: string;
  readonly trades: TradesOfDay;
}

export const tradesRecord = ({ account, trades: { tradingDay: ofDay, trades } }: AccountTrades) => ({
  account,
  tradingDay: ofDay,
  trades: trades.map((trade) => ({
    ...trade,
    root: trade.root ?? null,
    gross: trade.gross ?? null,
    net: trade.net ?? null,
  })),
});

export function readTrades(data: unknown): AccountTrades {
  const { account, tradingDay: ofDay, trades } = tradesSchema.parse(data);
  return { account, trades: { tradingDay: ofDay, trades: trades.map(toTrade) } };
}

const toTrade = ({ root, gross, net, ...trade }: z.infer<typeof tradeSchema>): Trade => ({
  ...trade,
  root: root ?? undefined,
  gross: gross ?? undefined,
  net: net ?? undefined,
});

export function readLimits(data: unknown): LimitsRecord {
  const { book, ...record } = limitsSchema.parse(data);
  return { ...record, book: { ...book, pending: book.pending } };
}

export const readRiskEvent = (data: unknown): RiskEventNote => riskEventSchema.parse(data);

/** Only the limits that are named; an absent one is no change. */
export const limitsChange = (
  change: { [Key in keyof LimitsChange]?: LimitsChange[Key] | undefined },
): LimitsChange => ({
  ...(change.openTradesMax !== undefined && { openTradesMax: change.openTradesMax }),
  ...(change.riskPerTrade !== undefined && { riskPerTrade: change.riskPerTrade }),
  ...(change.dailyLoss !== undefined && { dailyLoss: change.dailyLoss }),
  ...(change.noTradeLoss !== undefined && { noTradeLoss: change.noTradeLoss }),
  ...(change.lossesInARow !== undefined && { lossesInARow: change.lossesInARow }),
  ...(change.totalRiskPct !== undefined && { totalRiskPct: change.totalRiskPct }),
  ...(change.entryCutoffMinute !== undefined && { entryCutoffMinute: change.entryCutoffMinute }),
  ...(change.overnightWarningMinute !== undefined && { overnightWarningMinute: change.overnightWarningMinute }),
});
