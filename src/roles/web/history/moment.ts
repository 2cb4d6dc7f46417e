import { type EpochMs, iso, type TradingDay, toUsd } from '../../../kernel/units.js';
import type { Mode } from '../../../messages/focus-plan.js';
import type { DayHistory, DayMoment, DaySummary } from '../../../ports/day-history.js';
import { etMinute, etTime, plural, price, signedUsd, UNKNOWN, weekdayLabel } from '../format.js';
import { alertRow } from '../panels/alerts.js';
import { noTradePanel } from '../panels/no-trade.js';
import { othersPanel } from '../panels/others.js';
import type { Panel, ViewContext } from '../panels/panel.js';
import { positionsPanel } from '../panels/positions.js';
import { riskPanel } from '../panels/risk.js';
import type { Render } from '../render.js';
import { emptyState } from '../state.js';
import { MINUTES_OF_DAY, minuteOf } from './day-time.js';

export interface MomentOptions {
  readonly summary: DaySummary;
  readonly moment: DayMoment;
  readonly planTimes: readonly EpochMs[];
  readonly at: EpochMs;
  readonly mode: Mode;
  readonly render: Render;
}

/** The same panels and cards as the live page, with the clock standing at a past instant. */
export function momentView({ summary, moment, planTimes, at, mode, render }: MomentOptions) {
  const { day } = summary;
  const { plan, noTrade, risk, positions, source } = moment;
  const context: ViewContext = {
    state: { ...emptyState, plan, noTrade, risk, positions, alerts: moment.alerts },
    now: at,
    freshness: { stale: false },
    mode: plan?.mode ?? mode,
    speed: 0,
    // The charts of today have nothing to say about this day.
    range: () => undefined,
  };
  const panel = (one: Panel): string => render.panel(one, context);
  const [before, next] = [planTimes.findLast((it) => it < at), planTimes.find((it) => it > at)];
  return {
    day,
    dayName: weekdayLabel(day),
    clock: etMinute(at),
    iso: iso(at),
    minute: minuteOf(day, at),
    minutes: MINUTES_OF_DAY,
    before: before === undefined ? undefined : link(day, before),
    next: next === undefined ? undefined : link(day, next),
    planTimes: planTimes.map((time) => ({ ...link(day, time), isShown: plan?.as_of === iso(time) })),
    noPlan: plan ? undefined : noPlanText(summary),
    computed: plan ? etTime(plan.as_of) : undefined,
    isPartial: source === 'snapshots',
    verdict: noTrade ? panel(noTradePanel) : undefined,
    risk: risk ? panel(riskPanel) : undefined,
    positions: positions ? panel(positionsPanel) : undefined,
    reports: reportRows(moment),
    cards: plan?.assets.map(({ symbol }) => render.card(symbol, context) ?? '') ?? [],
    others: plan ? panel(othersPanel) : undefined,
    alerts: moment.alerts.map(alertRow),
  };
}

/** One row a trading day, for the list. */
export const dayRow = (summary: DaySummary) => ({
  day: summary.day,
  name: weekdayLabel(summary.day),
  plans: summary.plans,
  first: etMinute(summary.firstPlanAt),
  last: etMinute(summary.lastPlanAt),
  alerts: summary.alerts,
  critical: summary.criticalAlerts,
  trades: summary.trades,
  net: summary.trades === 0 ? UNKNOWN : signedUsd(summary.net === undefined ? null : toUsd(summary.net)),
});
export type DayRows = Awaited<ReturnType<DayHistory['days']>>;

const link = (day: TradingDay, at: EpochMs) => ({
  text: etMinute(at),
  // To the second: a plan of 04:55:00.4 was not there at 04:55.
  href: `/history/${day}?at=${encodeURIComponent(iso(at))}`,
});

const noPlanText = ({ firstPlanAt, plans }: DaySummary): string =>
  `No plan yet at this minute. The first of ${plural(plans, 'plan')} was made at ${etMinute(firstPlanAt)} ET.`;

/** What the platform said, where what was made of it is no longer kept. */
function reportRows({ reports }: DayMoment) {
  return reports.flatMap(({ account, receivedAt, positions }) =>
    positions.length === 0
      ? [{ account, heard: etTime(receivedAt), text: 'flat' }]
      : positions.map((it) => ({
          account,
          heard: etTime(receivedAt),
          text: `${it.symbol} ${it.side} ${it.quantity} @ ${it.avgPrice}, last ${price(it.lastPrice ?? null, it.root ?? null)}`,
        })),
  );
}
