import { describe, expect, test } from 'vitest';
import { OperationalError } from '../../../src/kernel/errors.js';
import { after, DAY, type EpochMs, epochMs, HOUR, MINUTE } from '../../../src/kernel/units.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import type { HistorySource, HistoryWish, RefusedRow } from '../../../src/ports/history-source.js';
import { eventually } from '../../support/eventually.js';
import type { TwsRequest } from '../../support/fake-tws/requests.js';
import { type Rig, rigs } from '../../support/fake-tws/rig.js';

// Friday, after the close in New York.
const FRIDAY = epochMs(Date.parse('2026-11-20T23:00:00Z'));
const NEVER = new AbortController().signal;
const rigAt = rigs({ roots: ['MGC'] });
const wishOf = (from: EpochMs, to: EpochMs, contract = 'MGCZ6'): HistoryWish => ({
  root: contract.slice(0, -2),
  contract,
  from,
  to,
});
async function read(source: HistorySource, wish: HistoryWish, signal = NEVER): Promise<readonly FeedBar[]> {
  const pages: (readonly FeedBar[])[] = [];
  for await (const page of source.bars(wish, signal)) pages.push(page);
  return pages.flat();
}
const asked = <K extends TwsRequest['kind']>({ tws }: Rig, kind: K) =>
  tws.asked.map(({ request }) => request).filter((it): it is Extract<TwsRequest, { kind: K }> => it.kind === kind);
const failureOf = async (promise: Promise<unknown>): Promise<OperationalError> => {
  const failure = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof OperationalError) return failure;
  throw new Error(`no coded error but ${String(failure)}`);
};

describe('the past of IBKR', () => {
  test('is whole and in order over a weekend, a session at a time, with the half-open range', async () => {
    const rig = await rigAt(FRIDAY);
    const [from, to] = [after(FRIDAY, -4 * DAY - 5 * HOUR), after(FRIDAY, -7 * HOUR)];
    const bars = await read(rig.history().source, wishOf(from, to));
    expect(bars).toEqual(rig.market.past('MGC', from, to));
    expect(bars[0]?.bar.at).toBe(from);
    expect(bars.at(-1)?.bar.at).toBe(to - MINUTE);
    const requests = asked(rig, 'history');
    expect(requests.map(({ duration }) => duration)).toEqual(['14400 S', '1 D', '1 D', '1 D', '1 D']);
    expect(requests.every(({ size, what }) => size === '1 min' && what === 'TRADES')).toBe(true);
    expect(asked(rig, 'contract')).toHaveLength(1);
  });

  test('has nothing of the minute that is not over, nor of what lies ahead', async () => {
    const noon = after(FRIDAY, -6 * HOUR);
    const rig = await rigAt(after(noon, 30_000));
    // What has just ended is in IBKR's history some seconds later.
    const reading = read(rig.history().source, wishOf(after(noon, -HOUR), after(noon, HOUR)));
    rig.market.moveTo(after(noon, 40_000));
    const bars = await reading;
    expect(bars.at(-1)?.bar.at).toBe(noon - MINUTE);
    expect(bars).toHaveLength(60);
  });

  test('of a month that expired years ago is that month’s, although its name will come again', async () => {
    const rig = await rigAt(FRIDAY);
    const [from, to] = [Date.parse('2024-11-20T14:00:00Z'), Date.parse('2024-11-20T16:00:00Z')].map(epochMs);
    const bars = await read(rig.history().source, wishOf(from ?? FRIDAY, to ?? FRIDAY, 'MGCZ4'));
    expect(bars).toHaveLength(120);
    expect(asked(rig, 'contract')[0]?.query).toMatchObject({ month: '202412', includeExpired: true });
  });

  test('keeps IBKR’s limits: never six requests of a contract within two seconds', async () => {
    const rig = await rigAt(FRIDAY);
    const from = after(FRIDAY, -14 * DAY);
    expect(await read(rig.history().source, wishOf(from, FRIDAY))).toEqual(rig.market.past('MGC', from, FRIDAY));
    const times = rig.tws.asked.filter(({ request }) => request.kind === 'history').map(({ at }) => at);
    expect(times.length).toBeGreaterThanOrEqual(10);
    for (const at of times) expect(times.filter((it) => it > at - 2_000 && it <= at).length).toBeLessThan(6);
  }, 20_000);

  test('after a pacing violation rests a minute, and then asks for the same day again', async () => {
    const rig = await rigAt(FRIDAY, { hurry: 100 });
    let refusals = 1;
    rig.tws.instead = ({ kind }) => {
      if (kind !== 'history' || refusals === 0) return undefined;
      refusals -= 1;
      return {
        code: 162,
        text: 'Historical Market Data Service error message:Historical data request pacing violation',
      };
    };
    const from = after(FRIDAY, -DAY);
    expect(await read(rig.history().source, wishOf(from, FRIDAY))).toEqual(rig.market.past('MGC', from, FRIDAY));
    const [first, second] = rig.tws.asked.filter(({ request }) => request.kind === 'history');
    expect(((second?.at ?? 0) - (first?.at ?? 0)) * 100).toBeGreaterThanOrEqual(60_000);
  }, 20_000);

  test('broken off in the middle of an answer is asked for again on a new connection: nothing twice, nothing missing', async () => {
    const rig = await rigAt(FRIDAY, { hurry: 100 });
    let breaks = 2;
    rig.tws.instead = ({ kind }) => {
      if (kind !== 'history' || breaks === 0) return undefined;
      breaks -= 1;
      return 'half';
    };
    const from = after(FRIDAY, -2 * DAY);
    expect(await read(rig.history().source, wishOf(from, FRIDAY))).toEqual(rig.market.past('MGC', from, FRIDAY));
    const ends = asked(rig, 'history').map(({ end }) => end);
    expect(ends.slice(0, 3)).toEqual([ends[0], ends[0], ends[0]]);
  }, 20_000);

  test('a row that cannot be is left out and told, and the others stand', async () => {
    const rig = await rigAt(FRIDAY);
    const { source, lines } = rig.history();
    const from = after(FRIDAY, -3 * HOUR);
    const { past } = rig.market;
    const bad = after(from, 7 * MINUTE);
    rig.market.past = (...range) =>
      past(...range).map((row) =>
        row.bar.at === bad ? { ...row, bar: { ...row.bar, low: row.bar.high, high: row.bar.low } } : row,
      );
    const [pages, rows]: [FeedBar[][], RefusedRow[]] = [[], []];
    const wish = wishOf(from, after(from, HOUR));
    for await (const page of source.bars(wish, NEVER, (row) => rows.push(row))) pages.push([...page]);
    const bars = pages.flat();
    expect(bars.some(({ bar }) => bar.at === bad)).toBe(false);
    expect(bars).toHaveLength(59);
    expect(lines.join()).toContain('low is above high');
    // Its minute is not known: the hour that was asked for is in doubt, and no more.
    expect(rows).toEqual([expect.objectContaining({ from: wish.from, to: wish.to })]);
  });

  test('that IBKR has none of is empty, and no error', async () => {
    const rig = await rigAt(FRIDAY, { roots: ['MGC'] });
    // The February month, in a stretch in which the fake market traded December.
    expect(await read(rig.history().source, wishOf(after(FRIDAY, -HOUR * 5), FRIDAY, 'MGCG7'))).toEqual([]);
  });

  test('of an instrument or a month that IBKR does not list is refused by name, at once', async () => {
    const rig = await rigAt(FRIDAY);
    const { source } = rig.history();
    const stretch = [after(FRIDAY, -5 * HOUR), FRIDAY] as const;
    for (const contract of ['MHGZ6', 'MGCV6', 'XYZZ6']) {
      const failure = await failureOf(read(source, wishOf(...stretch, contract)));
      expect(failure.code).toBe('FEED_REFUSED');
      expect(failure.message).toMatch(new RegExp(contract.slice(0, 3)));
    }
  });

  test('that is not paid for is refused with what has to be subscribed', async () => {
    const rig = await rigAt(FRIDAY);
    rig.tws.instead = ({ kind }) =>
      kind === 'history'
        ? { code: 162, text: 'Historical Market Data Service error message:No market data permissions for COMEX FUT' }
        : undefined;
    const failure = await failureOf(read(rig.history().source, wishOf(after(FRIDAY, -DAY), FRIDAY)));
    expect(failure.code).toBe('FEED_REFUSED');
    expect(failure.message).toContain('no market data for MGCZ6');
  });

  test('through the nightly reset waits until IBKR is back', async () => {
    const night = epochMs(Date.parse('2026-11-19T05:00:00Z'));
    const rig = await rigAt(night, { hurry: 100 });
    rig.tws.setDown(true);
    const from = after(night, -5 * HOUR);
    const reading = read(rig.history().source, wishOf(from, after(night, -HOUR)));
    for (let i = 0; i < 30; i += 1) {
      await rig.play(60);
      if (i === 25) rig.tws.setDown(false);
    }
    await eventually(async () => {
      await rig.play(30);
      return asked(rig, 'history').length > 0;
    });
    expect(await reading).toEqual(rig.market.past('MGC', from, after(night, -HOUR)));
  }, 60_000);
});

describe('who reads the past', () => {
  test('has a client id beside that of the live feed, the first one that is free', async () => {
    const rig = await rigAt(FRIDAY, { hurry: 100 });
    const wish = wishOf(after(FRIDAY, -5 * HOUR), FRIDAY);
    const [one, other] = [rig.history(), rig.history()];
    expect(await read(one.source, wish)).toHaveLength(240);
    expect(await read(other.source, wish)).toHaveLength(240);
    expect(rig.tws.asked.filter(({ request }) => request.kind === 'history').map(({ clientId }) => clientId)).toEqual([
      41, 42,
    ]);
  }, 30_000);

  test('reads several markets at once over one connection', async () => {
    const rig = await rigAt(FRIDAY, { roots: ['MGC', 'MES', 'MHG'] });
    const { source } = rig.history();
    const from = after(FRIDAY, -DAY);
    const wishes = ['MGCZ6', 'MESZ6', 'MHGZ6'].map((contract) => wishOf(from, FRIDAY, contract));
    const read3 = await Promise.all(wishes.map((wish) => read(source, wish)));
    expect(read3).toEqual(wishes.map(({ root }) => rig.market.past(root, from, FRIDAY)));
    expect(rig.tws.sockets()).toBe(1);
  });

  test('who stops in the middle ends at once', async () => {
    const rig = await rigAt(FRIDAY);
    rig.tws.instead = ({ kind }) => (kind === 'history' ? 'silence' : undefined);
    const stopping = new AbortController();
    const reading = read(rig.history().source, wishOf(after(FRIDAY, -DAY), FRIDAY), stopping.signal);
    await eventually(() => asked(rig, 'history').length === 1);
    const stoppedAt = performance.now();
    stopping.abort();
    await expect(reading).rejects.toThrow();
    expect(performance.now() - stoppedAt).toBeLessThan(500);
    await eventually(() => asked(rig, 'cancel').length === 1);
  });

  test('who closes leaves no connection and no timer behind', async () => {
    const rig = await rigAt(FRIDAY);
    const timers = () => process.getActiveResourcesInfo().filter((it) => it === 'Timeout').length;
    const before = timers();
    const { source } = rig.history();
    await read(source, wishOf(after(FRIDAY, -5 * HOUR), FRIDAY));
    rig.tws.instead = ({ kind }) => (kind === 'history' ? 'silence' : undefined);
    const waiting = read(source, wishOf(after(FRIDAY, -DAY), FRIDAY));
    waiting.catch(() => undefined);
    await eventually(() => asked(rig, 'history').length === 2);
    await source.close();
    await expect(waiting).rejects.toThrow();
    await eventually(() => rig.tws.sockets() === 0 && timers() <= before + 1);
  });
});
