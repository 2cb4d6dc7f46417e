import { after, type EpochMs, epochMs, MINUTE } from '../../src/kernel/units.js';
import type { PositionsState } from '../../src/messages/dashboard.js';
import type { DashboardSnapshot } from '../../src/ports/dashboard-source.js';
import { gateAt, regimeAt } from './card-source.js';
import { ago, alertsAt, asset, planAt, positionsAt, riskAt, seedOf, sessionStateAt } from './web-source.js';

/** 09:42:10 in New York: the busiest part of the day. */
export const BUSY = epochMs(Date.parse('2026-11-20T14:42:10Z'));

export const activeSession = (now: EpochMs) =>
  sessionStateAt(now, {
    session: 'active',
    since: '2026-11-20T10:00:00.000Z',
    next: 'off-hours',
    next_at: '2026-11-20T17:00:00.000Z',
  });

/** As much as a page ever has to hold: six cards, two accounts in positions, every banner, sixty alerts. */
export function fullDay(now: EpochMs): Partial<DashboardSnapshot> {
  const young = after(now, 10 * MINUTE);
  const plan = planAt(now, { session: 'active' });
  const rich = { gate: gateAt(now), regime: regimeAt(), hint: { kind: 'ADD' as const, at: ago(now, 130) } };
  const cards = (['mgc', 'mnq', 'mcl', 'mes', 'sil', 'mhg'] as const).map((root) => asset(seedOf(root), now, rich));
  return {
    session: activeSession(now),
    plan: { ...plan, assets: cards, others: [] },
    noTrade: fourReasons(now),
    positions: twoPositions(young),
    risk: overRisk(young),
    alerts: Array.from({ length: 12 }, (_, n) =>
      alertsAt(now).map((alert, i) => ({ ...alert, id: `${n}-${i}`, at: ago(now, 60 * (5 * n + i)) })),
    ).flat(),
  };
}

/** Blocked for three reasons, with one more thing to mind. */
export const fourReasons = (now: EpochMs): NonNullable<DashboardSnapshot['noTrade']> => ({
  as_of: ago(now, 1),
  active: true,
  reasons: [
    { id: 'loss-streak', text: '3 losing trades in a row today, 2 are allowed', facts: {} },
    { id: 'extreme-volatility', text: 'Extreme volatility: MNQ at percentile 93, over 88', facts: {} },
    { id: 'low-quality', text: 'All focus assets are under quality 55: the best has 48.8', facts: {} },
  ],
  warnings: [{ id: 'looks-extreme', text: 'Volatility looks extreme: MGC at percentile 90, over 88', facts: {} }],
});

export function twoPositions(young: EpochMs): PositionsState {
  const one = positionsAt(young);
  const [account] = one.accounts;
  const [row] = one.positions;
  if (!account || !row) throw new Error('the fixture is empty');
  const short = {
    ...row,
    account: 'Apex-50k-02',
    symbol: 'MNQ 12-26',
    root: 'MNQ',
    contract: 'MNQZ6',
    side: 'SHORT' as const,
    quantity: 3,
    avg_price: 25020.5,
    last_price: 25012.25,
    unrealized_pnl: 49.5,
    stop_price: 25052.5,
    risk_dollars: 192,
    r_multiple: 0.26,
  };
  return { ...one, accounts: [account, { ...account, account: 'Apex-50k-02' }], positions: [row, short] };
}

const overRisk = (young: EpochMs) =>
  riskAt(young, {
    can_enter: false,
    open_trades: 2,
    total_risk_pct: 5.6,
    open_risk_dollars: 2_800,
    reasons: [
      { rule: 'loss-streak', text: '3 losing trades in a row today, 2 are allowed', facts: {} },
      { rule: 'max-open-trades', text: '2 trades are open, 2 is the most', facts: {} },
    ],
    warnings: [{ rule: 'no-stop', text: 'MGC has no working stop: counted at 2 ATR', facts: {} }],
  });
