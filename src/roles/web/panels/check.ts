import { after, iso } from '../../../kernel/units.js';
import type { EntryAnswer } from '../../../messages/entry-check.js';
import type { FieldError } from '../fields.js';
import { etTime, instant, usd } from '../format.js';
import type { ViewContext } from './panel.js';

/** A permission is not kept: after this long (wall time) the page greys it and says to ask again. */
const GOOD_FOR_MS = 20_000;
const BASIS: Readonly<Record<EntryAnswer['risk_basis'], string>> = {
  request: 'to your stop',
  plan: 'to the plan’s stop',
  '2 ATR': 'counted at 2 ATR',
  unknown: '',
};

/** The answer to "may I enter this?", or what was wrong with the question. */
export function checkView(
  { answer, errors = [] }: { readonly answer?: EntryAnswer; readonly errors?: readonly FieldError[] },
  { speed }: ViewContext,
) {
  if (!answer) return { state: errors.length > 0 ? 'refused' : 'none', errors, oldAt: '' };
  const { allowed, symbol, side, size } = answer;
  const asked = instant(answer.as_of);
  const isCareful = allowed && answer.warnings.length > 0;
  return {
    state: allowed ? 'yes' : 'no',
    errors,
    isCareful,
    mark: isCareful ? '▲' : allowed ? '✓' : '■',
    word: isCareful ? 'YES, BUT' : allowed ? 'YES' : 'NO',
    question: `${side} ${size} ${symbol.toUpperCase()}`,
    risk: riskText(answer),
    reasons: answer.reasons.map(({ text }) => text),
    warnings: answer.warnings.map(({ text }) => text),
    at: etTime(answer.as_of),
    oldAt: Number.isFinite(speed) ? iso(after(asked, GOOD_FOR_MS * speed)) : '',
  };
}

function riskText({ closes, allowed, risk_dollars, risk_basis }: EntryAnswer): string {
  if (closes) return allowed ? 'only closes: no new risk' : 'would only close';
  return risk_dollars === null ? 'risk not known' : `risk ${usd(risk_dollars)} ${BASIS[risk_basis]}`.trim();
}
