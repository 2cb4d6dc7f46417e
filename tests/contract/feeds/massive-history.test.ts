import { afterEach, describe, expect, test } from 'vitest';
import { createMassiveHistory } from '../../../src/adapters/feeds/massive/listener.js';
import { after, DAY, type EpochMs, epochMs, HOUR } from '../../../src/kernel/units.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import type { RefusedRow } from '../../../src/ports/history-source.js';
import { KEY, massiveVendors } from '../../support/fake-massive/rig.js';
import type { FakeMassive } from '../../support/fake-massive/server.js';
import type { Answer } from '../../support/fake-vendor/http-vendor.js';
import { keepingLog } from '../../support/fake-vendor/log.js';
import { codedFailure } from '../../support/fake-vendor/run.js';

const NOON = epochMs(Date.parse('2026-11-19T17:00:00Z'));
const vendorAt = massiveVendors();
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function pastOf(vendor: FakeMassive, apiKey = KEY) {
  const { log, lines } = keepingLog();
  const source = createMassiveHistory({ apiKey, baseUrl: vendor.url, log });
  closers.push(() => source.close());
  const refused: RefusedRow[] = [];
  const ask = async (from: EpochMs, to: EpochMs): Promise<readonly FeedBar[]> => {
    const pages: (readonly FeedBar[])[] = [];
    refused.length = 0;
    const wish = { root: 'MGC', contract: 'MGCZ6', from, to };
    const onRefused = (row: RefusedRow): void => void refused.push(row);
    for await (const page of source.bars(wish, new AbortController().signal, onRefused)) pages.push(page);
    return pages.flat();
  };
  return { ask, lines, refused };
}

interface Row {
  readonly ticker: string;
  /** Nanoseconds. */
  readonly window_start: number;
}

/** The right answer with other rows. */
const changed =
  (change: (row: Row, i: number) => Row) =>
  (right: Answer): Answer => {
    const body = right.body as { readonly results: readonly Row[] };
    return { ...right, body: { ...body, results: body.results.map(change) } };
  };

describe('the past of massive', () => {
  const from = after(NOON, -3 * HOUR);

  test('is whole and in order over many pages, asked for with the half-open range', async () => {
    const { market, vendor } = await vendorAt(NOON, { pageRows: 50 });
    const bars = await pastOf(vendor).ask(from, NOON);
    expect(bars).toEqual(market.past('MGC', from, NOON));
    expect(bars).toHaveLength(180);
    expect(vendor.asked).toHaveLength(4);
  });

  test('an answer that breaks off in the middle of a page is asked for again, that page alone', async () => {
    const { market, vendor } = await vendorAt(NOON, { pageRows: 50 });
    vendor.script.push(undefined, (right) => ({ ...right, isCut: true }));
    expect(await pastOf(vendor).ask(from, NOON)).toEqual(market.past('MGC', from, NOON));
    expect(vendor.asked).toHaveLength(5);
    expect(vendor.asked[1]).toBe(vendor.asked[2]);
  });

  test('a body that is half a page, sent as if it were whole, is asked for again', async () => {
    const { market, vendor } = await vendorAt(NOON);
    vendor.script.push((right) => ({ ...right, body: JSON.stringify(right.body).slice(0, 999) }));
    expect(await pastOf(vendor).ask(from, NOON)).toEqual(market.past('MGC', from, NOON));
  });

  test('too many requests and broken servers are waited for, as long as the vendor says', async () => {
    const { market, vendor } = await vendorAt(NOON);
    const busy = { status: 429, body: { status: 'ERROR', error: 'slow down' }, headers: { 'retry-after': '1' } };
    vendor.script.push(busy, { status: 503, body: '<html>' }, { status: 500, body: {} });
    const begunAt = performance.now();
    expect(await pastOf(vendor).ask(from, NOON)).toEqual(market.past('MGC', from, NOON));
    expect(performance.now() - begunAt).toBeGreaterThan(1_000);
    expect(vendor.asked).toHaveLength(4);
  }, 20_000);

  test('rows in the wrong order come in order; rows twice come once; a bad row costs itself only', async () => {
    const { market, vendor } = await vendorAt(NOON);
    vendor.script.push((right) => {
      const { results } = right.body as { results: { open: number }[] };
      const bad = [{ ...results[3], open: 4200.05 }, { ticker: 'MGCZ6' }, 7, { ...results[4], low: 1e9 }];
      return {
        ...right,
        body: { results: [...results.slice(5).reverse(), ...results.slice(0, 3), ...results.slice(9, 20), ...bad] },
      };
    });
    const { ask, lines } = pastOf(vendor);
    const right = market.past('MGC', from, NOON);
    expect(await ask(from, NOON)).toEqual(right.filter((_, i) => i !== 3 && i !== 4));
    expect(lines.filter((line) => line.includes('history.refused'))).toHaveLength(4);
    expect(lines.join()).toContain('4200.05 is off the tick grid of MGC');
  });

  test('rows that name another contract are refused by its name, and their minutes are in doubt', async () => {
    const { market, vendor } = await vendorAt(NOON);
    vendor.script.push(changed((row, i) => (i < 60 ? { ...row, ticker: 'MGCG7' } : row)));
    const { ask, refused } = pastOf(vendor);
    expect(await ask(from, NOON)).toEqual(market.past('MGC', after(from, HOUR), NOON));
    const doubt = { where: 'massive MGCZ6', reason: 'MGCG7 was not asked for', from, to: after(from, HOUR) };
    expect(refused).toEqual(Array.from({ length: 60 }, () => doubt));
  });

  test('the answer to a question for other days is refused: what was asked for does not count as empty', async () => {
    const { vendor } = await vendorAt(NOON);
    vendor.script.push(changed((row) => ({ ...row, window_start: row.window_start - 4 * DAY * 1e6 })));
    const { ask, refused } = pastOf(vendor);
    expect(await ask(from, NOON)).toEqual([]);
    const reason = '2026-11-15T14:00:00.000Z to 2026-11-15T16:59:00.000Z was not asked for';
    expect(refused).toEqual([{ where: 'massive MGCZ6', reason, from, to: NOON }]);
  });

  test('a wrong key is told at once, by the setting’s name, and not tried again', async () => {
    const { vendor } = await vendorAt(NOON);
    const { ask, lines } = pastOf(vendor, 'wr0ng-key');
    const failure = await codedFailure(ask(from, NOON));
    expect(failure.code).toBe('FEED_REFUSED');
    expect(failure.message).toContain('MASSIVE_API_KEY');
    expect(vendor.asked).toHaveLength(1);
    expect(JSON.stringify([failure.message, failure.stack, failure.cause, lines])).not.toContain('wr0ng-key');
  });

  test('the next page is asked of the vendor, wherever its address points: the key goes nowhere else', async () => {
    const { vendor } = await vendorAt(NOON, { pageRows: 50 });
    const elsewhere = await vendorAt(NOON);
    vendor.script.push((right) => {
      const body = right.body as { next_url: string };
      return { ...right, body: { ...body, next_url: body.next_url.replace(vendor.url, elsewhere.vendor.url) } };
    });
    expect(await pastOf(vendor).ask(from, NOON)).toHaveLength(180);
    expect(elsewhere.vendor.asked).toEqual([]);
  });

  test('pages that go round in a circle end with an error', async () => {
    const { vendor } = await vendorAt(NOON, { pageRows: 50 });
    const again = (right: { body: unknown; status: number }) => ({
      ...right,
      body: {
        ...(right.body as object),
        next_url: `${vendor.url}/futures/v1/aggs/MGCZ6?cursor=${Buffer.from('sort=window_start.asc&limit=50').toString('base64url')}`,
      },
    });
    vendor.script.push(again, again, again);
    expect((await codedFailure(pastOf(vendor).ask(from, NOON))).message).toContain('circle');
  });
});
