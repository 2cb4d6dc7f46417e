import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import type { Levels } from '../../../../src/domain/focus/types.js';
import { followPlan, leavesRoom, type Outcome } from '../../../../src/domain/research/outcome.js';
import { after, epochMs, MINUTE, ticks } from '../../../../src/kernel/units.js';

/** Friday 2026-11-20, 09:00 New York. */
const PLANNED = epochMs(Date.parse('2026-11-20T14:00:00Z'));

/** Entry 995 to 1002, stop 980, tp1 1020: from the upper edge 22 ticks are one R, from the lower 15. */
const LONG: Levels = {
  side: 'LONG',
  entryLow: ticks(995),
  entryHigh: ticks(1_002),
  stop: ticks(980),
  tp1: ticks(1_020),
  tp2: ticks(1_040),
};

/** A bar of `[open, high, low, close]` so many minutes after the plan. */
const bar = (minute: number, [open, high, low, close]: readonly [number, number, number, number]): Bar => ({
  at: after(PLANNED, minute * MINUTE),
  open: ticks(open),
  high: ticks(high),
  low: ticks(low),
  close: ticks(close),
  volume: 10,
});

const minutesAfter = (outcome: Outcome | undefined): number | undefined =>
  outcome && (outcome.endedAt - PLANNED) / MINUTE;

/** The outcome; every bar after it would be one too many. */
function followed(bars: readonly Bar[], levels = LONG, plannedAt = PLANNED): Outcome | undefined {
  const follower = followPlan(levels, plannedAt);
  for (const one of bars) {
    const outcome = follower.push(one);
    if (outcome) return outcome;
  }
  return undefined;
}

const AXIS = 2_000;
const mirroredLevels = ({ entryLow, entryHigh, stop, tp1, tp2 }: Levels): Levels => ({
  side: 'SHORT',
  entryLow: ticks(AXIS - entryHigh),
  entryHigh: ticks(AXIS - entryLow),
  stop: ticks(AXIS - stop),
  tp1: ticks(AXIS - tp1),
  tp2: ticks(AXIS - tp2),
});
const mirroredBar = (one: Bar): Bar => ({
  ...one,
  open: ticks(AXIS - one.open),
  high: ticks(AXIS - one.low),
  low: ticks(AXIS - one.high),
  close: ticks(AXIS - one.close),
});

/** Each worked by hand: the bars, how it ends, fill and exit in ticks, R, minutes from plan to end. */
const CASES: readonly {
  readonly name: string;
  readonly bars: readonly Bar[];
  readonly ends: { readonly ending: string; readonly fill: number; readonly exit: number; readonly r: number };
  readonly minutes: number;
}[] = [
  {
    name: 'an open in the zone fills there, and the target comes first',
    bars: [
      bar(0, [1_000, 1_004, 998, 1_003]),
      bar(1, [1_003, 1_019, 1_001, 1_018]),
      bar(2, [1_018, 1_021, 1_016, 1_020]),
    ],
    ends: { ending: 'tp1', fill: 1_000, exit: 1_020, r: 1 },
    minutes: 3,
  },
  {
    name: 'the stop comes first',
    bars: [bar(0, [1_000, 1_001, 990, 991]), bar(1, [991, 992, 980, 985]), bar(2, [985, 1_030, 985, 1_030])],
    ends: { ending: 'stop', fill: 1_000, exit: 980, r: -1 },
    minutes: 2,
  },
  {
    name: 'both within one bar count as the stop',
    bars: [bar(0, [1_000, 1_001, 999, 1_000]), bar(1, [1_000, 1_025, 979, 1_010])],
    ends: { ending: 'stop', fill: 1_000, exit: 980, r: -1 },
    minutes: 2,
  },
  {
    name: 'both within the fill bar count as the stop too',
    bars: [bar(0, [1_000, 1_025, 979, 1_010])],
    ends: { ending: 'stop', fill: 1_000, exit: 980, r: -1 },
    minutes: 1,
  },
  {
    name: 'a fall into the zone fills at its upper edge',
    bars: [
      bar(0, [1_010, 1_012, 1_005, 1_006]),
      bar(1, [1_006, 1_007, 1_001, 1_003]),
      bar(2, [1_003, 1_020, 1_003, 1_019]),
    ],
    ends: { ending: 'tp1', fill: 1_002, exit: 1_020, r: 18 / 22 },
    minutes: 3,
  },
  {
    name: 'a rise into the zone fills at its lower edge, and the same bar may go on to the target',
    bars: [bar(0, [990, 1_020, 989, 1_015])],
    ends: { ending: 'tp1', fill: 995, exit: 1_020, r: 25 / 15 },
    minutes: 1,
  },
  {
    name: 'a target seen by the bar that fell into the zone may have come before the fill and does not count',
    bars: [bar(0, [1_010, 1_021, 1_000, 1_001]), bar(1, [1_001, 1_003, 979, 981])],
    ends: { ending: 'stop', fill: 1_002, exit: 980, r: -1 },
    minutes: 2,
  },
  {
    name: 'an open beyond the stop is the exit, and costs more than one R',
    bars: [bar(0, [1_000, 1_001, 999, 1_000]), bar(1, [970, 975, 965, 972])],
    ends: { ending: 'stop', fill: 1_000, exit: 970, r: -1.5 },
    minutes: 2,
  },
  {
    name: 'an open beyond the target pays the target and no more',
    bars: [bar(0, [1_000, 1_001, 999, 1_000]), bar(1, [1_030, 1_035, 1_028, 1_031])],
    ends: { ending: 'tp1', fill: 1_000, exit: 1_020, r: 1 },
    minutes: 2,
  },
  {
    name: 'the last minute before noon closes what is left at its close',
    bars: [
      bar(0, [1_000, 1_001, 999, 1_000]),
      bar(178, [1_000, 1_008, 999, 1_007]),
      bar(179, [1_007, 1_011, 1_006, 1_010]),
    ],
    ends: { ending: 'time', fill: 1_000, exit: 1_010, r: 0.5 },
    minutes: 180,
  },
  {
    name: 'where the last minutes before noon are missing, the newest close counts',
    bars: [
      bar(0, [1_000, 1_001, 999, 1_000]),
      bar(170, [1_000, 1_001, 994, 995]),
      bar(200, [1_030, 1_030, 1_030, 1_030]),
    ],
    ends: { ending: 'time', fill: 1_000, exit: 995, r: -0.25 },
    minutes: 171,
  },
];

describe.each(CASES)('$name', ({ bars, ends, minutes }) => {
  test('for a long plan', () => {
    const outcome = followed(bars);
    expect(outcome).toMatchObject({ kind: 'filled', ...ends, r: expect.closeTo(ends.r, 12) });
    expect(minutesAfter(outcome)).toBe(minutes);
  });

  test('for its mirror image, a short one', () => {
    const outcome = followed(bars.map(mirroredBar), mirroredLevels(LONG));
    const { ending, fill, exit, r } = ends;
    expect(outcome).toMatchObject({ kind: 'filled', ending, fill: AXIS - fill, exit: AXIS - exit });
    expect(outcome).toHaveProperty('r', expect.closeTo(r, 12));
    expect(minutesAfter(outcome)).toBe(minutes);
  });
});

describe('a plan is not filled', () => {
  const away = (minute: number) => bar(minute, [1_010, 1_012, 1_005, 1_010]);

  test('when the price stays out of the zone for 30 minutes', () => {
    const outcome = followed(Array.from({ length: 40 }, (_, minute) => away(minute)));
    expect(outcome?.kind).toBe('not-filled');
    expect(minutesAfter(outcome)).toBe(30);
  });

  test('when the price comes back one minute too late', () => {
    expect(followed([...Array.from({ length: 29 }, (_, m) => away(m)), bar(29, [1_010, 1_010, 1_002, 1_003])])).toBe(
      undefined,
    );
    expect(followed([away(0), bar(30, [1_000, 1_001, 999, 1_000])])?.kind).toBe('not-filled');
  });

  test('when a gap jumps over the zone', () => {
    const outcome = followed([
      away(0),
      bar(1, [990, 991, 985, 986]),
      ...Array.from({ length: 40 }, (_, m) => bar(m + 2, [986, 987, 985, 986])),
    ]);
    expect(outcome?.kind).toBe('not-filled');
  });

  test('after noon, though its half hour is not over', () => {
    const late = epochMs(Date.parse('2026-11-20T16:50:00Z'));
    const outcome = followed(
      [
        { ...away(0), at: late },
        { ...bar(0, [1_000, 1_001, 999, 1_000]), at: after(late, 10 * MINUTE) },
      ],
      LONG,
      late,
    );
    expect(outcome).toEqual({ kind: 'not-filled', endedAt: after(late, 10 * MINUTE) });
  });
});

test('nothing is said while nothing is certain', () => {
  expect(followed([bar(0, [1_000, 1_001, 999, 1_000]), bar(1, [1_000, 1_019, 981, 1_000])])).toBeUndefined();
});

test('a plan made in the evening is closed at noon of its trading day, not of the calendar day', () => {
  const evening = epochMs(Date.parse('2026-11-20T00:00:00Z'));
  const inZone = { ...bar(0, [1_000, 1_001, 999, 1_000]), at: evening };
  const noon = Date.parse('2026-11-20T17:00:00Z');
  expect(followed([inZone, { ...inZone, at: epochMs(noon - MINUTE) }], LONG, evening)).toMatchObject({
    ending: 'time',
    endedAt: noon,
  });
});

test('levels without a distance from entry to stop or target cannot be followed', () => {
  expect(leavesRoom(LONG)).toBe(true);
  expect(leavesRoom(mirroredLevels(LONG))).toBe(true);
  expect(leavesRoom({ ...LONG, stop: LONG.entryLow })).toBe(false);
  expect(leavesRoom({ ...LONG, tp1: LONG.entryHigh })).toBe(false);
  expect(leavesRoom(mirroredLevels({ ...LONG, stop: LONG.entryLow }))).toBe(false);
});
