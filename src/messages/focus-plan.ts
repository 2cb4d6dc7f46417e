import { z } from 'zod';

/** Decimal price on the tick grid, or null when it is not known. */
const price = z.number().nullable();
const facts = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]));

export const reasonSchema = z.object({ id: z.string(), text: z.string(), facts });
export type Reason = z.infer<typeof reasonSchema>;

export const noTradeSchema = z.object({
  active: z.boolean(),
  reasons: z.array(reasonSchema),
  warnings: z.array(reasonSchema),
});
export type NoTradeState = z.infer<typeof noTradeSchema>;

/** One time frame of the confluence: what it says and what it says it by. Prices of the evidence are decimals. */
export const confluenceLayerSchema = z.object({
  layer: z.enum(['bias', 'setup', 'entry']),
  /** `1m`, `5m`, `15m` or `1h`. */
  frame: z.string(),
  direction: z.enum(['BULLISH', 'BEARISH', 'NEUTRAL']),
  bars: z.number(),
  needs: z.number(),
  /** Open of the newest closed bar of the frame. */
  bar_at: z.string().nullable(),
  evidence: facts,
});
export type ConfluenceLayerJson = z.infer<typeof confluenceLayerSchema>;

/** A level of the 5-minute bars; of a gap, the part that is still unfilled. */
export const ictLevelSchema = z.object({
  kind: z.enum(['gap', 'order-block', 'breaker', 'sweep']),
  side: z.enum(['LONG', 'SHORT']),
  low: z.number(),
  high: z.number(),
  at: z.string(),
  age_bars: z.number(),
  state: z.enum(['fresh', 'tested', 'part-filled']),
  /** Share of a gap that was filled, 0 to 1. */
  fill: z.number().nullable(),
});
export type IctLevelJson = z.infer<typeof ictLevelSchema>;

export const openingRangeSignalSchema = z.object({
  type: z.literal('ORB'),
  direction: z.enum(['LONG', 'SHORT']),
  trigger_price: z.number(),
  or_high: z.number(),
  or_low: z.number(),
  atr: z.number(),
  timestamp: z.string(),
});
export type OpeningRangeSignalJson = z.infer<typeof openingRangeSignalSchema>;

export const openingRangeSchema = z.object({
  high: z.number(),
  low: z.number(),
  /** 10:00 New York is past: the range will not change. */
  over: z.boolean(),
  /** Over, with a bar for each of its thirty minutes. */
  complete: z.boolean(),
  /** Minutes past without a bar. */
  missing: z.number(),
  signal: openingRangeSignalSchema.nullable(),
});
export type OpeningRangeJson = z.infer<typeof openingRangeSchema>;

export const gateSchema = z.object({
  /** ADX 14 and trend of the 15-minute bars: what the verdict rests on. The rest is evidence. */
  adx: z.number(),
  trend: z.enum(['BULLISH', 'BEARISH', 'NEUTRAL']),
  passes_long: z.boolean(),
  passes_short: z.boolean(),
  slope: z.number(),
  bar_at: z.string(),
  adx_1h: z.number().nullable(),
  trend_1h: z.enum(['BULLISH', 'BEARISH', 'NEUTRAL']).nullable(),
  vwap: z.number().nullable(),
});
export type GateJson = z.infer<typeof gateSchema>;

export const regimeSchema = z.object({
  label: z.enum(['calm', 'trending', 'stressed']).nullable(),
  /** Closed 5-minute bars since the label began. */
  bars: z.number(),
  /** Chances of calm, trending and stressed after this bar; they sum to 1. */
  chances: z.array(z.number()).length(3),
  /** Newest bar the model was trained on, and how many bars it saw. */
  trained_through: z.string(),
  rows: z.number(),
});
export type RegimeJson = z.infer<typeof regimeSchema>;

/** One card on the wire (contracts: `assets` of the focus plan). Prices are decimals, times ISO-8601 UTC. */
export const focusAssetSchema = z.object({
  symbol: z.string(),
  name: z.string(),
  contract: z.string(),
  /** The change to the next contract, in the week before it: `on` is the first trading day of `to`. */
  roll: z.object({ to: z.string(), on: z.string(), text: z.string() }).optional(),
  bias: z.enum(['LONG', 'SHORT', 'NEUTRAL']),
  tradeable: z.boolean(),
  /** Why it is not tradeable; of a tradeable card, what speaks against it all the same. */
  note: z.string().nullable(),
  last_price: price,
  price_at: z.string().nullable(),
  /** Seconds between `price_at` and the plan's `as_of`; readers that show it count on from `price_at`. */
  data_age_s: z.number().nullable(),
  stale: z.boolean(),
  /** Open of the newest closed 5-minute bar behind the numbers. */
  bar_at: z.string().nullable(),
  /** Its close: the price the levels were computed from. `last_price` goes on with the market. */
  bar_close: price.optional(),
  side: z.enum(['LONG', 'SHORT']).nullable(),
  entry_low: price,
  entry_high: price,
  stop: price,
  tp1: price,
  tp2: price,
  wave_ratio: z.number().nullable(),
  dominant_ratio: z.number().nullable(),
  wave_direction: z.enum(['BULLISH', 'BEARISH', 'NEUTRAL']).nullable(),
  current_ratio: z.number().nullable(),
  quality: z.number().nullable(),
  quality_version: z.literal(1),
  quality_parts: z.record(z.string(), z.number()),
  context: z.enum(['UPTREND', 'DOWNTREND', 'RANGING']).nullable(),
  bias_parts: z.record(z.string(), z.number()),
  vol_percentile: z.number().nullable(),
  vol_basis: z.enum(['time-of-day', 'recent']).nullable(),
  vol_days: z.number().nullable(),
  vol_regime: z.string().nullable(),
  atr: z.number().nullable(),
  /** Layers that agree, 0 to 3. */
  confluence: z.number(),
  /** Which layers have too few bars to say anything; null when all three count. */
  confluence_note: z.string().nullable(),
  confluence_layers: z.array(confluenceLayerSchema).optional(),
  ict_above: ictLevelSchema.nullable().optional(),
  ict_below: ictLevelSchema.nullable().optional(),
  /** Of the trading day of `bar_at`, as of its close; null before 09:30 New York. */
  opening_range: openingRangeSchema.nullable().optional(),
  gate: gateSchema.nullable().optional(),
  /** Null until a model was trained and its filter is warm. */
  regime: regimeSchema.nullable().optional(),
  /** What the volume of the newest closed 5-minute bar hints at. */
  hint: z
    .object({ kind: z.enum(['TP/BE', 'ADD', 'LOW VOL']), at: z.string() })
    .nullable()
    .optional(),
  position_size: z.number(),
  risk_per_contract: z.number().nullable(),
  risk_dollars: z.number(),
  max_loss_text: z.string().nullable(),
});
export type FocusAsset = z.infer<typeof focusAssetSchema>;

export const modeSchema = z.enum(['live', 'replay', 'demo']);
export type Mode = z.infer<typeof modeSchema>;
export const sessionSchema = z.enum(['pre-market', 'active', 'off-hours']);

/** JSON of `GET /api/focus`, of Redis `engine:daily_focus` and of the `focus` command. */
export const focusPlanSchema = z.object({
  version: z.literal(1),
  as_of: z.string(),
  trading_day: z.string(),
  session: sessionSchema,
  mode: modeSchema,
  no_trade: noTradeSchema,
  account: z.object({ size: z.number(), risk_cap: z.number() }),
  assets: z.array(focusAssetSchema),
  others: z.array(focusAssetSchema),
});
export type FocusPlanJson = z.infer<typeof focusPlanSchema>;
