import { describe, expect, test } from 'vitest';
import { pingFrame } from '../../../../src/roles/web/frame.js';
import { createStreamClient, QUEUE_BYTES_MAX, QUEUE_MAX, STUCK_MS } from '../../../../src/roles/web/stream-client.js';
import { manualTime } from '../../../support/web-source.js';
import { fakeSink } from './fake-sink.js';

const frame = (event: string, n: number | string): Buffer => Buffer.from(`id: 1-${n}\nevent: ${event}\ndata: ${n}\n\n`);

function setUp() {
  const time = manualTime();
  const reader = fakeSink();
  const newest = new Map<string, Buffer>();
  let collapses = 0;
  const client = createStreamClient({
    sink: reader.sink,
    timers: time.timers,
    elapsed: () => time.clock.elapsed(),
    snapshot: () => [frame('snapshot', 'all')],
    card: (symbol) => newest.get(symbol),
    onCollapse: () => {
      collapses += 1;
    },
  });
  const pushCard = (symbol: string, n: number): void => {
    newest.set(symbol, frame(`${symbol}-update`, n));
    client.pushCard(symbol);
  };
  const shown = (): string[] => reader.events().map(({ html }) => html);
  return { time, reader, client, pushCard, shown, collapses: () => collapses };
}

describe('the throttle of one client', () => {
  test('sends the first of 20 updates at once and the newest at the end of the window', async () => {
    const { time, client, pushCard, shown } = setUp();
    client.release();
    for (let n = 1; n <= 20; n += 1) {
      pushCard('mgc', n);
      await time.pass(50);
    }
    expect(shown()).toEqual(['1']);
    await time.pass(5_999);
    expect(shown()).toEqual(['1']);
    await time.pass(1);
    expect(shown()).toEqual(['1', '20']);
  });

  test('never sends two updates of a symbol within 7 s, whatever their rhythm', async () => {
    const { time, client, pushCard, reader } = setUp();
    client.release();
    const sentAt: number[] = [];
    let seen = 0;
    for (let n = 1; n <= 400; n += 1) {
      pushCard('mgc', n);
      await time.pass(97);
      if (reader.events().length > seen) sentAt.push(time.clock.elapsed());
      seen = reader.events().length;
    }
    expect(sentAt.length).toBe(6);
    for (let i = 1; i < sentAt.length; i += 1) expect((sentAt[i] ?? 0) - (sentAt[i - 1] ?? 0)).toBeGreaterThan(6_900);
  });

  test('keeps one window per symbol and delays nothing else', () => {
    const { client, pushCard, shown } = setUp();
    client.release();
    pushCard('mgc', 1);
    pushCard('mgc', 2);
    pushCard('mnq', 3);
    client.push(frame('risk-update', 4));
    expect(shown()).toEqual(['1', '3', '4']);
  });

  test('drops a waiting card when a snapshot has shown something newer', async () => {
    const { time, client, pushCard, shown } = setUp();
    client.release();
    pushCard('mgc', 1);
    pushCard('mgc', 2);
    client.pushSnapshot();
    await time.pass(20_000);
    expect(shown()).toEqual(['1', 'all']);
  });
});

describe('a catch-up', () => {
  test('holds live events back until it was written', () => {
    const { client, pushCard, shown } = setUp();
    client.push(frame('risk-update', 2));
    pushCard('mgc', 3);
    client.write(frame('risk-update', 1));
    expect(shown()).toEqual(['1']);
    client.release();
    expect(shown()).toEqual(['1', '2', '3']);
  });

  test('collapses to a snapshot when too much happens meanwhile', () => {
    const { client, shown, collapses } = setUp();
    for (let n = 0; n <= QUEUE_MAX; n += 1) client.push(frame('risk-update', n));
    client.release();
    expect(shown()).toEqual(['all']);
    expect(collapses()).toBe(1);
  });
});

describe('a slow reader', () => {
  test('gets everything in order once it reads again, if that is little', () => {
    const { client, reader, shown } = setUp();
    client.release();
    reader.pause();
    for (let n = 1; n <= 10; n += 1) client.push(frame('risk-update', n));
    expect(shown(), 'only the write that filled the pipe').toEqual(['1']);
    reader.resume();
    expect(shown()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
  });

  test('gets one fresh snapshot instead of a queue without end', () => {
    const { client, reader, shown, collapses } = setUp();
    client.release();
    reader.pause();
    for (let n = 1; n <= 10_000; n += 1) client.push(frame('risk-update', n));
    expect(collapses()).toBe(1);
    reader.resume();
    expect(shown()).toEqual(['1', 'all']);
    client.push(frame('risk-update', 'later'));
    expect(shown()).toEqual(['1', 'all', 'later']);
  });

  test('gets a snapshot when few but large frames wait for it', () => {
    const { client, reader, collapses } = setUp();
    client.release();
    reader.pause();
    const large = Buffer.from(`id: 1-1\nevent: focus-update\ndata: ${'x'.repeat(QUEUE_BYTES_MAX / 4)}\n\n`);
    for (let n = 0; n < 4; n += 1) client.push(large);
    expect(collapses(), 'one on its way, three wait').toBe(0);
    client.push(large);
    expect(collapses()).toBe(1);
    reader.resume();
    expect(reader.events().at(-1)).toMatchObject({ event: 'snapshot' });
  });

  test('gets a snapshot whole, though it is larger than what may wait', () => {
    const time = manualTime();
    const reader = fakeSink();
    const parts = Array.from({ length: 5 }, (_, n) =>
      Buffer.from(`id: 1-1\nevent: part-${n}\ndata: ${'x'.repeat(QUEUE_BYTES_MAX / 2)}\n\n`),
    );
    let collapses = 0;
    const client = createStreamClient({
      sink: reader.sink,
      timers: time.timers,
      elapsed: time.clock.elapsed,
      snapshot: () => parts,
      card: () => undefined,
      onCollapse: () => {
        collapses += 1;
      },
    });
    client.release();
    reader.pause();
    for (let n = 0; n <= QUEUE_MAX + 1; n += 1) client.push(frame('risk-update', n));
    reader.drain();
    expect(reader.events().filter(({ event }) => event.startsWith('part-'))).toHaveLength(5);
    client.push(frame('risk-update', 'later'));
    reader.resume();
    expect(reader.events().at(-1)).toMatchObject({ html: 'later' });
    expect(collapses).toBe(1);
  });

  test('has its room back after it has read', () => {
    const { client, reader, collapses } = setUp();
    client.release();
    const large = Buffer.from(`id: 1-1\nevent: focus-update\ndata: ${'x'.repeat(QUEUE_BYTES_MAX / 4)}\n\n`);
    for (let round = 0; round < 10; round += 1) {
      reader.pause();
      for (let n = 0; n < 4; n += 1) client.push(large);
      reader.resume();
    }
    expect(collapses()).toBe(0);
    expect(reader.named('focus-update')).toHaveLength(40);
  });

  test('is cut off when it takes nothing for a minute', async () => {
    const { client, reader, time } = setUp();
    client.release();
    reader.pause();
    client.push(frame('risk-update', 1));
    await time.pass(STUCK_MS);
    client.ping(pingFrame);
    expect(reader.isDestroyed()).toBe(false);
    await time.pass(1);
    client.ping(pingFrame);
    expect(reader.isDestroyed()).toBe(true);
  });
});

test('a closed client writes nothing more and leaves no timer', async () => {
  const { time, client, pushCard, shown } = setUp();
  client.release();
  pushCard('mgc', 1);
  pushCard('mgc', 2);
  client.close();
  expect(time.pending()).toBe(0);
  await time.pass(10_000);
  expect(shown()).toEqual(['1']);
});
