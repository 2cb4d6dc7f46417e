import { afterEach, expect, test } from 'vitest';
import type { Log } from '../../../../src/ports/log.js';
import { type KeptPart, keepAlive, type Part } from '../../../../src/roles/up/keep-alive.js';
import { eventually } from '../../../support/eventually.js';

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A part that dies when told; every start is written down. */
function mortal(options: { readonly failures?: readonly number[] } = {}) {
  const starts: boolean[] = [];
  let die = (_how: string): void => {};
  let stops = 0;
  const part: Part = {
    name: 'mortal',
    async start(again) {
      starts.push(again);
      if (options.failures?.includes(starts.length)) throw new Error('no');
      let isOver = false;
      const ended = new Promise<string>((resolve) => {
        die = (how) => {
          isOver = true;
          resolve(how);
        };
      });
      return {
        pid: starts.length,
        ended,
        async stop() {
          if (!isOver) stops += 1;
          die('stopped');
        },
      };
    },
  };
  return { part, starts, kill: () => die('signal SIGKILL'), stops: () => stops };
}

const kept: KeptPart[] = [];
afterEach(async () => {
  for (const part of kept.splice(0)) await part.close();
});

interface Options {
  readonly waits?: number[];
  readonly elapsed?: () => number;
}

async function keep(part: Part, { waits = [], elapsed = () => 0 }: Options = {}) {
  const log: Log = { ...silent, warn: (fields) => waits.push(Number(fields.againInMs)) };
  const it = await keepAlive(part, {
    log,
    elapsed,
    onChange: () => {},
    backoffMs: { first: 1, max: 8, healthyAfter: 1_000 },
  });
  kept.push(it);
  return it;
}

test('a part that dies is started again, as another process', async () => {
  const { part, starts, kill } = mortal();
  const it = await keep(part);
  expect(it.pid()).toBe(1);
  kill();
  await eventually(() => it.pid() === 2);
  expect(starts).toEqual([false, true]);
});

test('the wait doubles from death to death up to its bound', async () => {
  const waits: number[] = [];
  const { part, kill } = mortal();
  const it = await keep(part, { waits });
  for (let life = 1; life <= 6; life += 1) {
    await eventually(() => it.pid() === life);
    kill();
  }
  await eventually(() => waits.length === 6);
  expect(waits).toEqual([1, 2, 4, 8, 8, 8]);
});

test('a part that lived long enough begins with the shortest wait again', async () => {
  const waits: number[] = [];
  let now = 0;
  const { part, kill } = mortal();
  const it = await keep(part, { waits, elapsed: () => now });
  kill();
  await eventually(() => it.pid() === 2);
  kill();
  await eventually(() => it.pid() === 3);
  now += 1_000;
  kill();
  await eventually(() => waits.length === 3);
  expect(waits).toEqual([1, 2, 1]);
});

test('a restart that fails is tried again', async () => {
  const { part, starts, kill } = mortal({ failures: [2, 3] });
  const it = await keep(part);
  kill();
  await eventually(() => it.pid() === 4);
  expect(starts).toHaveLength(4);
});

test('a first start that fails is told to the caller', async () => {
  await expect(keep(mortal({ failures: [1] }).part)).rejects.toThrow('no');
});

test('a closed part is stopped once and stays down', async () => {
  const { part, starts, stops } = mortal();
  const it = await keep(part);
  await it.close();
  await it.close();
  expect([starts.length, stops(), it.pid()]).toEqual([1, 1, undefined]);
});

test('a part that is waiting to be started again can be closed', async () => {
  const { part, starts, kill } = mortal();
  const it = await keepAlive(part, {
    log: silent,
    elapsed: () => 0,
    onChange: () => {},
    backoffMs: { first: 60_000, max: 60_000, healthyAfter: 1 },
  });
  kill();
  await eventually(() => it.pid() === undefined);
  await it.close();
  expect(starts).toHaveLength(1);
});
