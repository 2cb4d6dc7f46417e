import { minuteOf } from '../../../domain/sessions/new-york.js';
import { etMinuteOfDay } from '../../../domain/sessions/session.js';
import { type EpochMs, epochMs, iso, MINUTE } from '../../../kernel/units.js';
import type { RiskStatus } from '../../../messages/dashboard.js';
import { duration, percent, signedUsd, UNKNOWN, usd } from '../format.js';
import type { Panel, Tone } from './panel.js';

export const riskPanel: Panel = {
  id: 'risk',
  title: 'Risk',
  event: 'risk-update',
  view({ state, now }) {
    const { risk } = state;
    if (!risk) return { tone: 'unknown', known: false };
    const { limits } = risk;
    const tooMuch = (risk.total_risk_pct ?? 0) > limits.total_risk_pct;
    return {
      tone: tooMuch ? 'stop' : risk.can_enter ? 'calm' : 'warning',
      data: { 'can-enter': String(risk.can_enter), book: isOld(risk) ? 'old' : 'current' },
      known: true,
      overload: tooMuch
        ? `Open risk ${percent(risk.total_risk_pct)} is over the ${limits.total_risk_pct} % limit: cut it now.`
        : undefined,
      day: dayLoss(risk),
      open: {
        text: percent(risk.total_risk_pct),
        dollars: risk.open_risk_dollars === null ? '' : usd(risk.open_risk_dollars),
        limit: `${limits.total_risk_pct} %`,
        value: risk.total_risk_pct ?? 0,
        max: limits.total_risk_pct,
        tone: toneOf(risk.total_risk_pct, limits.total_risk_pct),
      },
      trades: counted(risk.open_trades, limits.max_open_trades),
      // The limit is the number of losses still tolerated, so reaching it is a warning and passing it a stop.
      losses: counted(risk.consecutive_losses, limits.losses_in_a_row),
      entries: entries(limits.entry_cutoff_et, now),
      reasons: risk.can_enter ? [] : risk.reasons.map((reason) => reason.text),
      warnings: risk.warnings.map((warning) => warning.text),
    };
  },
};

/** Whether the amounts come from an account that is no longer heard. */
const isOld = ({ accounts }: RiskStatus): boolean =>
  accounts.some(({ verdict }) => verdict === 'STALE' || verdict === 'UNKNOWN');

function dayLoss({ daily_pnl, realized_pnl, open_pnl, limits }: RiskStatus) {
  const lost = daily_pnl === null ? null : Math.max(0, -daily_pnl);
  return {
    text:
      daily_pnl !== null && daily_pnl > 0
        ? `${signedUsd(daily_pnl)} today`
        : `${usd(lost)} of ${usd(limits.daily_loss)} lost`,
    parts: `realised ${signedUsd(realized_pnl)} · open ${signedUsd(open_pnl)}`,
    value: lost ?? 0,
    max: limits.daily_loss,
    tone: toneOf(lost, limits.daily_loss),
  };
}

function toneOf(value: number | null, limit: number): Tone {
  if (value === null) return 'unknown';
  if (value >= limit) return 'stop';
  return value >= limit / 2 ? 'warning' : 'calm';
}

const counted = (value: number | null, limit: number) => ({
  text: `${value ?? UNKNOWN} of ${limit}`,
  tone: value === null ? 'unknown' : value > limit ? 'stop' : value === limit ? 'warning' : 'calm',
});

function entries(cutoff: string, now: EpochMs) {
  const minutesLeft = minuteOf(cutoff) - etMinuteOfDay(now);
  const until = epochMs(now - (now % MINUTE) + minutesLeft * MINUTE);
  return { cutoff, isOver: until <= now, until: iso(until), left: duration(until - now) };
}
