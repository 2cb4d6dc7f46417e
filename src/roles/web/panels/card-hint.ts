import type { FocusAsset } from '../../../messages/focus-plan.js';
import { etMinute } from '../format.js';
import { row, type WhySection } from './card-section.js';

type Kind = NonNullable<FocusAsset['hint']>['kind'];

const MEANINGS: Readonly<Record<Kind, { readonly key: string; readonly advice: string; readonly seen: string }>> = {
  'TP/BE': {
    key: 'profit',
    advice: 'take profit or move the stop to break-even',
    seen: 'volume spike at a Bollinger band',
  },
  ADD: { key: 'add', advice: 'a place to add to a winner', seen: 'volume spike with the dominant wave' },
  'LOW VOL': { key: 'quiet', advice: 'few are trading: expect little', seen: 'three bars under half the mean volume' },
};

/** What the newest bar's volume says to someone in a trade; undefined when it says nothing. */
export function hintChip({ hint }: FocusAsset) {
  if (!hint) return undefined;
  const { key, advice, seen } = MEANINGS[hint.kind];
  return { key, word: hint.kind, at: etMinute(hint.at), title: `${seen}: ${advice}` };
}

export function hintWhy({ hint }: FocusAsset): WhySection {
  const head = { id: 'hint', title: 'Volume hint' };
  if (!hint) return { ...head, says: 'none on the newest bar', groups: [] };
  const { advice, seen } = MEANINGS[hint.kind];
  return {
    ...head,
    says: `${hint.kind}: ${advice}`,
    at: etMinute(hint.at),
    groups: [{ rows: [row('seen', hint.kind, seen)] }],
  };
}
