import { describe, expect, test } from 'vitest';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { Effect } from '../../../../src/domain/copilot/effect.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import type { LimitsChange } from '../../../../src/domain/risk/limit-book.js';
import { after, type EpochMs, epochMs, fromUsd, MINUTE } from '../../../../src/kernel/units.js';
import { dueBetween } from '../../../../src/roles/engine/schedule.js';
import { flatSnapshot, newCopilot } from '../../../support/copilot-day.js';

/** New York wall clock of an ordinary Thursday, in winter. */
const et = (clock: string, day = '2026-11-19'): EpochMs => epochMs(Date.parse(`${day}T${clock}:00-05:00`));
const gold = {
  symbol: 'MGC 12-26',
  root: 'MGC',
  contract: 'MGCZ6',
  side: 'LONG',
  quantity: 1,
  avgPrice: 4200,
  lastPrice: 4201,
  unrealizedPnl: fromUsd(10),
} as const;

const run = (state: CopilotState, ...events: readonly CopilotEvent[]): readonly Effect[] =>
  events.flatMap((event) => decide(state, event).effects);
let seq = 0;
const report = (at: EpochMs, isHolding = true): CopilotEvent => {
  seq += 1;
  return { kind: 'account', at, snapshot: flatSnapshot(at, seq, { positions: isHolding ? [gold] : [] }) };
};
const limits = (at: EpochMs, change: LimitsChange): CopilotEvent => ({ kind: 'set-limits', at, id: `c${at}`, change });
/** Every job that falls due, by the limits in force as the clock passes, and what was said of the trader's own times. */
function passing(state: CopilotState, from: EpochMs, through: EpochMs): readonly string[] {
  const said: Effect[] = [];
  for (let at = from; at < through; at = after(at, MINUTE))
    for (const { name, at: due } of dueBetween(at, after(at, MINUTE), state.limits.inForce))
      said.push(...run(state, { kind: 'job', name, at: due }));
  return timesIn(said);
}
const timesIn = (effects: readonly Effect[]): readonly string[] =>
  effects.flatMap((effect) => {
    if (effect.kind !== 'alert' || !/entry cut-off|still open/.test(effect.alert.text)) return [];
    const clock = new Date(effect.alert.at - 5 * 60 * MINUTE).toISOString().slice(11, 16);
    return [`${clock} ${effect.alert.severity}: ${effect.alert.text}`];
  });
const trading = (at: EpochMs): CopilotState => {
  const state = newCopilot(at);
  run(state, report(at));
  return state;
};

describe('the alerts of the trader’s own times', () => {
  test('come at 10:00 and 11:30 while nobody has set others, and once', () => {
    expect(passing(trading(et('09:00')), et('09:00'), et('17:59'))).toEqual([
      '10:00 info: entry cut-off 10:00 ET: no new entries today',
      '11:30 warning: MGC 12-26 still open at 11:30 ET: 30 min of the active session left',
    ]);
  });

  test.each([
    ['09:17', '11:03', 557, 663, '57 min of the active session left'],
    ['03:02', '04:41', 182, 281, '439 min of the active session left'],
  ])(
    'come at %s and %s when those are set, inside and outside the active session',
    (cut, warn, cutAt, warnAt, left) => {
      const state = trading(et('02:30'));
      run(state, limits(et('02:31'), { entryCutoffMinute: cutAt, overnightWarningMinute: warnAt }));
      expect(passing(state, et('02:31'), et('17:59'))).toEqual([
        `${cut} info: entry cut-off ${cut} ET: no new entries today`,
        `${warn} warning: MGC 12-26 still open at ${warn} ET: ${left}`,
      ]);
    },
  );

  test('come with the limit itself when it is set to a time that has passed', () => {
    const state = trading(et('09:00'));
    expect(timesIn(run(state, limits(et('09:00'), { entryCutoffMinute: 510 })))).toEqual([
      '09:00 info: entry cut-off 08:30 ET: no new entries today',
    ]);
    expect(passing(state, et('09:00'), et('10:30')), 'not again at 10:00').toEqual([]);
  });

  test('a warning set to noon comes as the session ends', () => {
    const state = trading(et('11:00', '2026-11-18'));
    const noon = limits(et('11:00', '2026-11-18'), { overnightWarningMinute: 720 });
    run(state, noon, report(et('11:00')));
    expect(passing(state, et('11:00'), et('12:30')).at(-1)).toBe(
      '12:00 warning: MGC 12-26 still open at 12:00 ET: the active session is over',
    );
  });

  test('a position of after the warning is warned of when it is reported, and once a day', () => {
    const state = trading(et('11:00'));
    run(state, report(et('11:01'), false));
    expect(passing(state, et('11:01'), et('11:45'))).toEqual([]);
    const late = run(state, report(et('11:45')), report(et('11:46'), false), report(et('11:47')));
    expect(timesIn(late)).toEqual([
      '11:45 warning: MGC 12-26 still open at 11:45 ET: 15 min of the active session left',
    ]);
  });

  test('a position of the evening is warned of at its time the next morning', () => {
    const state = trading(et('10:30'));
    run(state, report(et('10:31'), false));
    expect(passing(state, et('10:31'), et('19:00'))).toEqual([]);
    expect(timesIn(run(state, report(et('19:00'))))).toEqual([]);
    expect(passing(state, et('19:00'), et('12:30', '2026-11-20'))).toEqual([
      '10:00 info: entry cut-off 10:00 ET: no new entries today',
      '11:30 warning: MGC 12-26 still open at 11:30 ET: 30 min of the active session left',
    ]);
  });

  test('nobody hears of them on a day without a market', () => {
    const saturday = '2026-11-21';
    expect(passing(trading(et('09:00', saturday)), et('09:00', saturday), et('12:30', saturday))).toEqual([]);
  });
});
