import { describe, expect, test } from 'vitest';
import { epochMs } from '../../../../src/kernel/units.js';
import { intakeOf } from '../../../support/intake.js';

const NOW = epochMs(Date.parse('2026-11-20T14:31:08Z'));
const door = intakeOf(NOW);

const fill = (id: string, changes: Record<string, unknown> = {}) => ({
  execution_id: id,
  order_id: 'a1',
  symbol: 'MGC 12-26',
  side: 'BUY',
  quantity: 2,
  price: 4205.3,
  commission: 1.24,
  time: '2026-11-20T14:31:07.120Z',
  ...changes,
});
const send = (executions: readonly unknown[], account = 'Sim101') => door.post('/executions', { account, executions });
const stored = () => door.bus.executions.flatMap(({ executions }) => executions.map((it) => it.executionId));

describe('fills', () => {
  test('are in the stream before they are acknowledged', async () => {
    expect(await send([fill('x1'), fill('x2')])).toEqual({
      status: 200,
      body: { status: 'ok', account: 'Sim101', accepted: 2, repeated: 0 },
    });
    expect(door.bus.executions).toMatchObject([{ account: 'Sim101', receivedAt: NOW }]);
    expect(stored()).toEqual(['x1', 'x2']);
  });

  test('sent again are acknowledged again and stored once', async () => {
    await send([fill('x1')]);
    expect((await send([fill('x1'), fill('x2'), fill('x2')])).body).toMatchObject({ accepted: 1, repeated: 2 });
    expect((await send([fill('x1')])).body).toMatchObject({ accepted: 0, repeated: 1 });
    expect(stored()).toEqual(['x1', 'x2']);
  });

  test('of one id in two accounts are two fills', async () => {
    await send([fill('x1')]);
    expect((await send([fill('x1')], 'APEX-1')).body).toMatchObject({ accepted: 1 });
    expect(door.bus.executions.map(({ account }) => account)).toEqual(['Sim101', 'APEX-1']);
  });

  test('that are amended or withdrawn are stored as such, each report once', async () => {
    const [amended, withdrawn] = [
      fill('x1', { price: 4205.4, operation: 'Update' }),
      fill('x1', { operation: 'Remove' }),
    ];
    for (const report of [fill('x1'), amended, amended, fill('x1'), withdrawn, withdrawn]) await send([report]);
    expect(door.bus.executions.map(({ executions }) => executions[0]?.operation)).toEqual(['add', 'update', 'remove']);
  });

  test('are not acknowledged while the stream is away, and may then be sent again', async () => {
    door.bus.isDown = true;
    expect((await send([fill('x1')])).status).toBe(503);
    door.bus.isDown = false;
    expect((await send([fill('x1')])).body).toMatchObject({ accepted: 1, repeated: 0 });
    expect(stored()).toEqual(['x1']);
  });

  test('sent many times at once are stored once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => send([fill('x1'), fill('x2')])));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(stored()).toEqual(['x1', 'x2']);
  });

  test('with one wrong field among them are refused together, and the field is named', async () => {
    const answer = await send([fill('x1'), fill('x2', { quantity: 0 })]);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'executions.1.quantity' }] } });
    expect(stored()).toEqual([]);
  });

  test('none at all are acknowledged and store nothing', async () => {
    expect((await send([])).body).toMatchObject({ status: 'ok', accepted: 0 });
    expect(door.bus.executions).toEqual([]);
  });

  test('of too many accounts are refused', async () => {
    for (let i = 0; i < 64; i += 1) expect((await send([fill('x1')], `A${i}`)).status).toBe(200);
    expect(await send([fill('x1')], 'A64')).toMatchObject({ status: 400, body: { errors: [{ field: 'account' }] } });
  });
});
