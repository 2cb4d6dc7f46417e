import { describe, expect, test } from 'vitest';
import { after, epochMs, iso, SECOND } from '../../../../src/kernel/units.js';
import { eventually } from '../../../support/eventually.js';
import { intakeOf } from '../../../support/intake.js';
import { type MemoryCommands, memoryCommands } from '../../../support/memory-bus.js';

const NOW = epochMs(Date.parse('2026-11-20T14:31:08Z'));
const flatten = { kind: 'flatten', account: 'Sim101', symbol: undefined, at: NOW } as const;

/** Waits of 25 s end after a quarter of one. */
const hurried = { now: () => NOW, elapsed: () => 100 * performance.now(), speed: 1 };

describe('with execution enabled', () => {
  let commands: MemoryCommands = memoryCommands();
  const door = intakeOf(NOW, () => {
    commands = memoryCommands();
    return { commands };
  });
  const ask = (query = 'account=Sim101') => door.get(`/bridge/commands?${query}`);

  test('a command that waits is handed out at once', async () => {
    const id = await commands.give(flatten);
    expect(await ask()).toEqual({
      status: 200,
      body: { commands: [{ id, kind: 'flatten', account: 'Sim101', symbol: null, at: iso(NOW) }], after: id },
    });
  });

  test('a bridge that waits gets the command when it is given, and one of another account does not', async () => {
    let isOtherDone = false;
    const other = ask('account=APEX-1').then((answer) => {
      isOtherDone = true;
      return answer;
    });
    const mine = ask();
    await commands.give({ ...flatten, kind: 'cancel', symbol: 'MGC 12-26' });
    expect((await mine).body.commands).toMatchObject([{ kind: 'cancel', symbol: 'MGC 12-26' }]);
    expect(isOtherDone).toBe(false);
    await commands.give({ ...flatten, account: 'APEX-1' });
    expect((await other).body.commands).toMatchObject([{ account: 'APEX-1' }]);
  });

  test('asked after a command only later ones are handed out', async () => {
    const first = await commands.give(flatten);
    const second = await commands.give({ ...flatten, kind: 'cancel' });
    expect((await ask(`account=Sim101&after=${first}`)).body).toMatchObject({
      commands: [{ id: second }],
      after: second,
    });
  });

  test('an acknowledged command is not handed out again, and its first acknowledgement counts', async () => {
    const id = await commands.give(flatten);
    const ack = (result: string) => door.post(`/bridge/commands/${id}/ack`, { result, text: 'flat' });
    expect(await ack('done')).toEqual({ status: 200, body: { status: 'ok', id, repeated: false } });
    expect((await ack('FAILED')).body).toMatchObject({ repeated: true });
    expect(commands.acks.get(id)).toEqual({ result: 'done', text: 'flat', at: iso(NOW) });
    const next = await commands.give(flatten);
    expect((await ask()).body.commands).toMatchObject([{ id: next }]);
  });

  test('a command that nobody fetched for a minute is not carried out any more', async () => {
    await commands.give(flatten);
    const late = await commands.give({ ...flatten, at: after(NOW, 2 * SECOND) });
    door.clock.set(after(NOW, 60 * SECOND + 1));
    expect((await ask()).body.commands).toMatchObject([{ id: late }]);
  });

  test.each([['9-0'], ['nonsense'], ['%20'], ['__proto__']])('the command %s is unknown: 404', async (id) => {
    expect((await door.post(`/bridge/commands/${id}/ack`, { result: 'done' })).status).toBe(404);
  });

  test.each([[{}], [{ result: 'perhaps' }], [{ result: 'done', text: 'a\u0000' }], [[]]])(
    'the acknowledgement %j is refused',
    async (body) => {
      const id = await commands.give(flatten);
      expect((await door.post(`/bridge/commands/${id}/ack`, body)).status).toBe(400);
      expect(commands.acks.size).toBe(0);
    },
  );

  test.each([
    ['', 'account'],
    ['account=', 'account'],
    ['account=Sim101&after=x', 'after'],
    ['account=a&account=b', 'account'],
  ])('the question "%s" is refused with the name of what is wrong', async (query, field) => {
    expect(await ask(query)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  test('a store that is away is said to be', async () => {
    const id = await commands.give(flatten);
    commands.isDown = true;
    expect((await ask()).status).toBe(503);
    expect((await door.post(`/bridge/commands/${id}/ack`, { result: 'done' })).status).toBe(503);
  });

  test('at shutdown those who wait are answered with nothing, at once', async () => {
    const waiting = ask('account=APEX-1');
    await commands.give(flatten);
    // This one came after: the door has taken the other by now.
    await ask();
    const begun = performance.now();
    await door.intake.close();
    expect(await waiting).toEqual({ status: 200, body: { commands: [], after: '' } });
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  test('more than 64 waiting bridges are refused, and a bridge that left makes room', async () => {
    const leaving = new AbortController();
    const headers = { 'x-api-key': 'a-key-of-many-letters' };
    const waiting = Array.from({ length: 64 }, (_, i) =>
      fetch(`${door.url}/bridge/commands?account=A${i}`, { headers, signal: leaving.signal }).catch(() => 'left'),
    );
    await commands.give(flatten);
    await eventually(async () => (await ask()).status === 503);
    leaving.abort();
    await Promise.all(waiting);
    await eventually(async () => (await ask()).status === 200);
  });
});

describe('without execution enabled', () => {
  const door = intakeOf(NOW, () => ({ clock: hurried }));

  test('the answer is empty, after the wait', async () => {
    const begun = performance.now();
    expect(await door.get('/bridge/commands?account=Sim101&after=4-0')).toEqual({
      status: 200,
      body: { commands: [], after: '4-0' },
    });
    expect(performance.now() - begun).toBeGreaterThan(200);
  });

  test('no command is known that could be acknowledged', async () => {
    expect((await door.post('/bridge/commands/1-0/ack', { result: 'done' })).status).toBe(404);
  });
});
