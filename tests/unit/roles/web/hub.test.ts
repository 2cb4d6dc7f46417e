import { describe, expect, test } from 'vitest';
import { createHub, PING_MS, STREAMS_PER_CLIENT_MAX } from '../../../../src/roles/web/hub.js';
import { SYMBOL_WINDOW_MS } from '../../../../src/roles/web/stream-client.js';
import { manualTime } from '../../../support/web-source.js';
import { fakeSink } from './fake-sink.js';

const frame = (event: string, n: number | string): Buffer => Buffer.from(`id: 1-${n}\nevent: ${event}\ndata: ${n}\n\n`);
const turn = (): Promise<unknown> => new Promise((done) => setImmediate(done));

function setUp() {
  const time = manualTime();
  let newest = 0;
  let asked = 0;
  const hub = createHub({
    timers: time.timers,
    elapsed: time.clock.elapsed,
    snapshot: () => [frame('snapshot', 'all')],
    card: (symbol) => {
      asked += 1;
      return frame(`${symbol}-update`, newest);
    },
    onCollapse: () => {},
  });
  const join = (address = '10.0.0.1') => {
    const reader = fakeSink();
    const { client, leave } = hub.add(reader.sink, address);
    client.release();
    return { ...reader, leave, shown: () => reader.events().map(({ html }) => html) };
  };
  const pushCard = (n: number): void => {
    newest = n;
    hub.pushCard('mgc');
  };
  return { time, hub, join, pushCard, asked: () => asked };
}

describe('what happens in one turn', () => {
  test('goes out in two pieces to each reader: the first at once, the rest together, in order', async () => {
    const { hub, join, pushCard } = setUp();
    const reader = join();
    for (let n = 1; n <= 5; n += 1) hub.push(frame('risk-update', n));
    pushCard(6);
    hub.push(frame('alert', 7));
    await turn();
    expect(reader.shown()).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(reader.packets()).toBe(2);
  });

  test('a single event waits for nothing', () => {
    const { hub, join } = setUp();
    const reader = join();
    hub.push(frame('risk-update', 1));
    expect(reader.packets()).toBe(1);
  });

  test('the next turn starts afresh', async () => {
    const { hub, join } = setUp();
    const reader = join();
    for (let n = 1; n <= 3; n += 1) {
      hub.push(frame('risk-update', n));
      await turn();
    }
    expect(reader.packets()).toBe(3);
  });

  test('a reader that joins or leaves in the middle of it does not disturb the others', async () => {
    const { hub, join } = setUp();
    const [stays, goes] = [join(), join('10.0.0.2')];
    hub.push(frame('risk-update', 1));
    hub.push(frame('risk-update', 2));
    goes.leave();
    const comes = join('10.0.0.3');
    hub.push(frame('risk-update', 3));
    await turn();
    hub.push(frame('risk-update', 4));
    await turn();
    expect(stays.shown()).toEqual(['1', '2', '3', '4']);
    expect(goes.shown()).toEqual(['1', '2']);
    expect(comes.shown()).toEqual(['3', '4']);
    expect(comes.packets(), 'nothing is left gathering').toBe(2);
  });
});

describe('cards', () => {
  test('are throttled for each reader on its own, and only a card that is sent is asked for', async () => {
    const { time, join, pushCard, asked } = setUp();
    const early = join();
    pushCard(1);
    await time.pass(3_000);
    const late = join('10.0.0.2');
    for (let n = 2; n <= 100; n += 1) pushCard(n);
    expect(early.shown()).toEqual(['1']);
    expect(late.shown()).toEqual(['2']);
    expect(asked()).toBe(2);
    await time.pass(4_000);
    expect(early.shown()).toEqual(['1', '100']);
    expect(late.shown()).toEqual(['2']);
    await time.pass(3_000);
    expect(late.shown()).toEqual(['2', '100']);
    await time.pass(SYMBOL_WINDOW_MS);
    expect(asked(), 'nothing new, nothing sent').toBe(4);
  });
});

test('comment lines keep every stream awake', async () => {
  const { time, join } = setUp();
  const readers = [join(), join('10.0.0.2')];
  await time.pass(4 * PING_MS);
  for (const { text } of readers) expect(text()).toBe(': ping\n\n'.repeat(4));
});

test('places are counted by address and free again after a leave, however often it is said', () => {
  const { hub, join } = setUp();
  const readers = Array.from({ length: STREAMS_PER_CLIENT_MAX }, () => join());
  expect(hub.hasRoomFor('10.0.0.1')).toBe(false);
  expect(hub.hasRoomFor('10.0.0.2')).toBe(true);
  readers[0]?.leave();
  readers[0]?.leave();
  expect(hub.size).toBe(STREAMS_PER_CLIENT_MAX - 1);
  join();
  expect(hub.hasRoomFor('10.0.0.1')).toBe(false);
});

test('closing cuts every connection and stops every timer', async () => {
  const { time, hub, join, pushCard } = setUp();
  const reader = join();
  pushCard(1);
  pushCard(2);
  hub.close();
  expect(reader.isDestroyed()).toBe(true);
  expect(hub.size).toBe(0);
  expect(time.pending()).toBe(0);
});
