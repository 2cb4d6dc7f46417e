import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { type BridgeServer, bridgeServer, compileHarness, type Heard, play, type Reply, yes } from './bridge-server.js';

let program: string;
let server: BridgeServer;
/** Commands not yet handed out, and acknowledgements as they came. */
let waiting: Readonly<Record<string, unknown>>[];
let acks: { readonly id: string; readonly result: string; readonly text: string }[];
beforeAll(() => {
  program = compileHarness();
});
beforeEach(async () => {
  server = await bridgeServer();
  [waiting, acks] = [[], []];
  server.answer = desk;
});
afterEach(() => server.down());

const PATIENCE = { timeout: 20_000 };
const gone = () => eventually(async () => (await server.connections()) === 0, PATIENCE);

/** The intake's side of commands: hands out what waits, and writes down what is acknowledged. */
function desk(heard: Heard): Reply {
  if (heard.path.startsWith('/bridge/commands?')) {
    const commands = waiting;
    waiting = [];
    return { status: 200, body: { commands }, afterMs: 100 };
  }
  const id = /^\/bridge\/commands\/([^/]+)\/ack$/.exec(heard.path)?.[1];
  if (id !== undefined) acks.push({ id: decodeURIComponent(id), ...JSON.parse(heard.text) });
  return yes(heard);
}

let number = 0;
function command(changes: Readonly<Record<string, unknown>> = {}): string {
  number += 1;
  const id = `1763649000000-${number}`;
  const at = new Date(performance.timeOrigin + performance.now()).toISOString();
  waiting.push({ id, kind: 'flatten', account: 'Sim101', symbol: null, at, ...changes });
  return id;
}
const acked = async (id: string) => {
  await eventually(() => acks.some((ack) => ack.id === id), PATIENCE);
  return acks.find((ack) => ack.id === id) ?? { id, result: 'none', text: '' };
};
const order = async (changes?: Readonly<Record<string, unknown>>) => acked(command(changes));

test('the strategy works its queue off in order and in real time only, and reports once it has an account', async () => {
  await play(program, {
    scenario: 'strategy',
    url: server.url,
    steps: {
      gone,
      'no-account': async () => expect(server.heard).toEqual([]),
      account: () => eventually(() => server.snapshots().some(({ account }) => account === 'Sim101'), PATIENCE),
    },
  });
  expect(server.heard.filter(({ path }) => path.startsWith('/bridge/commands'))).toEqual([]);
});

test('a flatten is carried out once, clamped, checked afterwards and acknowledged with what became of it', async () => {
  let own = '';
  await play(program, {
    scenario: 'commands',
    url: server.url,
    steps: {
      gone,
      flatten: async () => {
        const id = command();
        expect(await acked(id)).toMatchObject({ result: 'done', text: expect.stringContaining('flat') });
        // The same command handed out again is the same command.
        waiting.push({ id, kind: 'flatten', account: 'Sim101', symbol: null });
        await eventually(() => waiting.length === 0, PATIENCE);
        expect(await order()).toMatchObject({ result: 'done', text: 'nothing was open or working' });
        expect(acks.filter((ack) => ack.id === id)).toHaveLength(1);
      },
      'too-many': async () =>
        expect(await order()).toMatchObject({ result: 'refused', text: expect.stringContaining('11 contracts') }),
      refusals: async () => {
        const hourAgo = new Date(performance.timeOrigin + performance.now() - 3_600_000).toISOString();
        const refused = [
          await order({ at: hourAgo }),
          await order({ at: 'yesterday' }),
          await order({ account: 'Live1' }),
          await order({ account: undefined }),
          await order({ kind: 'double-up' }),
          await order({ symbol: 'MES 12-26' }),
          await order({ kind: 'enter', symbol: 'MGC 12-26', side: 'BUY', quantity: 1, stop_price: 4100 }),
        ];
        expect(refused.map(({ result }) => result)).toEqual(refused.map(() => 'refused'));
        expect(refused.at(-1)?.text).toContain('entries are switched off');
      },
      cancel: async () =>
        expect(await order({ kind: 'cancel', symbol: 'mgc 12-26' })).toMatchObject({ result: 'done' }),
      leftover: async () => {
        const ack = await order();
        expect(ack).toMatchObject({ result: 'failed', text: expect.stringContaining('STILL OPEN') });
        expect(ack.text).toContain('order stop Sell 2 MGC 12-26');
      },
      own: async () => {
        own = command();
      },
      'own-closed': async () => expect(await acked(own)).toMatchObject({ result: 'done' }),
      throws: async () =>
        expect(await order()).toMatchObject({ result: 'failed', text: expect.stringContaining('not now') }),
      disconnected: async () =>
        expect(await order()).toMatchObject({ result: 'refused', text: expect.stringContaining('no connection') }),
    },
  });
});

test('an entry needs the trader’s switch, a small quantity, the chart’s contract and a stop; a rejected stop closes it', async () => {
  const entry = { kind: 'enter', symbol: 'MGC 12-26', side: 'BUY', quantity: 1, stop_price: 4229.5 };
  await play(program, {
    scenario: 'entries',
    url: server.url,
    steps: {
      gone,
      entries: async () => {
        const refused = [
          await order({ ...entry, quantity: 2 }),
          await order({ ...entry, quantity: 0.5 }),
          await order({ ...entry, quantity: -1 }),
          await order({ ...entry, stop_price: undefined }),
          await order({ ...entry, stop_price: 4300 }),
          await order({ ...entry, side: 'SELL' }),
          await order({ ...entry, side: 'UP' }),
          await order({ ...entry, symbol: 'MES 12-26' }),
        ];
        expect(refused.map(({ result }) => result)).toEqual(refused.map(() => 'refused'));
        expect(await order(entry)).toMatchObject({ result: 'done' });
      },
    },
  });
});
