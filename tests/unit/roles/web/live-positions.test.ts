import { expect, test } from 'vitest';
import { feedDown, positionsAt, riskAt } from '../../../support/web-source.js';
import { setUp } from './live-set-up.js';

test('a position reaches its card at once, while the card itself waits its seven seconds', async () => {
  const { source, connect, settle, mgc, now } = await setUp();
  const stream = await connect();
  source.publish('mgc-update', mgc(4208));
  source.publish('mgc-update', mgc(4209));
  const [row] = positionsAt(now).positions;
  source.publish('positions-update', positionsAt(now, { positions: row ? [{ ...row, quantity: 5 }] : [] }));
  await settle();
  expect(stream.named('mgc-update').map(({ html }) => html.includes('4209.0'))).toEqual([false]);
  const [, update] = stream.named('positions-update');
  expect(update?.html).toContain('<hx-partial hx-target="#held-mgc"');
  expect(update?.html).toMatch(/id="held-mgc".*data-held="LONG"/);
  expect(update?.html).toContain('5 @ 4205.3');
  expect(update?.html).not.toContain('id="card-mgc"');
});

test('an account that falls silent is told to open streams and to one that resumes, without a word of the engine', async () => {
  const { time, connect, settle, source, now } = await setUp();
  const stream = await connect();
  const cursor = source.publish('risk-update', riskAt(now));
  await time.pass(9_000);
  await settle();
  expect(stream.named('positions-update').at(-1)?.html).not.toContain('No news');
  await time.pass(1_000);
  await settle();
  expect(stream.named('positions-update').at(-1)?.html).toContain('No news from the platform since 04:57:11');
  expect(stream.named('risk-update').at(-1)?.html).toContain('NO NEW ENTRIES');
  expect((await connect(cursor)).named('positions-update').at(-1)?.html).toContain('No news from the platform');
});

test('the moment the header says that the feed is down every card is grey, also for a stream that resumes', async () => {
  const { connect, settle, source, now } = await setUp();
  const stream = await connect();
  const cursor = source.publish('risk-update', riskAt(now));
  stream.clear();
  source.publish('status', feedDown(now));
  await settle();
  expect(stream.named('status')[0]?.html).toContain('down');
  expect(stream.named('focus-update')[0]?.html.match(/class="card [^"]*is-stale"/g)).toHaveLength(4);
  expect((await connect(cursor)).named('focus-update')[0]?.html).toContain('stale since 04:57:09');
});
