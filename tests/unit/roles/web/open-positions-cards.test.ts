import { expect, test } from 'vitest';
import { MORNING, positionsAt } from '../../../support/web-source.js';
import { setUp } from './live-set-up.js';
import { context, html, staleAt, text } from './panel-view.js';

const [gold] = positionsAt(MORNING).positions;
if (!gold) throw new Error('the fixture is empty');
const holding = (more: Partial<typeof gold>) => positionsAt(MORNING, { positions: [{ ...gold, ...more }] });
const card = (symbol: string, at: ReturnType<typeof context>): string =>
  html('focus', at)
    .split('<article ')
    .find((part) => part.startsWith(`id="card-${symbol}"`)) ?? '';

test('a card against an open position is no trade one may make, and says what to close first', () => {
  const at = context({ positions: holding({ side: 'SHORT', quantity: 1 }) });
  expect(text('no-trade', at)).toContain('You may trade: MNQ SHORT, MCL LONG.');
  expect(card('mgc', at)).toContain('SHORT 1 is open: close it first');
  expect(card('mgc', at)).toContain('data-tradeable="false"');
  expect(card('mnq', at)).not.toContain('close it first');
});

test('a full-size position counts against the card of its micro, under its own name', () => {
  const at = context({ positions: holding({ root: 'GC', side: 'SHORT', quantity: 1 }) });
  expect(card('mgc', at)).toContain('SHORT 1 GC is open: close it first');
});

test('what is open has a card, and the first one, although the plan ranked it among the others', () => {
  const at = context({ positions: holding({ root: 'SI', side: 'LONG' }) });
  expect(html('focus', at)).toContain('id="card-sil"');
  expect(html('focus', at).indexOf('id="card-sil"')).toBeLessThan(html('focus', at).indexOf('id="card-mgc"'));
  expect(html('others', at)).not.toContain('data-symbol="SIL"');
  expect(html('focus', context())).not.toContain('id="card-sil"');
});

test('the grid follows the positions at once, also for a stream that resumes', async () => {
  const { source, connect, settle, now } = await setUp();
  const stream = await connect();
  const cursor = source.publish('positions-update', positionsAt(now));
  stream.clear();
  source.publish('positions-update', positionsAt(now, { positions: [{ ...gold, root: 'SI' }] }));
  await settle();
  expect(stream.named('focus-update').at(-1)?.html).toContain('id="card-sil"');
  expect((await connect(cursor)).named('focus-update').at(-1)?.html).toContain('id="card-sil"');
});

test('while the engine is not heard no other part of the machinery is called ok', () => {
  const freshness = { stale: true, since: staleAt, why: 'engine' } as const;
  expect(text('status', context({}, { freshness }))).toMatch(/feed not heard .*bridge not heard/);
});

test('a lost connection to Redis is called by its name', () => {
  const freshness = { stale: true, since: staleAt, why: 'stream' } as const;
  expect(text('no-trade', context({}, { freshness }))).toContain('No connection to Redis since 04:56:42');
  expect(text('status', context({}, { freshness }))).toContain('no connection to Redis since 04:56:42');
});
