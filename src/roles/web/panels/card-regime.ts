import { BARS_MIN, CHANCE_MIN } from '../../../domain/regime/filter.js';
import { REGIMES } from '../../../domain/regime/model.js';
import { etDate } from '../../../domain/sessions/session.js';
import type { FocusAsset } from '../../../messages/focus-plan.js';
import { dayLabel, etMinute, fixed, instant, plural } from '../format.js';
import { type FaceLine, row, type Strip, type WhySection } from './card-section.js';
import { barWords } from './card-words.js';
import type { ViewContext } from './panel.js';

const NO_MODEL = 'no model yet';
const TRAINED = 'trained after 12:05 ET';
type Regime = NonNullable<FocusAsset['regime']>;

/** The state the market is most likely in, with the chances of all three. */
export function regimeFace({ regime }: FocusAsset): FaceLine {
  const head = { key: 'regime', label: 'regime' };
  if (!regime) return { ...head, says: NO_MODEL, mood: 'quiet', detail: [TRAINED] };
  return {
    ...head,
    says: labelWords(regime),
    ...(regime.label === null ? { mood: 'quiet' } : {}),
    detail: REGIMES.map((name, i) => `${name} ${share(regime, i)}`),
    strip: stripOf(regime),
  };
}

export function regimeWhy({ regime, bar_at }: FocusAsset, { now }: ViewContext): WhySection {
  const head = { id: 'regime', title: 'Regime' };
  if (!regime) return { ...head, says: `${NO_MODEL}: ${TRAINED}, from the last 20 trading days`, groups: [] };
  const through = instant(regime.trained_through);
  return {
    ...head,
    says: labelWords(regime),
    at: barWords(bar_at, '5m', now),
    groups: [
      {
        rows: [
          ...REGIMES.map((name, i) => ({
            ...row(name, share(regime, i), RULES[name]),
            meter: { value: regime.chances[i] ?? 0, max: 1 },
          })),
          row('label', regime.label ?? 'none', `follows ${BARS_MIN} bars at ${100 * CHANCE_MIN} %`),
          row('trained through', `${dayLabel(etDate(through))} ${etMinute(through)}`, `on ${bars(regime.rows)}`),
        ],
      },
    ],
  };
}

const RULES = {
  calm: 'smallest ranges',
  trending: 'ranges between the two',
  stressed: 'largest ranges',
} as const;

const labelWords = ({ label, bars: since }: Regime): string =>
  label === null ? 'not settled yet' : `${label}, ${plural(since, 'bar')}`;

const share = ({ chances }: Regime, i: number): string => `${fixed(100 * (chances[i] ?? 0), 0)} %`;
const bars = (count: number): string => `${count.toLocaleString('en-US')} bars`;

function stripOf({ chances }: Regime): Strip {
  let from = 0;
  const parts = REGIMES.map((key, i) => {
    const width = Math.round(1000 * (chances[i] ?? 0)) / 10;
    const part = { key, from: Math.round(10 * from) / 10, width };
    from += width;
    return part;
  });
  return { words: REGIMES.map((name, i) => `${name} ${fixed(100 * (chances[i] ?? 0), 0)} %`).join(', '), parts };
}
