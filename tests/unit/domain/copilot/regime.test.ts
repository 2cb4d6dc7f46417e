import { beforeEach, describe, expect, test } from 'vitest';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import type { TrainedRegime } from '../../../../src/domain/regime/training.js';
import { trainFor, trainingOf } from '../../../../src/domain/regime/training.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { after, DAY, epochMs, FIVE_MINUTES, MINUTE } from '../../../../src/kernel/units.js';
import { newCopilot, walk } from '../../../support/copilot-day.js';

const START = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const bars = walk('MES', after(START, -6 * DAY), START);

function modelOf(day: string): TrainedRegime {
  const trained = trainFor({ root: 'MES', due: trainingOf(tradingDay(day), sessionCalendar('equity-index')), bars });
  if (!trained.ok) throw new Error(trained.error);
  return trained.value;
}
const [older, newer] = [modelOf('2026-11-17'), modelOf('2026-11-18')];

let state: CopilotState;
beforeEach(() => {
  state = newCopilot(START, ['MES']);
  state.seed(
    'MES',
    bars.map((bar) => ({ contract: 'MESZ6', bar })),
  );
  decide(state, { kind: 'job', at: START, name: 'focus' });
});

const tell = (model: TrainedRegime, at = after(START, -MINUTE), root = 'MES') =>
  decide(state, { kind: 'regime-model', at, root, model });
const shown = () => state.plan?.assets[0]?.reading.regime;

describe('a regime model that comes to the co-pilot', () => {
  test('is on the card at once, in a plan that is no older than the one before', () => {
    expect(shown()).toBeUndefined();
    const { effects } = tell(newer);
    expect(effects[0]).toMatchObject({ kind: 'publish-focus', plan: { asOf: START } });
    expect(shown()?.trainedThrough).toBe(newer.trainedThrough);
  });

  test('changes nothing else of the plan', () => {
    const before = state.plan;
    tell(newer);
    const bare = (plan: typeof before) =>
      plan && { ...plan, assets: plan.assets.map((card) => ({ ...card, reading: { ...card.reading, regime: 0 } })) };
    expect(bare(state.plan)).toEqual(bare(before));
  });

  test('twice is ignored the second time, and so is an older one', () => {
    tell(newer);
    expect(tell(newer)).toEqual({ effects: [], ignored: 'repeat' });
    expect(tell(older)).toEqual({ effects: [], ignored: 'repeat' });
    expect(shown()?.trainedThrough).toBe(newer.trainedThrough);
  });

  test('takes the place of an older one', () => {
    tell(older);
    tell(newer);
    expect(shown()?.trainedThrough).toBe(newer.trainedThrough);
  });

  test('of an instrument nobody watches is ignored', () => {
    expect(tell(newer, START, 'MGC')).toEqual({ effects: [], ignored: 'not on the watch list' });
  });

  test('is used from the first bar on when it came before any, also of a source with 5-minute bars', () => {
    state = newCopilot(START, ['MES']);
    tell(newer);
    for (let n = 0; n < 30; n += 1) {
      const bar = bars[n];
      if (!bar) throw new Error('no bar');
      const begins = after(START, n * FIVE_MINUTES);
      const at = after(begins, FIVE_MINUTES);
      decide(state, {
        kind: 'bar',
        at,
        root: 'MES',
        contract: 'MESZ6',
        bar: { ...bar, at: begins },
        lengthMs: FIVE_MINUTES,
      });
    }
    expect(state.symbols.get('MES')?.analysis.reading()?.regime?.rows).toBe(newer.rows);
  });
});
