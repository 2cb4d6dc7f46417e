import { type EpochMs, epochMs, iso } from '../../src/kernel/units.js';
import type { Command } from '../../src/messages/commands.js';
import type {
  Alert,
  Heartbeat,
  PositionsState,
  RiskStatus,
  SessionState,
  SystemStatus,
} from '../../src/messages/dashboard.js';
import { statusSchema } from '../../src/messages/dashboard.js';
import type { FocusAsset, FocusPlanJson } from '../../src/messages/focus-plan.js';
import type { Clock } from '../../src/ports/clock.js';
import type { DashboardEntry, DashboardSnapshot, DashboardSource } from '../../src/ports/dashboard-source.js';
import type { Log } from '../../src/ports/log.js';
import type { Timers } from '../../src/roles/web/timers.js';
import { analysisOf } from './card-source.js';
import { quietRisk } from './risk-status.js';

/** 04:57:12 in New York on an ordinary Friday. */
export const MORNING = epochMs(Date.parse('2026-11-20T09:57:12Z'));
export const ago = (now: EpochMs, seconds: number): string => iso(epochMs(now - seconds * 1000));
const soon = (now: EpochMs, seconds: number): string => ago(now, -seconds);

export const quietLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A clock and timers that move only when told: time passes in steps, and what is due runs in order. */
export function manualTime(start: EpochMs = MORNING) {
  let elapsed = 0;
  let counter = 0;
  const due = new Map<number, { at: number; every: number | undefined; run: () => void }>();
  const add = (ms: number, every: number | undefined, run: () => void) => {
    counter += 1;
    const id = counter;
    due.set(id, { at: elapsed + ms, every, run });
    return () => void due.delete(id);
  };
  const timers: Timers = { after: (ms, run) => add(ms, undefined, run), every: (ms, run) => add(ms, ms, run) };
  const clock: Clock = { now: () => epochMs(start + elapsed), elapsed: () => elapsed, speed: 1 };
  const next = (until: number) =>
    [...due].filter(([, timer]) => timer.at <= until).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
  return {
    timers,
    clock,
    pending: () => due.size,
    /** Promises settle between timers, as they do in a real process. */
    async pass(ms: number) {
      const until = elapsed + ms;
      for (let found = next(until); found; found = next(until)) {
        const [id, timer] = found;
        elapsed = Math.max(elapsed, timer.at);
        if (timer.every === undefined) due.delete(id);
        else timer.at += timer.every;
        timer.run();
        for (let i = 0; i < 8; i += 1) await Promise.resolve();
      }
      elapsed = until;
    },
  };
}

export interface AssetSeed {
  symbol: string;
  name: string;
  contract: string;
  bias: FocusAsset['bias'];
  last: number;
  zone: [number, number];
  stop: number;
  tp: [number, number];
  quality: number;
  ratio: number;
  size: number;
  perContract: number;
  note?: string;
  maxLoss?: string;
}

export function asset(seed: AssetSeed, now: EpochMs, more: Partial<FocusAsset> = {}): FocusAsset {
  const up = seed.ratio >= 1;
  const analysis = analysisOf(seed, now);
  const confluence = ((up ? 1 : -1) * analysis.confluence) / 3;
  return {
    symbol: seed.symbol,
    name: seed.name,
    contract: seed.contract,
    bias: seed.bias,
    tradeable: seed.bias !== 'NEUTRAL' && seed.size > 0,
    note: seed.note ?? null,
    last_price: seed.last,
    price_at: ago(now, 3),
    data_age_s: 3,
    stale: false,
    bar_at: ago(now, 432),
    bar_close: seed.last,
    side: seed.stop < seed.last ? 'LONG' : 'SHORT',
    entry_low: seed.zone[0],
    entry_high: seed.zone[1],
    stop: seed.stop,
    tp1: seed.tp[0],
    tp2: seed.tp[1],
    wave_ratio: seed.ratio,
    dominant_ratio: up ? seed.ratio : Math.round(100 / seed.ratio) / 100,
    wave_direction: up ? (seed.ratio > 1.1 ? 'BULLISH' : 'NEUTRAL') : 'BEARISH',
    current_ratio: up ? 0.83 : -1.12,
    quality: seed.quality,
    quality_version: 1,
    quality_parts: { volatility: 1.5, momentum: 0.5, impulse: 0.35, candle: 0, higher_frame: 0.5 },
    context: up ? 'UPTREND' : 'DOWNTREND',
    bias_parts: { wave: up ? 1 : -1, ao: up ? 1 : -1, confluence, score: (up ? 0.7 : -0.7) + 0.3 * confluence },
    vol_percentile: 41,
    vol_basis: 'time-of-day',
    vol_days: 20,
    vol_regime: 'normal',
    atr: Math.abs(seed.last - seed.stop) / 1.5,
    ...analysis,
    position_size: seed.size,
    risk_per_contract: seed.perContract,
    risk_dollars: Math.round(seed.size * seed.perContract * 100) / 100,
    max_loss_text: seed.maxLoss ?? null,
    ...more,
  };
}

const SEEDS = {
  mgc: {
    symbol: 'MGC',
    name: 'Micro Gold',
    contract: 'MGCZ6',
    bias: 'LONG',
    last: 4207,
    zone: [4204.1, 4207.9],
    stop: 4198.2,
    tp: [4217.4, 4228],
    quality: 72.5,
    ratio: 1.92,
    size: 3,
    perContract: 97,
  },
  mnq: {
    symbol: 'MNQ',
    name: 'Micro E-mini Nasdaq-100',
    contract: 'MNQZ6',
    bias: 'SHORT',
    last: 25012.25,
    zone: [25004.75, 25031],
    stop: 25052.5,
    tp: [24958.25, 24911],
    quality: 64.1,
    ratio: 0.61,
    size: 3,
    perContract: 95.5,
  },
  mes: {
    symbol: 'MES',
    name: 'Micro E-mini S&P 500',
    contract: 'MESZ6',
    bias: 'NEUTRAL',
    last: 6803.25,
    zone: [6799.5, 6804.75],
    stop: 6793.25,
    tp: [6812, 6821.25],
    quality: 48.8,
    ratio: 1.21,
    size: 0,
    perContract: 57.5,
    note: 'skip today: quality 48.8 is under 55',
  },
  mcl: {
    symbol: 'MCL',
    name: 'Micro WTI Crude Oil',
    contract: 'MCLF7',
    bias: 'LONG',
    last: 60.42,
    zone: [60.31, 60.46],
    stop: 60.12,
    tp: [60.68, 60.95],
    quality: 58.2,
    ratio: 1.34,
    size: 11,
    perContract: 34,
  },
  sil: {
    symbol: 'SIL',
    name: 'Micro Silver',
    contract: 'SILZ6',
    bias: 'LONG',
    last: 50.415,
    zone: [50.335, 50.435],
    stop: 50.02,
    tp: [50.66, 50.9],
    quality: 66,
    ratio: 1.55,
    size: 0,
    perContract: 415,
    note: 'size 0: stop $415 > cap $375',
    maxLoss: 'Stop $415 > cap $375: needs a $55,334 account.',
  },
  mhg: {
    symbol: 'MHG',
    name: 'Micro Copper',
    contract: 'MHGZ6',
    bias: 'NEUTRAL',
    last: 5.012,
    zone: [5.0045, 5.014],
    stop: 4.9925,
    tp: [5.0275, 5.047],
    quality: 41,
    ratio: 1.02,
    size: 0,
    perContract: 53.75,
    note: 'skip today: quality 41 is under 55',
  },
} satisfies Record<string, AssetSeed>;
export const seedOf = (symbol: keyof typeof SEEDS): AssetSeed => SEEDS[symbol];

export function planAt(now: EpochMs, more: Partial<FocusPlanJson> = {}): FocusPlanJson {
  const of = (...symbols: (keyof typeof SEEDS)[]): FocusAsset[] => symbols.map((symbol) => asset(SEEDS[symbol], now));
  return {
    version: 1,
    as_of: ago(now, 132),
    trading_day: '2026-11-20',
    session: 'pre-market',
    mode: 'demo',
    no_trade: { active: false, reasons: [], warnings: [] },
    account: { size: 50_000, risk_cap: 375 },
    assets: of('mgc', 'mnq', 'mcl', 'mes'),
    others: of('sil', 'mhg'),
    ...more,
  };
}

/** Bars that agree with the figures beside them, as the engine's do. */
function headroomOf(more: Partial<RiskStatus>): RiskStatus['headroom'] {
  const { daily_pnl = -86.5, total_risk_pct = 0.3, open_trades = 1, consecutive_losses = 1 } = more;
  const lost = daily_pnl === null ? null : Math.max(0, -daily_pnl);
  return [
    { rule: 'daily-loss', label: 'day loss', unit: 'usd', used: lost, limit: 500 },
    { rule: 'total-risk', label: 'open risk', unit: 'percent', used: total_risk_pct, limit: 5 },
    { rule: 'max-open-trades', label: 'open trades', unit: 'count', used: open_trades, limit: 2 },
    { rule: 'entry-cutoff', label: 'entries', unit: 'minutes', used: 297, limit: 600 },
    { rule: 'loss-streak', label: 'losses in a row', unit: 'count', used: consecutive_losses, limit: 2 },
  ];
}

export const riskAt = (now: EpochMs, more: Partial<RiskStatus> = {}): RiskStatus =>
  quietRisk(now, {
    as_of: ago(now, 1),
    accounts: [{ account: 'Sim101', verdict: 'IN_SYNC', age_s: 1 }],
    open_risk_dollars: 150,
    total_risk_pct: 0.3,
    consecutive_losses: 1,
    headroom: headroomOf(more),
    ...more,
  });

export function positionsAt(now: EpochMs, more: Partial<PositionsState> = {}): PositionsState {
  return {
    as_of: ago(now, 1),
    verdict: 'IN_SYNC',
    accounts: [
      {
        account: 'Sim101',
        bridge: 'ninjatrader',
        verdict: 'IN_SYNC',
        heard_at: ago(now, 1),
        cash_balance: 50_000,
        realized_pnl: -120.5,
        day_realized: -120.5,
        result_source: 'executions',
        fees: 7.44,
        trades: 2,
        consecutive_losses: 1,
      },
    ],
    positions: [
      {
        account: 'Sim101',
        symbol: 'MGC 12-26',
        root: 'MGC',
        contract: 'MGCZ6',
        side: 'LONG',
        quantity: 2,
        avg_price: 4205.3,
        last_price: 4207,
        unrealized_pnl: 34,
        stop_price: 4199.8,
        risk_dollars: 110,
        risk_basis: 'stop',
        r_multiple: 0.31,
      },
    ],
    ...more,
  };
}

export const noTradeAt = (now: EpochMs): NonNullable<DashboardSnapshot['noTrade']> => ({
  as_of: ago(now, 1),
  active: true,
  reasons: [{ id: 'extreme-volatility', text: 'MNQ volatility 93 of 100 (limit 88)', facts: {} }],
  warnings: [],
});

export function sessionStateAt(now: EpochMs, more: Partial<SessionState> = {}): SessionState {
  return {
    as_of: ago(now, 1),
    session: 'pre-market',
    since: ago(now, 17_832),
    next: 'active',
    next_at: soon(now, 168),
    trading_day: '2026-11-20',
    ...more,
  };
}

export function statusAt(now: EpochMs, more: Partial<SystemStatus> = {}): SystemStatus {
  return {
    as_of: ago(now, 1),
    mode: 'demo',
    parts: [
      { part: 'engine', state: 'ok', at: ago(now, 1), reason: 'running' },
      { part: 'feed', state: 'ok', at: ago(now, 2), reason: 'demo market, live' },
      { part: 'bridge', state: 'ok', at: ago(now, 1), reason: 'Sim101 is in sync' },
    ],
    markets: ['MGC', 'MNQ', 'MES', 'MCL', 'SIL', 'MHG'].map((symbol) => ({
      symbol,
      phase: 'open',
      open: true,
      changes_at: '2026-11-20T22:00:00.000Z',
      note: null,
    })),
    ...more,
  };
}

/** The header of a data role that has died. */
export function feedDown(now: EpochMs): SystemStatus {
  const status = statusAt(now);
  const reason = 'the data service is silent for 7 s';
  const parts = status.parts.map((it) => (it.part === 'feed' ? { ...it, state: 'down' as const, reason } : it));
  return { ...status, parts };
}

export function alertsAt(now: EpochMs): Alert[] {
  const rows: [number, Alert['kind'], Alert['severity'], string | null, string][] = [
    [132, 'focus', 'info', 'MGC', 'MGC focus LONG, quality 72'],
    [132, 'focus', 'info', 'MNQ', 'MNQ focus SHORT, quality 64'],
    [431, 'risk', 'warning', null, 'A losing trade: 1 of 2 in a row'],
    [1_870, 'feed', 'critical', 'MHG', 'MHG had no bar for 0:06:00'],
    [17_832, 'session', 'info', null, 'Session PRE-MARKET'],
  ];
  return rows.map(([age, kind, severity, symbol, text], i) => ({
    id: `alert-${i}`,
    at: ago(now, age),
    kind,
    severity,
    symbol,
    text,
  }));
}

export const fullSnapshot = (now: EpochMs, more: Partial<DashboardSnapshot> = {}): DashboardSnapshot => ({
  cursor: '1000-0',
  plan: planAt(now),
  risk: riskAt(now),
  session: sessionStateAt(now),
  positions: positionsAt(now),
  alerts: alertsAt(now),
  status: statusAt(now),
  ...more,
});

/** An engine in memory: keeps the stream, delivers at once, and can be told to fall silent or to break. */
export interface FakeSource extends DashboardSource {
  publish(event: string, data: unknown): string;
  beat(): void;
  setState(state: 'up' | 'down'): void;
  setHealth(health: { redis: boolean; postgres: boolean; reason?: string }): void;
  /** Entries before this id are gone, as after a trim. */
  trimBefore(id: string): void;
  /** Runs inside the next `lastFocusUpdates`, to publish between catch-up and live. */
  onLastFocusUpdates(run: () => void): void;
  failCommands(): void;
  /** Subscriptions that are open. */
  listeners(): number;
  readonly commands: readonly Command[];
}

export function fakeSource(
  snapshot: DashboardSnapshot,
  clock: Pick<Clock, 'now'>,
  mode: Heartbeat['mode'] = 'demo',
): FakeSource {
  const entries: DashboardEntry[] = [];
  const listeners = new Set<{ onEntry(entry: DashboardEntry): void; onState(state: 'up' | 'down'): void }>();
  const commands: Command[] = [];
  const [startMs = '0'] = snapshot.cursor.split('-');
  let sequence = 0;
  let told = snapshot.status;
  let heartbeat: Heartbeat | undefined;
  let health: { redis: boolean; postgres: boolean; reason?: string } = { redis: true, postgres: true };
  let oldest: string | undefined;
  let between: (() => void) | undefined;
  let commandsFail = false;
  const newer = (a: string, b: string): boolean => {
    const [aMs = '0', aSeq = '0'] = a.split('-');
    const [bMs = '0', bSeq = '0'] = b.split('-');
    return Number(aMs) > Number(bMs) || (aMs === bMs && Number(aSeq) > Number(bSeq));
  };
  const source: FakeSource = {
    commands,
    async snapshot() {
      return snapshot;
    },
    async entriesAfter(cursor, max) {
      if (oldest !== undefined && newer(oldest, cursor)) return 'too-old';
      return entries.filter((entry) => newer(entry.id, cursor)).slice(0, max);
    },
    async lastFocusUpdates(n) {
      const updates = entries.filter(({ event }) => event === 'focus-update' || /^m|^sil-/.test(event)).slice(-n);
      between?.();
      between = undefined;
      return updates;
    },
    subscribe(after, onEntry, onState) {
      const listener = { onEntry, onState };
      for (const entry of entries) if (newer(entry.id, after)) onEntry(entry);
      listeners.add(listener);
      return { close: async () => void listeners.delete(listener) };
    },
    async heartbeat() {
      return heartbeat;
    },
    async sendCommand(command) {
      if (commandsFail) throw new Error('the stream is gone');
      commands.push(command);
    },
    async health() {
      return health;
    },
    publish(event, data) {
      sequence += 1;
      const entry = { id: `${startMs}-${sequence}`, event, data };
      entries.push(entry);
      if (event === 'status') told = statusSchema.parse(data);
      for (const listener of listeners) listener.onEntry(entry);
      // The engine's next heartbeat says the same.
      if (event === 'status' && heartbeat) source.beat();
      return entry.id;
    },
    beat() {
      const at = iso(clock.now());
      const status = { ...(told ?? statusAt(clock.now())), as_of: at };
      const parts = status.parts.map((part) => (part.at === null || part.state !== 'ok' ? part : { ...part, at }));
      heartbeat = {
        at,
        mode,
        beat: (heartbeat?.beat ?? 0) + 1,
        status: { ...status, parts },
        dashboard_id: snapshot.cursor,
      };
    },
    setState(state) {
      for (const listener of listeners) listener.onState(state);
    },
    setHealth(next) {
      health = next;
    },
    trimBefore(id) {
      oldest = id;
    },
    onLastFocusUpdates(run) {
      between = run;
    },
    failCommands() {
      commandsFail = true;
    },
    listeners: () => listeners.size,
  };
  source.beat();
  return source;
}
