import { describe, expect, test } from 'vitest';
import { refused, unavailable } from '../../../../../src/adapters/feeds/vendor/failure.js';
import { createVendorFeed } from '../../../../../src/adapters/feeds/vendor/feed.js';
import type { Ear, VendorSource } from '../../../../../src/adapters/feeds/vendor/source.js';
import { createVolumes } from '../../../../../src/adapters/feeds/vendor/volumes.js';
import { createRollBook, type VolumeQuestion } from '../../../../../src/domain/instruments/roll-book.js';
import type { DayVolume } from '../../../../../src/domain/instruments/volume-roll.js';
import { after, type EpochMs, iso, MINUTE, SECOND } from '../../../../../src/kernel/units.js';
import { eventually } from '../../../../support/eventually.js';
import { keepingLog, quietLog } from '../../../../support/fake-vendor/log.js';
import { fakeMarket } from '../../../../support/fake-vendor/market.js';
import { sinkOf } from '../../../../support/feed-sink.js';
import { known } from '../../../../support/instruments.js';
import { et } from '../../../../support/new-york.js';
import { handClock } from '../../../../support/test-clock.js';

// Z6 is left for G7 on Tuesday 24 November by the calendar.
const mgc = known('MGC');
const found = [{ spec: mgc, contract: 'MGCZ6', ticker: 'MGCZ6' }];
const EVENING = et('2026-11-18 18:00');
const signal = new AbortController().signal;

type Answer = readonly DayVolume[] | Error | Promise<readonly DayVolume[]>;

/** What both months traded on the days asked for; one may lack the newest. */
const countOf = ({ front, next, days }: VolumeQuestion, lacking?: string): readonly DayVolume[] =>
  days
    .flatMap((day) => [
      { contract: front, day, volume: 200 },
      { contract: next, day, volume: 100 },
    ])
    .filter(({ contract, day }) => contract !== lacking || day !== days.at(-1));

function rig(answer: (question: VolumeQuestion, asked: number) => Answer) {
  const [clock, rolls, { log, lines }] = [handClock(EVENING), createRollBook(), keepingLog()];
  const askedAt: EpochMs[] = [];
  const source: VendorSource = {
    name: 'slow',
    buildsMinutes: false,
    listings: async () => ({ found, refused: [] }),
    async volumes(question) {
      askedAt.push(question.at);
      const said = await answer(question, askedAt.length);
      if (said instanceof Error) throw said;
      return said;
    },
    live: async () => undefined,
    async *past() {},
  };
  const volumes = createVolumes({ source, rolls, clock, log });
  /** Looks at the clock as a feed does, every second of some minutes; an answer has come before the next look. */
  const look = async (minutes: number): Promise<void> => {
    for (let i = 0; i < minutes * 60; i += 1) {
      clock.set(after(clock.now(), SECOND));
      volumes.askAgain(found, signal);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, rolls, lines, askedAt, volumes, look };
}

const texts = (instants: readonly EpochMs[]): readonly string[] => instants.map((at) => iso(at).slice(11, 19));

describe('an answer', () => {
  test('with the newest day of both months is not asked for again', async () => {
    const { volumes, askedAt, look } = rig((question) => countOf(question));
    await volumes.ask(found, signal);
    await look(30);
    await volumes.ask(found, signal);
    expect(askedAt).toEqual([EVENING]);
  });

  test.each(['MGCZ6', 'MGCG7'])(
    'that lacks the newest day of %s is asked for again every five minutes until it is whole',
    async (lacking) => {
      const { volumes, askedAt, look, lines } = rig((question, asked) =>
        countOf(question, asked < 4 ? lacking : undefined),
      );
      await volumes.ask(found, signal);
      await look(30);
      expect(texts(askedAt)).toEqual(['23:00:00', '23:05:00', '23:10:00', '23:15:00']);
      expect(lines).toEqual([expect.stringContaining('2026-11-18 is not told of both yet')]);
    },
  );

  test('that never comes whole gives way to the next trading day’s question, whose days it is asked for from then on', async () => {
    const days: (string | undefined)[] = [];
    const { volumes, clock, look } = rig((question) => {
      days.push(question.days.at(-1));
      return countOf(question, 'MGCG7');
    });
    await volumes.ask(found, signal);
    clock.set(et('2026-11-19 17:59'));
    volumes.askAgain(found, signal);
    clock.set(et('2026-11-19 18:00'));
    await volumes.ask(found, signal);
    await look(6);
    expect(days).toEqual(['2026-11-18', '2026-11-18', '2026-11-19', '2026-11-19']);
  });

  test('of a vendor that lists one of them only is asked for again too', async () => {
    const { volumes, askedAt, look } = rig(() => []);
    await volumes.ask(found, signal);
    await look(6);
    expect(texts(askedAt)).toEqual(['23:00:00', '23:05:00']);
  });

  test('that is awaited is not asked for a second time', async () => {
    const never = new Promise<readonly DayVolume[]>(() => undefined);
    const { volumes, askedAt, look } = rig((question, asked) => (asked === 1 ? countOf(question, 'MGCG7') : never));
    await volumes.ask(found, signal);
    await look(30);
    expect(texts(askedAt)).toEqual(['23:00:00', '23:05:00']);
  });

  test('that failed is asked for again, one that is refused is not before the next trading day; each is said once', async () => {
    const failing = rig(() => unavailable('busy'));
    await failing.volumes.ask(found, signal);
    await failing.look(11);
    expect(texts(failing.askedAt)).toEqual(['23:00:00', '23:05:00', '23:10:00']);
    expect(failing.lines).toHaveLength(1);
    const refusing = rig(() => refused('not in the plan'));
    await refusing.volumes.ask(found, signal);
    await refusing.look(11);
    await refusing.volumes.ask(found, signal);
    expect(texts(refusing.askedAt)).toEqual(['23:00:00']);
    refusing.clock.set(et('2026-11-19 18:00'));
    await refusing.volumes.ask(found, signal);
    expect(refusing.askedAt).toHaveLength(2);
    expect(refusing.lines).toHaveLength(1);
  });

  test('that the end of a connection has cut short is asked for on the next one', async () => {
    const ended = new AbortController();
    const { volumes, askedAt } = rig((question, asked) => {
      if (asked > 1) return countOf(question);
      ended.abort();
      return unavailable('cut');
    });
    await volumes.ask(found, ended.signal);
    await volumes.ask(found, signal);
    expect(askedAt).toEqual([EVENING, EVENING]);
  });
});

test('minutes are passed on while an answer is asked for again and does not come', async () => {
  const market = fakeMarket({ roots: ['MGC'], start: et('2026-11-19 10:00') });
  const rolls = createRollBook();
  const ears: Ear[] = [];
  let asked = 0;
  const source: VendorSource = {
    name: 'slow',
    buildsMinutes: false,
    listings: async () => ({ found, refused: [] }),
    volumes(question, inner) {
      asked += 1;
      if (asked === 1) return Promise.resolve(countOf(question, 'MGCG7'));
      return new Promise((_, reject) => inner.addEventListener('abort', () => reject(unavailable('stopped'))));
    },
    live: (_, ear, inner) =>
      new Promise((resolve) => {
        ears.push(ear);
        inner.addEventListener('abort', () => resolve(), { once: true });
        ear.ready();
      }),
    async *past() {},
  };
  const closes: (EpochMs | undefined)[] = [];
  const feed = createVendorFeed({ source, clock: market.clock, roots: ['MGC'], log: quietLog, rolls });
  const bars = async (_: unknown, through: EpochMs | undefined): Promise<void> => void closes.push(through);
  const start = market.clock.now();
  const run = feed.run(start, sinkOf({ bars }));
  try {
    await eventually(() => ears.length === 1);
    for (let minute = 0; minute < 12; minute += 1) {
      const open = after(start, minute * MINUTE);
      market.moveTo(after(open, MINUTE));
      const bar = market.barOf('MGC', open);
      ears[0]?.heard();
      if (bar) ears[0]?.bar(bar);
      await eventually(() => closes.at(-1) === after(open, MINUTE));
    }
    expect(asked).toBe(2);
  } finally {
    await feed.stop();
    await run;
  }
}, 20_000);
