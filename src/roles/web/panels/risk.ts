import type { RiskStatus } from '../../../messages/dashboard.js';
import { signedUsd, weekdayLabel } from '../format.js';
import { uncounted } from './believed.js';
import { differing, limitText } from './limit-words.js';
import type { Panel, Tone } from './panel.js';
import { gaugeView } from './risk-gauges.js';

export const riskPanel: Panel = {
  id: 'risk',
  title: 'Risk',
  event: 'risk-update',
  view({ state, now }) {
    const { risk } = state;
    if (!risk) return { tone: 'unknown', known: false };
    const missing = uncounted(state);
    return {
      tone: missing > 0 ? 'stop' : toneOf(risk),
      data: {
        'can-enter': String(risk.can_enter),
        book: isOld(risk) ? 'old' : 'current',
        'open-pnl': openPnl(risk),
      },
      known: true,
      day: {
        text: signedUsd(risk.daily_pnl),
        parts: [`realised ${signedUsd(risk.realized_pnl)}`, `open ${signedUsd(risk.open_pnl)}`],
        pnlTone:
          risk.daily_pnl === null ? 'unknown' : risk.daily_pnl > 0 ? 'gain' : risk.daily_pnl < 0 ? 'loss' : 'flat',
      },
      gauges: risk.headroom.map((room) => gaugeView(room, { risk, now, uncounted: missing })),
      reasons: risk.can_enter ? [] : risk.reasons.map((reason) => reason.text),
      warnings: risk.warnings.map((warning) => warning.text),
      pending: pendingOf(risk),
    };
  },
};

function toneOf({ total_risk_pct, limits, can_enter }: RiskStatus): Tone {
  if ((total_risk_pct ?? 0) > limits.total_risk_pct) return 'stop';
  return can_enter ? 'calm' : 'warning';
}

/** Whether the amounts come from an account that is no longer heard. */
const isOld = ({ accounts }: RiskStatus): boolean =>
  accounts.some(({ verdict }) => verdict === 'STALE' || verdict === 'UNKNOWN');

/** What the page's title says: the open result while something is open and the account is heard. */
const openPnl = (risk: RiskStatus): string =>
  isOld(risk) || !risk.open_trades || risk.open_pnl === null ? '' : signedUsd(risk.open_pnl);

/** Looser limits that wait, as one line: "from Mon 23 Nov: daily loss $600". */
function pendingOf({ limits, limits_pending: pending }: RiskStatus): string | undefined {
  if (!pending) return undefined;
  const changes = differing(limits, pending.limits).map((field) => limitText(field, pending.limits));
  return changes.length === 0 ? undefined : `from ${weekdayLabel(pending.from)}: ${changes.join(', ')}`;
}
