import { expect, test } from 'vitest';
import type { AccountSnapshot } from '../../../src/domain/accounts/snapshot.js';
import { epochMs } from '../../../src/kernel/units.js';
import { type Intake, startIntake } from '../../../src/roles/data/intake/server.js';
import { eventually } from '../../support/eventually.js';
import { memoryBus, memoryCommands, memoryLog } from '../../support/memory-bus.js';
import { runningClock } from '../../support/test-clock.js';
import { compileHarness, KEY, play } from './bridge-server.js';

const PATIENCE = { timeout: 20_000 };

test('the scripts and the intake understand each other: books, fills, a restarted intake, a flatten, a reset', async () => {
  const clock = runningClock(epochMs(Math.floor(performance.timeOrigin + performance.now())), 1);
  const [bus, commands] = [memoryBus(), memoryCommands()];
  const open = (port: number): Promise<Intake> =>
    startIntake({ bus, clock, log: memoryLog(), apiKey: KEY, host: '127.0.0.1', port, commands });
  let intake = await open(0);
  const fills = () => bus.executions.flatMap(({ executions }) => executions);
  const newest = (account: string): AccountSnapshot | undefined => intake.book().accounts.get(account)?.snapshot;
  const holds = (account: string, side: string, quantity: number) =>
    eventually(() => {
      const [row] = newest(account)?.positions ?? [];
      return row?.side === side && row.quantity === quantity;
    }, PATIENCE);
  await play(compileHarness(), {
    scenario: 'intake',
    url: `http://127.0.0.1:${intake.port}`,
    steps: {
      open: async () => {
        await holds('Sim101', 'LONG', 2);
        await holds('Sim102', 'SHORT', 1);
        expect(newest('Sim101')?.orders).toMatchObject([{ type: 'STOP', quantity: 2, state: 'accepted' }]);
        await eventually(() => new Set(fills().map(({ executionId }) => executionId)).size === 2, PATIENCE);
      },
      restarted: async () => {
        await intake.close();
        intake = await open(intake.port);
        await holds('Sim102', 'LONG', 3);
        await holds('Sim101', 'LONG', 2);
      },
      flattened: async () => {
        const id = await commands.give({ kind: 'flatten', account: 'Sim101', symbol: undefined, at: clock.now() });
        await eventually(() => commands.acks.get(id)?.result === 'done', PATIENCE);
        await eventually(() => newest('Sim101')?.positions.length === 0, PATIENCE);
        expect(newest('Sim101')?.orders).toEqual([]);
      },
      reset: async () => {
        const withdrawn = () => fills().filter(({ operation }) => operation === 'remove');
        await eventually(() => withdrawn().length === 1, PATIENCE);
        expect(withdrawn()).toMatchObject([{ account: 'Sim102', executionId: 'e2' }]);
      },
      gone: async () => undefined,
    },
  });
  await intake.close();
  expect(bus.dead).toEqual([]);
  const epochs = new Set(bus.snapshots.map(({ account, epoch }) => `${account} ${epoch}`));
  expect(epochs.size).toBe(3);
  // Nothing the intake took left a gap, over its restart as well.
  for (const one of epochs) {
    const seqs = bus.snapshots.filter(({ account, epoch }) => `${account} ${epoch}` === one).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  }
});
