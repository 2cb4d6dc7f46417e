import { expect, test } from 'vitest';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { type TrainedRegime, trainFor, trainingOf } from '../../../../src/domain/regime/training.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { after, DAY, type EpochMs, epochMs, HOUR } from '../../../../src/kernel/units.js';
import type { AuditRow } from '../../../../src/ports/audit-store.js';
import { encodeEvent } from '../../../../src/roles/engine/event-codec.js';
import { outputOf } from '../../../../src/roles/engine/outputs.js';
import { recover } from '../../../../src/roles/engine/recover.js';
import { eventsOf, newCopilot, walk } from '../../../support/copilot-day.js';
import { keptAudit } from '../../../support/kept-audit.js';

const START = epochMs(Date.parse('2026-11-18T15:00:00Z'));
const END = epochMs(Date.parse('2026-11-20T15:00:00Z'));
const past = walk('MES', after(START, -9 * DAY), START, 'history').map((bar) => ({
  root: 'MES',
  contract: 'MESZ6',
  bar,
}));

function trainedOn(day: string): TrainedRegime {
  const due = trainingOf(tradingDay(day), sessionCalendar('equity-index'));
  const trained = trainFor({ root: 'MES', due, bars: past.map(({ bar }) => bar) });
  if (!trained.ok) throw new Error(trained.error);
  return trained.value;
}

/** When bars came. The engine that starts on Friday folds Thursday and Friday; Wednesday is in the store. */
const DAYS = [
  [START, after(START, 3 * HOUR)],
  [after(START, DAY), after(START, DAY + HOUR)],
  [after(END, -2 * HOUR), END],
] as const;

/** An engine's life with the models it was told of, and what its stores hold at the end. */
function life(told: readonly { at: EpochMs; model: TrainedRegime }[]) {
  const models = told.map(({ at, model }): CopilotEvent => ({ kind: 'regime-model', at, root: 'MES', model }));
  const bars = DAYS.flatMap(([from, until]) => eventsOf(['MES'], from, until));
  const events = [...bars, ...models].toSorted((a, b) => a.at - b.at);
  const state = newCopilot(START, ['MES']);
  state.seed('MES', past);
  const rows = events.flatMap((event, seq): AuditRow[] => {
    if (decide(state, event).ignored !== undefined) return [];
    const json = JSON.parse(JSON.stringify(encodeEvent(event)));
    return [
      {
        seq,
        eventId: `${seq}`,
        at: event.at,
        tradingDay: state.tradingDay,
        kind: event.kind,
        event: json,
        outputs: [],
      },
    ];
  });
  return { state, rows };
}

function words(state: CopilotState): string {
  const { effects } = decide(state, { kind: 'job', at: END, name: 'focus' });
  return JSON.stringify(effects.map((effect) => outputOf(effect, 'live')));
}

const [monday, tuesday] = [trainedOn('2026-11-16'), trainedOn('2026-11-17')];

test.each([
  ['today', [{ at: after(END, -HOUR), model: tuesday }]],
  [
    'before the days it folds, the newest of which counts',
    [
      { at: after(START, -HOUR), model: tuesday },
      { at: after(START, -2 * HOUR), model: monday },
    ],
  ],
  [
    'both',
    [
      { at: after(START, -HOUR), model: monday },
      { at: after(END, -HOUR), model: tuesday },
    ],
  ],
  ['two days ago, which is folded no more', [{ at: after(START, HOUR), model: tuesday }]],
] as const)('an engine that starts says the regime of the one that lived, told of its model %s', async (_, told) => {
  const { state: old, rows } = life(told);
  const live = DAYS.flatMap(([from, until]) => walk('MES', from, until));
  const stored = [...past, ...live.map((bar) => ({ root: 'MES', contract: 'MESZ6', bar }))];
  const { state } = await recover(
    {
      makeState: (at) => newCopilot(at, ['MES']),
      audit: keptAudit(rows),
      bars: {
        save: async () => 0,
        range: async (_root, from, to) => stored.filter(({ bar }) => bar.at >= from && bar.at < to),
        newest: async () => undefined,
      },
      history: {
        executionsBefore: async () => [],
        limitsBefore: async () => undefined,
        newestSnapshotsBefore: async () => [],
      },
      regimes: {
        modelsBefore: async (at) =>
          told
            .filter((it) => it.at < at)
            .toSorted((a, b) => b.model.trainedThrough - a.model.trainedThrough)
            .slice(0, 1)
            .map(({ model }) => ({ root: 'MES', model })),
      },
      log: { debug() {}, info() {}, warn() {}, error() {} },
    },
    END,
  );
  const regime = (of: CopilotState) => of.symbols.get('MES')?.analysis.reading()?.regime;
  expect(regime(old)?.trainedThrough).toBe(tuesday.trainedThrough);
  expect(regime(state)).toEqual(regime(old));
  expect(words(state)).toBe(words(old));
});
