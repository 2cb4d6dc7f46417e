import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../../src/domain/bars/bar.js';
import { after, DAY, epochMs, fromUsd, HOUR, MINUTE } from '../../../../../src/kernel/units.js';
import { compared } from '../../../../../src/roles/engine/replay-check/check.js';
import { type Minute, replayed } from '../../../../../src/roles/engine/replay-check/replay.js';
import { type ReplaySummary, summaryOf } from '../../../../../src/roles/engine/replay-check/summary.js';
import { walk } from '../../../../support/copilot-day.js';

const START = epochMs(Date.parse('2026-11-19T15:00:00Z'));
const bars = walk('MGC', after(START, -4 * DAY), after(START, 3 * HOUR));

const minutesOf = (some: readonly Bar[]): readonly Minute[] =>
  some.map((bar) => ({ close: after(bar.at, MINUTE), bars: [{ root: 'MGC', contract: 'MGCZ6', bar }] }));
const replay = (some = bars) =>
  replayed({ roots: ['MGC'], accountSize: fromUsd(50_000), start: START, minutes: minutesOf(some) });
const summary = summaryOf(replay());

/** A recording in memory. */
function recorded(first: ReplaySummary | undefined) {
  const said: string[] = [];
  let kept = first;
  const recording = {
    read: async () => kept,
    write: async (next: ReplaySummary) => {
      kept = next;
    },
  };
  return {
    said,
    kept: () => kept,
    ask: (write: boolean) => ({ recording, write, say: (line: string) => said.push(line) }),
  };
}

describe('the days that are replayed', () => {
  test('are decided as in an engine: a plan at the start and with every 5-minute bar, all the bells, and the models', () => {
    const day = summary.days['2026-11-19'];
    // 10:00 to 13:00 New York: one plan at the start, 36 on the bars; noon rings, and two trainings are due.
    expect(day?.plans).toBe(1 + 36 + 1 + 2);
    expect(day?.decisions).toEqual({ begin: 1, bar: 180, clock: 180, job: 1 + 36 + 119 + 2, 'regime-model': 2 });
    expect(day?.alerts).toMatchObject({ session: 1 });
  });

  test('give the same summary each time, and another one for another bar', () => {
    expect(summaryOf(replay())).toEqual(summary);
    const other = bars.map((bar, i) => (i === bars.length - 40 ? { ...bar, volume: bar.volume + 1 } : bar));
    expect(summaryOf(replay(other)).audit).not.toBe(summary.audit);
  });

  test('a trained model is in the plans from then on', () => {
    const plans = [...replay()].flatMap(({ outputs }) => outputs.filter(({ event }) => event === 'focus-update'));
    const trained = plans.map(({ data }) => JSON.stringify(data).match(/"trained_through":"([^"]+)"/)?.[1]);
    expect([...new Set(trained)]).toEqual([undefined, '2026-11-18T17:00:00.000Z', '2026-11-19T17:00:00.000Z']);
  });
});

describe('the comparison', () => {
  test('passes what is as it was recorded, and writes nothing', async () => {
    const { said, ask } = recorded(summary);
    expect(await compared(summaryOf(replay()), ask(false))).toBe(true);
    expect(said).toEqual([expect.stringMatching(/^replay-check: as recorded \(1 demo days, 40 plans/)]);
  });

  test('names what differs, fails, and leaves the recording alone', async () => {
    const [day] = Object.values(summary.days);
    if (!day) throw new Error('no day');
    const old = { audit: 'before', days: { '2026-11-19': { ...day, plans: 7, signals: { ORB: 3 } } } };
    const { said, kept, ask } = recorded(old);
    expect(await compared(summary, ask(false))).toBe(false);
    expect(said).toContain('days / 2026-11-19 / plans: 7 -> 40');
    expect(said).toContain(`audit: before -> ${summary.audit}`);
    expect(said.some((line) => line.startsWith('days / 2026-11-19 / signals / ORB: 3 -> '))).toBe(true);
    expect(said.at(-1)).toContain('replay-check --write');
    expect(kept()).toBe(old);
  });

  test('records anew when told to, showing what changed', async () => {
    const { said, kept, ask } = recorded(undefined);
    expect(await compared(summary, ask(true))).toBe(true);
    expect(kept()).toEqual(summary);
    expect(said).toContain('days / 2026-11-19 / plans: nothing -> 40');
    expect(await compared(summary, ask(false))).toBe(true);
  });

  test('fails with one sentence where nothing is recorded', async () => {
    const { said, kept, ask } = recorded(undefined);
    expect(await compared(summary, ask(false))).toBe(false);
    expect(said).toEqual([expect.stringContaining('nothing usable is recorded')]);
    expect(kept()).toBeUndefined();
  });
});
