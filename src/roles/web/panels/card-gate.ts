import { ADX_OVER } from '../../../domain/gate/gate.js';
import type { FocusAsset, GateJson } from '../../../messages/focus-plan.js';
import { fixed, signed } from '../format.js';
import { isActionable } from './card-actionable.js';
import { type FaceLine, row, type WhySection } from './card-section.js';
import { barWords, directionWords, fine, MARKS, NOT_YET, shown } from './card-words.js';
import type { ViewContext } from './panel.js';

const NOT_READY = 'not ready';
const NEEDS = 'ADX needs 28 bars of 15m';

/** Whether the 15-minute trend lets the card's side pass. */
export function gateFace(asset: FocusAsset, context: ViewContext): FaceLine {
  const head = { key: 'gate', label: 'gate' };
  const { gate } = asset;
  if (!gate) return { ...head, says: NOT_READY, mood: 'quiet', detail: [NEEDS] };
  const adx = `${gate.adx > ADX_OVER ? '' : 'weak '}ADX ${fixed(gate.adx, 1)}`;
  return { ...head, ...verdictOf(asset, gate, context), detail: [adx, `15m ${MARKS[gate.trend]}`] };
}

export function gateWhy(asset: FocusAsset, context: ViewContext): WhySection {
  const { gate, symbol } = asset;
  const head = { id: 'gate', title: 'Gate' };
  if (!gate) return { ...head, says: `${NOT_READY}: ${NEEDS}`, groups: [] };
  return {
    ...head,
    says: verdictOf(asset, gate, context).says,
    at: barWords(gate.bar_at, '15m', context.now),
    groups: [
      {
        rows: [
          row('ADX 14, 15m', fixed(gate.adx, 1), `over ${ADX_OVER}`),
          row('trend, 15m', directionWords(gate.trend), `EMA 20 by ${signed(gate.slope, 2)} ATR a bar`),
          row('LONG', gate.passes_long ? 'passes' : 'held back', 'both, with a bullish trend'),
          row('SHORT', gate.passes_short ? 'passes' : 'held back', 'both, with a bearish trend'),
          row('ADX 14, 1h', shown(gate.adx_1h, 1), 'evidence only'),
          row('trend, 1h', gate.trend_1h === null ? NOT_YET : directionWords(gate.trend_1h), 'evidence only'),
          row('VWAP', fine(gate.vwap, symbol), 'from 18:00 ET, evidence only'),
        ],
      },
    ],
  };
}

function verdictOf(asset: FocusAsset, gate: GateJson, context: ViewContext): Pick<FaceLine, 'says' | 'mood'> {
  const { bias } = asset;
  if (bias === 'NEUTRAL') {
    const side = gate.passes_long ? 'LONG' : gate.passes_short ? 'SHORT' : undefined;
    return { says: side ? `would pass ${side}` : 'passes neither side', mood: 'quiet' };
  }
  const passes = bias === 'LONG' ? gate.passes_long : gate.passes_short;
  if (!passes) return { says: `✗ against ${bias}`, mood: 'warning' };
  // A tick on a card that is held for another reason would read as a go.
  return isActionable(asset, context) ? { says: `✓ passes ${bias}` } : { says: `would pass ${bias}`, mood: 'quiet' };
}
