import { expect, test } from 'vitest';
import type { Execution } from '../../../../src/domain/accounts/execution.js';
import { epochMs, fromUsd } from '../../../../src/kernel/units.js';
import { createFills } from '../../../../src/roles/data/intake/fills.js';
import { memoryBus } from '../../../support/memory-bus.js';

const AT = epochMs(Date.parse('2026-11-20T14:31:07Z'));
const fill = (id: string, changes: Partial<Execution> = {}): Execution => ({
  account: 'Sim101',
  executionId: id,
  orderId: 'a',
  symbol: 'MGC 12-26',
  root: 'MGC',
  contract: 'MGCZ6',
  side: 'BUY',
  quantity: 1,
  price: 4205.3,
  commission: fromUsd(0.62),
  at: AT,
  operation: 'add',
  receivedAt: AT,
  ...changes,
});
const batch = (...executions: readonly Execution[]) => ({ account: 'Sim101', receivedAt: AT, executions });

test('what is known stays bounded: the oldest fills are forgotten first, and theirs alone are stored again', async () => {
  const bus = memoryBus();
  const fills = createFills(bus);
  for (let i = 0; i < 20_001; i += 1_000) {
    await fills.take(batch(...Array.from({ length: Math.min(1_000, 20_001 - i) }, (_, k) => fill(`x${i + k}`))));
  }
  expect(await fills.take(batch(fill('x20000'), fill('x1')))).toEqual({ kind: 'taken', accepted: 0, repeated: 2 });
  expect(await fills.take(batch(fill('x0')))).toEqual({ kind: 'taken', accepted: 1, repeated: 0 });
});

test('a second amendment is stored, and neither it nor the first report comes in again', async () => {
  const fills = createFills(memoryBus());
  const [first, second, third] = [4205.3, 4205.4, 4205.5].map((price, i) =>
    fill('x', { price, operation: i === 0 ? 'add' : 'update' }),
  );
  if (!first || !second || !third) throw new Error('three reports');
  for (const report of [first, second, third]) {
    expect(await fills.take(batch(report))).toMatchObject({ accepted: 1 });
  }
  expect(await fills.take(batch(third, first))).toMatchObject({ accepted: 0, repeated: 2 });
});

test('while many requests wait the next is told so and is not stored', async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const stored: number[] = [];
  const fills = createFills({
    async appendExecutions({ executions }) {
      await held;
      stored.push(executions.length);
    },
  });
  const waiting = Array.from({ length: 256 }, (_, i) => fills.take(batch(fill(`x${i}`))));
  expect(await fills.take(batch(fill('one more')))).toEqual({ kind: 'busy' });
  release();
  await Promise.all(waiting);
  expect(stored.length).toBe(256);
});
