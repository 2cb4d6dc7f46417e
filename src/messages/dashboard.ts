import { z } from 'zod';
import { feedFactSchema } from './feed-facts.js';
import {
  focusAssetSchema,
  focusPlanSchema,
  modeSchema,
  noTradeSchema,
  reasonSchema,
  sessionSchema,
} from './focus-plan.js';

/** What the engine publishes for browsers: entries `{event, data, at}` of `dashboard:stream:focus`, data as JSON. */

export const verdictSchema = z.enum(['IN_SYNC', 'GAP', 'STALE', 'UNKNOWN']);
export type Verdict = z.infer<typeof verdictSchema>;

export const positionRowSchema = z.object({
  account: z.string(),
  /** The platform's own contract name, e.g. `MGC 12-26`. */
  symbol: z.string(),
  /** Root in our catalogue, or null for an unknown one: kept, shown, counted as unmanaged risk. */
  root: z.string().nullable(),
  contract: z.string().nullable(),
  side: z.enum(['LONG', 'SHORT']),
  quantity: z.number(),
  avg_price: z.number(),
  last_price: z.number().nullable(),
  unrealized_pnl: z.number().nullable(),
  stop_price: z.number().nullable(),
  /** Dollars lost if the stop (or 2 ATR for what has none) is hit; null when it cannot be told. */
  risk_dollars: z.number().nullable(),
  risk_basis: z.enum(['stop', 'stop and 2 ATR', '2 ATR', 'unmanaged', 'unknown']),
  r_multiple: z.number().nullable(),
});
export type PositionRow = z.infer<typeof positionRowSchema>;

export const accountRowSchema = z.object({
  account: z.string(),
  bridge: z.string(),
  verdict: verdictSchema,
  /** When the newest snapshot was received. */
  heard_at: z.string(),
  /** The platform has lost its broker: what it reports is what it last knew. */
  cut_off: z.boolean().optional(),
  cash_balance: z.number().nullable(),
  /** As the platform reports it. */
  realized_pnl: z.number().nullable(),
  /** Result of our trading day, and where it was read: fills where the platform sends them. */
  day_realized: z.number().nullable(),
  result_source: z.enum(['executions', 'platform', 'none']),
  fees: z.number().nullable(),
  trades: z.number(),
  consecutive_losses: z.number().nullable(),
});

export const positionsSchema = z.object({
  as_of: z.string(),
  /** UNKNOWN until a bridge was heard: never shown as flat. */
  verdict: verdictSchema,
  accounts: z.array(accountRowSchema),
  positions: z.array(positionRowSchema),
});
export type PositionsState = z.infer<typeof positionsSchema>;

const limitsSchema = z.object({
  max_open_trades: z.number(),
  risk_per_trade: z.number(),
  daily_loss: z.number(),
  no_trade_loss: z.number(),
  losses_in_a_row: z.number(),
  total_risk_pct: z.number(),
  entry_cutoff_et: z.string(),
  overnight_warning_et: z.string(),
});
export type LimitsJson = z.infer<typeof limitsSchema>;

export const headroomSchema = z.object({
  rule: z.string(),
  label: z.string(),
  unit: z.enum(['usd', 'percent', 'count', 'minutes']),
  /** Null when not known. */
  used: z.number().nullable(),
  limit: z.number(),
});
export type HeadroomJson = z.infer<typeof headroomSchema>;

const ruleSchema = z.object({ rule: z.string(), text: z.string(), facts: reasonSchema.shape.facts });

/** JSON of `engine:risk_status`. Dollars; null means not known. */
export const riskStatusSchema = z.object({
  as_of: z.string(),
  trading_day: z.string(),
  accounts: z.array(
    z.object({ account: z.string(), verdict: verdictSchema, age_s: z.number(), cut_off: z.boolean().optional() }),
  ),
  open_trades: z.number().nullable(),
  open_risk_dollars: z.number().nullable(),
  total_risk_pct: z.number().nullable(),
  daily_pnl: z.number().nullable(),
  realized_pnl: z.number().nullable(),
  open_pnl: z.number().nullable(),
  consecutive_losses: z.number().nullable(),
  can_enter: z.boolean(),
  reasons: z.array(ruleSchema),
  warnings: z.array(ruleSchema),
  limits: limitsSchema,
  /** Looser limits that wait for their trading day. */
  limits_pending: z.object({ from: z.string(), limits: limitsSchema }).nullable(),
  headroom: z.array(headroomSchema),
  /** What the rules looked at besides the fields above, so that a reader can judge again at its own instant. */
  facts: z.object({
    account_size: z.number(),
    silent: z.array(z.string()),
    any_market_open: z.boolean(),
    unmanaged: z.array(z.string()),
    without_stop: z.array(z.string()),
    unreconciled: z.array(z.string()),
    /** Instruments whose prices are in doubt. */
    feed_faults: z.array(z.object({ symbol: z.string(), fact: z.string(), text: z.string() })).optional(),
  }),
});
export type RiskStatus = z.infer<typeof riskStatusSchema>;

/** JSON of `engine:session`. */
export const sessionStateSchema = z.object({
  as_of: z.string(),
  session: sessionSchema,
  since: z.string(),
  next: sessionSchema,
  next_at: z.string(),
  trading_day: z.string(),
});
export type SessionState = z.infer<typeof sessionStateSchema>;

/** JSON of `engine:no_trade`. */
export const noTradeStateSchema = noTradeSchema.extend({ as_of: z.string() });

export const alertSchema = z.object({
  /** Made from its meaning, so the same fact never alerts twice. */
  id: z.string(),
  at: z.string(),
  kind: z.enum(['session', 'focus', 'signal', 'no-trade', 'risk', 'feed', 'bridge', 'system']),
  severity: z.enum(['info', 'warning', 'critical']),
  symbol: z.string().nullable(),
  text: z.string(),
});
export type Alert = z.infer<typeof alertSchema>;

const healthStateSchema = z.enum(['ok', 'warning', 'down', 'unknown']);

/** State of the moving parts; `at` is when the part was last heard of. */
export const statusSchema = z.object({
  as_of: z.string(),
  mode: modeSchema,
  parts: z.array(
    z.object({
      part: z.enum(['engine', 'feed', 'bridge']),
      state: healthStateSchema,
      at: z.string().nullable(),
      reason: z.string(),
    }),
  ),
  markets: z.array(
    z.object({
      symbol: z.string(),
      phase: z.string(),
      open: z.boolean(),
      changes_at: z.string(),
      note: z.string().nullable(),
    }),
  ),
  /** The minutes since the newest stored bar are still being fetched and decided. */
  starting: z.boolean().optional(),
  /** What the engine holds for true of the feeds; whoever finds out otherwise tells it. */
  feed_facts: z.array(feedFactSchema).optional(),
});
export type SystemStatus = z.infer<typeof statusSchema>;

/** JSON of `engine:heartbeat`, written every second of wall time. */
export const heartbeatSchema = z.object({
  /** Market time. */
  at: z.string(),
  mode: modeSchema,
  /** Grows by one a beat; a reader sees life by change, whatever the clocks say. */
  beat: z.number(),
  status: statusSchema,
  /** Newest id of the dashboard stream that the engine wrote. */
  dashboard_id: z.string(),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

/** Payload of each dashboard event. `<symbol>-update` carries one asset. */
export const dashboardPayloads = {
  'focus-update': focusPlanSchema,
  'positions-update': positionsSchema,
  'risk-update': riskStatusSchema,
  'no-trade-alert': noTradeStateSchema,
  'session-change': sessionStateSchema,
  alert: alertSchema,
  status: statusSchema,
} as const;
export type DashboardEventName = keyof typeof dashboardPayloads;
export const assetEvent = (symbol: string): string => `${symbol.toLowerCase()}-update`;
export const assetPayload = focusAssetSchema;
