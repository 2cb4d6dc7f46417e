import { z } from 'zod';
import { err, ok, type Result } from '../../kernel/result.js';
import {
  type Alert,
  alertSchema,
  assetPayload,
  dashboardPayloads,
  type PositionsState,
  type RiskStatus,
  type SessionState,
  type SystemStatus,
} from '../../messages/dashboard.js';
import type { FocusAsset, FocusPlanJson, NoTradeState } from '../../messages/focus-plan.js';
import type { DashboardEntry, DashboardSnapshot } from '../../ports/dashboard-source.js';

/** Alerts kept for the list and its filter. */
export const ALERTS_KEPT_MAX = 500;

/** Everything the page shows, newest values only. Undefined means the engine has not said it yet. */
export interface DashboardState {
  readonly plan: FocusPlanJson | undefined;
  readonly risk: RiskStatus | undefined;
  readonly noTrade: NoTradeState | undefined;
  readonly session: SessionState | undefined;
  readonly positions: PositionsState | undefined;
  /** Newest first. */
  readonly alerts: readonly Alert[];
  readonly status: SystemStatus | undefined;
}

export const emptyState: DashboardState = {
  plan: undefined,
  risk: undefined,
  noTrade: undefined,
  session: undefined,
  positions: undefined,
  alerts: [],
  status: undefined,
};

export const fromSnapshot = (snapshot: DashboardSnapshot): DashboardState => ({
  plan: snapshot.plan,
  risk: snapshot.risk,
  noTrade: snapshot.noTrade,
  session: snapshot.session,
  positions: snapshot.positions,
  alerts: newestFirst(snapshot.alerts),
  status: snapshot.status,
});

/** What one entry changed: the state after it, and the symbol when it was a single card's update. */
export interface Folded {
  readonly state: DashboardState;
  readonly symbol: string | undefined;
}

/** Folds one stream entry; the refusal names the field that is wrong. */
export function fold(state: DashboardState, entry: DashboardEntry): Result<Folded, string> {
  if (isDashboardEvent(entry.event)) return foldNamed(state, entry.event, entry.data);
  if (entry.event.endsWith('-update')) return foldAsset(state, entry);
  return err(`event: ${entry.event} is not one this page knows`);
}

type EventName = keyof typeof dashboardPayloads;
const isDashboardEvent = (event: string): event is EventName => Object.hasOwn(dashboardPayloads, event);

function foldNamed(state: DashboardState, event: EventName, data: unknown): Result<Folded, string> {
  const put = (patch: Partial<DashboardState>): Result<Folded, string> =>
    ok({ state: { ...state, ...patch }, symbol: undefined });
  if (event === 'alert') {
    const alert = alertSchema.safeParse(data);
    return alert.success ? put({ alerts: newestFirst([alert.data, ...state.alerts]) }) : refusal(alert.error);
  }
  const field = FIELD_OF[event];
  const parsed = dashboardPayloads[event].safeParse(data);
  return parsed.success ? put({ [field]: parsed.data }) : refusal(parsed.error);
}

const FIELD_OF = {
  'focus-update': 'plan',
  'positions-update': 'positions',
  'risk-update': 'risk',
  'no-trade-alert': 'noTrade',
  'session-change': 'session',
  status: 'status',
} as const satisfies Record<Exclude<EventName, 'alert'>, keyof DashboardState>;

function foldAsset(state: DashboardState, entry: DashboardEntry): Result<Folded, string> {
  const parsed = assetPayload.safeParse(entry.data);
  if (!parsed.success) return refusal(parsed.error);
  const asset = parsed.data;
  if (entry.event !== `${asset.symbol.toLowerCase()}-update`) {
    return err(`symbol: ${asset.symbol} does not belong to ${entry.event}`);
  }
  if (!state.plan) return ok({ state, symbol: asset.symbol });
  const swap = (list: readonly FocusAsset[]): FocusAsset[] => list.map((a) => (a.symbol === asset.symbol ? asset : a));
  const plan = { ...state.plan, assets: swap(state.plan.assets), others: swap(state.plan.others) };
  return ok({ state: { ...state, plan }, symbol: asset.symbol });
}

/** The same alert told twice stays one. */
function newestFirst(alerts: readonly Alert[]): readonly Alert[] {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  return [...byId.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, ALERTS_KEPT_MAX);
}

const refusal = (error: z.ZodError): Result<Folded, string> => err(z.prettifyError(error));
