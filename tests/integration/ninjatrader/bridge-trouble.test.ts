import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { type BridgeServer, bridgeServer, compileHarness, type Heard, play, type Reply, yes } from './bridge-server.js';

let program: string;
let server: BridgeServer;
beforeAll(() => {
  program = compileHarness();
});
beforeEach(async () => {
  server = await bridgeServer();
});
afterEach(() => server.down());

const PATIENCE = { timeout: 20_000 };
const gone = () => eventually(async () => (await server.connections()) === 0, PATIENCE);

/** Answers snapshots with each of `replies` once, then takes everything again; other posts are taken. */
function once(...replies: readonly Reply[]): void {
  const left = [...replies];
  server.answer = (heard) => (heard.path === '/positions/update' ? (left.shift() ?? yes(heard)) : yes(heard));
}
/** The posts of snapshots since the last look, as number and quantity held. */
function look(): readonly (readonly [seq: number, quantity: number | undefined])[] {
  const posts = server.snapshots().map(({ seq, positions }) => [seq, positions[0]?.quantity] as const);
  server.heard.length = 0;
  return posts;
}
/** The first posts of snapshots since the last look are one and the same body. */
function expectRepeats(count: number): void {
  const bodies = server.to('/positions/update').map(({ text }) => text);
  expect(bodies.length).toBeGreaterThan(count);
  expect(new Set(bodies.slice(0, count)).size).toBe(1);
}
const taken = (quantity: number) =>
  eventually(() => server.snapshots().at(-1)?.positions[0]?.quantity === quantity, PATIENCE);
const refusal = (status: number, body: unknown = { status: 'error', reason: 'no' }): Reply => ({ status, body });

test('whatever the server does, a number is repeated with its body, or given to the next, and never left out', async () => {
  let last = 0;
  await play(program, {
    scenario: 'patience',
    url: server.url,
    steps: {
      gone,
      down: async () => {
        await eventually(() => server.snapshots().length > 0, PATIENCE);
        await server.down();
        server.heard.length = 0;
      },
      up: async () => {
        // What was tried in vain has used up no number: the first to arrive is number 2 and holds the newest state.
        await server.up();
        await taken(1);
        expect(look()[0]).toEqual([2, 1]);
        once(refusal(500), refusal(503));
      },
      'trouble-2': async () => {
        await eventually(() => new Set(server.snapshots().map(({ seq }) => seq)).size >= 2, PATIENCE);
        expectRepeats(3);
        const [first, second, third, fourth] = look();
        // 500 and 503 leave it open whether the snapshot was stored: the same body comes again until it is taken.
        expect([second, third]).toEqual([first, first]);
        expect(fourth).toEqual([(first?.[0] ?? 0) + 1, 2]);
        once('hang', 'cut');
      },
      'trouble-3': async () => {
        await eventually(() => new Set(server.snapshots().map(({ seq }) => seq)).size >= 2, PATIENCE);
        expectRepeats(3);
        look();
        once(refusal(400, { status: 'error', errors: [{ field: 'seq', problem: 'odd' }] }), refusal(401));
      },
      'trouble-4': async () => {
        await eventually(() => server.to('/positions/update').length >= 3, PATIENCE);
        const [first, second, third] = look();
        // A refusal says it is not stored: its number is free again.
        expect([second?.[0], third?.[0]]).toEqual([first?.[0], first?.[0]]);
        last = third?.[0] ?? 0;
        once(
          refusal(409, { status: 'refused', newest: { epoch: 'other', seq: 99 }, reason: 'a newer snapshot is kept' }),
        );
      },
      'trouble-5': async () => {
        await eventually(() => server.to('/positions/update').length >= 2, PATIENCE);
        const [first, second] = look();
        expect(second?.[0]).toBe((first?.[0] ?? 0) + 1);
        expect(first?.[0]).toBeGreaterThan(last);
        server.answer = (heard: Heard) => {
          if (heard.path !== '/positions/update') return yes(heard);
          server.answer = yes;
          const { account, seq } = JSON.parse(heard.text);
          return { status: 200, body: { status: 'ok', account, seq, verdict: 'GAP', risk: { can_trade: false } } };
        };
      },
      'trouble-6': async () => {
        // A gap is healed by the next in order, which is not waited for.
        await eventually(() => server.to('/positions/update').length >= 2, PATIENCE);
      },
    },
  });
});

test('a bridge that another one has replaced waits while that one speaks, and begins anew when it is silent', async () => {
  let [speaks, newest] = [true, 0];
  server.answer = (heard) => {
    if (heard.path !== '/positions/update' || isTakenBack()) return yes(heard);
    if (speaks) newest += 1;
    return refusal(409, { status: 'refused', newest: { epoch: 'the other', seq: newest }, reason: 'a newer start' });
  };
  const epochs = () => new Set(server.snapshots().map(({ epoch }) => epoch));
  const isTakenBack = () => epochs().size > 1;
  await play(program, {
    scenario: 'fast',
    url: server.url,
    steps: {
      gone,
      one: async () => {
        // The bridge's clock runs twenty times as fast: eight refusals are far more than 12 of its seconds.
        await eventually(() => server.snapshots().length >= 8, PATIENCE);
        expect(isTakenBack()).toBe(false);
        speaks = false;
      },
      two: async () => {
        await eventually(isTakenBack, PATIENCE);
        const [, second] = epochs();
        expect(server.snapshots().find(({ epoch }) => epoch === second)?.seq).toBe(1);
      },
    },
  });
});

test('a snapshot that could not be settled for 10 s is too old to be repeated: its number is left and the news is fresh', async () => {
  const bodies = () => server.to('/positions/update').map(({ text }) => text);
  server.answer = (heard) => (heard.path === '/positions/update' ? refusal(500) : yes(heard));
  await play(program, {
    scenario: 'fast',
    url: server.url,
    steps: {
      gone,
      one: async () => {
        await eventually(() => server.snapshots().some(({ seq }) => seq === 3), PATIENCE);
        const [one, two, three] = [1, 2, 3].map((seq) => bodies().filter((text) => text.includes(`"seq":${seq},`)));
        for (const repeats of [one, two, three]) expect(new Set(repeats).size).toBe(1);
        expect(one?.length).toBeGreaterThan(1);
      },
      two: async () => {
        server.answer = yes;
        server.heard.length = 0;
        // After a while without an answer the first one accepted is followed by the next in order.
        await eventually(() => new Set(server.snapshots().map(({ seq }) => seq)).size >= 2, PATIENCE);
      },
    },
  });
});

test('fills wait out a server that is away, a bad one costs only itself, and those that did not fit are fetched again', async () => {
  server.answer = (heard) => (heard.path === '/executions' ? { status: 503, body: {} } : yes(heard));
  await play(program, {
    scenario: 'fills',
    url: server.url,
    steps: {
      gone,
      refusing: () => eventually(() => server.to('/executions').length > 0, PATIENCE),
      taking: async () => {
        server.heard.length = 0;
        const accepted = new Set<string>();
        let refused = 0;
        server.answer = (heard) => {
          if (heard.path !== '/executions') return yes(heard);
          const ids: string[] = JSON.parse(heard.text).executions.map(
            (row: { execution_id: string }) => row.execution_id,
          );
          if (ids.includes('f7')) {
            refused += 1;
            return {
              status: 400,
              body: { status: 'error', errors: [{ field: 'executions.0.price', problem: 'odd' }] },
            };
          }
          for (const id of ids) accepted.add(id);
          return yes(heard);
        };
        const all = 3 + 5_250;
        await eventually(() => {
          expect(accepted.size).toBe(all - 1);
          return true;
        }, PATIENCE);
        // Once in company, once alone; the list that is fetched again for the rest brings it a second time.
        expect(refused).toBeGreaterThanOrEqual(2);
        expect(refused).toBeLessThanOrEqual(4);
        expect([...accepted].slice(0, 4)).toEqual(['before-0', 'before-1', 'before-2', 'f0']);
      },
    },
  });
});
