import { describe, expect, test } from 'vitest';
import { OperationalError } from '../../../src/kernel/errors.js';
import { after, epochMs, HOUR, MINUTE } from '../../../src/kernel/units.js';
import { eventually } from '../../support/eventually.js';
import { hasAll, reasons, rigs } from '../../support/fake-tws/rig.js';

const NOON = epochMs(Date.parse('2026-11-19T17:00:00Z'));
const rigAt = rigs({ hurry: 200 });
const codeOf = (error: unknown): string =>
  error instanceof OperationalError ? error.code : `no coded error: ${error}`;

describe('what TWS says', () => {
  const OK_CODES = [
    [2104, 'Market data farm connection is OK:usfuture'],
    [2106, 'HMDS data farm connection is OK:ushmds'],
    [2158, 'Sec-def data farm connection is OK:secdefil'],
    [2107, 'HMDS data farm connection is inactive but should be available upon demand.ushmds'],
    [2103, 'Market data farm connection is broken:cashfarm'],
    [2105, 'HMDS data farm connection is broken:ushmds'],
    [2157, 'Sec-def data farm connection is broken:secdefil'],
  ] as const;

  test.each(OK_CODES)('%d "%s" changes nothing', async (code, text) => {
    const rig = await rigAt(NOON);
    const ran = rig.run();
    await rig.toLive(ran);
    rig.tws.say(code, text);
    await rig.play(120);
    await hasAll(rig, ran, NOON);
    expect(ran.refused).toEqual([]);
    expect(ran.states.some(({ state }) => state === 'silent' || state === 'failed')).toBe(false);
  });

  const LOSSES = [
    [1100, 'Connectivity between IBKR and Trader Workstation has been lost.', 'lost'],
    [2110, 'Connectivity between Trader Workstation and server is broken. It will be restored automatically.', 'lost'],
    [2103, 'Market data farm connection is broken:usfuture', 'lost'],
    [1101, 'Connectivity has been restored- data lost.', 'ended our streams'],
    [1300, 'TWS socket port has been reset and this connection is being dropped. The new port is 4010', 'IBKR_PORT'],
    [10225, 'Bust event occurred, current subscription is deactivated.', ''],
  ] as const;

  test.each(LOSSES)('%d "%s" is a loss: told, and mended without a hole', async (code, text, reason) => {
    const rig = await rigAt(NOON);
    const ran = rig.run();
    await rig.toLive(ran);
    await rig.play(90);
    rig.tws.loseStreams();
    if (code === 10225) {
      const { request } = rig.tws.asked.find(({ request: it }) => it.kind === 'bars') ?? {};
      rig.tws.answer({ id: request && 'id' in request ? request.id : -1, code, text });
    } else rig.tws.say(code, text);
    await eventually(() => ran.states.at(-1)?.state === 'silent');
    expect(ran.states.at(-1)?.reason).toContain(`${code}`);
    expect(ran.states.at(-1)?.reason).toContain(reason);
    await rig.toLive(ran);
    await rig.play(90);
    await hasAll(rig, ran, NOON);
  });

  test('1100 until 1102: nothing is built while IBKR is away, and what was missed is asked for', async () => {
    const rig = await rigAt(NOON);
    const ran = rig.run();
    await rig.toLive(ran);
    await rig.play(80);
    rig.tws.setCut(true);
    rig.tws.say(1100, 'Connectivity between IBKR and Trader Workstation has been lost.');
    await rig.play(4 * 60);
    expect(ran.states.at(-1)?.state).toBe('silent');
    rig.tws.say(1102, 'Connectivity between IBKR and Trader Workstation has been restored - data maintained.');
    rig.tws.setCut(false);
    await rig.toLive(ran);
    await rig.play(90);
    await hasAll(rig, ran, NOON);
  }, 30_000);

  test('10197: another session has the data, which is told by that, until it is ours again', async () => {
    const rig = await rigAt(NOON);
    rig.tws.instead = ({ kind }) =>
      kind === 'bars' ? { code: 10197, text: 'No market data during competing live session' } : undefined;
    const ran = rig.run();
    await eventually(() => ran.states.at(-1)?.state === 'silent');
    expect(reasons(ran)).toContain('another session of the same IBKR user');
    rig.tws.instead = () => undefined;
    await rig.toLive(ran);
    await rig.play(60);
    await hasAll(rig, ran, NOON);
  });

  const NOT_SUBSCRIBED = [354, 420, 10089, 10090, 10168] as const;
  test.each(NOT_SUBSCRIBED)('%d for one market: it is refused by name, once, and the other goes on', async (code) => {
    const rig = await rigAt(NOON);
    rig.tws.instead = (request) =>
      request.kind === 'bars' && rig.tws.rootOf(request.conId) === 'MGC'
        ? { code, text: 'Invalid Real-time Query:No market data permissions for COMEX FUT' }
        : undefined;
    const ran = rig.run();
    await rig.toLive(ran);
    rig.tws.drop();
    await eventually(() => ran.states.at(-1)?.state === 'silent');
    await rig.toLive(ran);
    await rig.play(90);
    await hasAll(rig, ran, NOON, ['MES']);
    expect(ran.refused).toEqual([expect.stringMatching(/MGCZ6: IBKR sends this login no market data for MGCZ6/)]);
  });

  test.each([
    [354, 'Requested market data is not subscribed'],
    [200, 'No security definition has been found for the request'],
  ] as const)(
    '%d for the past of one market costs that past only, told by name: the feed goes on',
    async (code, text) => {
      const rig = await rigAt(NOON);
      rig.tws.instead = (request) =>
        request.kind === 'history' && request.size === '1 min' && rig.tws.rootOf(request.conId) === 'MGC'
          ? { code, text }
          : undefined;
      const from = after(NOON, -10 * MINUTE);
      const ran = rig.run({ from });
      await rig.toLive(ran);
      await rig.play(90);
      await hasAll(rig, ran, from, ['MES']);
      expect(ran.refused).toEqual([expect.stringMatching(/ibkr MGCZ6: the minutes from .* are missing/)]);
      expect(ran.bars.filter(({ root, bar }) => root === 'MGC' && bar.at >= NOON).length).toBeGreaterThan(0);
    },
  );

  test('354 for every market ends the feed with FEED_REFUSED and the sentence', async () => {
    const rig = await rigAt(NOON);
    rig.tws.instead = ({ kind }) =>
      kind === 'bars' ? { code: 354, text: 'Requested market data is not subscribed' } : undefined;
    const failure = await rig.run().ended;
    expect(codeOf(failure)).toBe('FEED_REFUSED');
    expect(String(failure)).toContain('must be subscribed (354');
    await eventually(() => rig.tws.sockets() === 0);
  });

  test('last prices that are not paid for are told from the 5-second bars instead', async () => {
    const rig = await rigAt(NOON);
    rig.tws.instead = ({ kind }) =>
      kind === 'price' ? { code: 10089, text: 'requires additional subscription' } : undefined;
    const ran = rig.run();
    await rig.toLive(ran);
    await rig.play(60);
    expect(new Set(ran.ticks.map(({ root }) => root))).toEqual(new Set(['MGC', 'MES']));
    await hasAll(rig, ran, NOON);
    expect(ran.refused.sort()).toEqual(
      ['MESZ6', 'MGCZ6'].map((it) => expect.stringContaining(`ibkr ${it} last price: it is taken`)),
    );
  });
});

describe('a TWS that does not let us in', () => {
  test('is named with its address, the settings and what has to be switched on', async () => {
    const rig = await rigAt(NOON);
    rig.tws.setDown(true);
    const ran = rig.run();
    await eventually(() => ran.states.at(-1)?.state === 'silent');
    for (const part of [`127.0.0.1:${rig.tws.port}`, 'IBKR_HOST', 'IBKR_PORT', 'API access'])
      expect(ran.states.at(-1)?.reason).toContain(part);
    rig.tws.setDown(false);
    await rig.toLive(ran);
  });

  test('where nothing listens at all the operating system’s word is kept', async () => {
    const rig = await rigAt(NOON);
    await rig.tws.close();
    const ran = rig.run();
    await eventually(() => ran.states.at(-1)?.state === 'silent');
    expect(ran.states.at(-1)?.reason).toContain('ECONNREFUSED');
  });

  test('326: another program has our client id, which the setting can change', async () => {
    const rig = await rigAt(NOON);
    await rig.toLive(rig.run());
    const second = rig.run();
    await eventually(() => second.states.at(-1)?.state === 'silent');
    expect(second.states.at(-1)?.reason).toContain('IBKR_CLIENT_ID');
  });

  test('two feeds of one process with ids of their own do not disturb each other', async () => {
    const rig = await rigAt(NOON);
    const [first, second] = [rig.run({ roots: ['MGC'] }), rig.run({ roots: ['MES'], clientId: 41 })];
    await rig.toLive(first);
    await rig.toLive(second);
    await rig.play(90);
    await hasAll(rig, first, NOON, ['MGC']);
    await first.feed.stop();
    await first.ended;
    await rig.play(90);
    await hasAll(rig, second, NOON, ['MES']);
  });
});

describe('the nightly reset', () => {
  // Wednesday 23:40 New York.
  const EVENING = epochMs(Date.parse('2026-11-19T04:40:00Z'));

  test('is planned: one quiet word instead of alarms, and no hole in the morning', async () => {
    const rig = await rigAt(EVENING);
    const ran = rig.run();
    await rig.toLive(ran);
    await rig.play(8 * 60);
    const before = ran.states.length;
    rig.tws.setDown(true);
    rig.tws.drop();
    await eventually(() => ran.states.at(-1)?.reason?.includes('nightly reset'));
    await rig.play(60 * 60);
    expect(ran.states.at(-1)?.state).toBe('silent');
    expect(ran.states.slice(before).filter(({ state }) => state === 'failed')).toEqual([]);
    expect(ran.states.length - before).toBeLessThanOrEqual(3);
    expect(ran.lines.filter((line) => line.includes('feed.lost')).length).toBeLessThanOrEqual(2);
    rig.tws.setDown(false);
    await rig.toLive(ran);
    await rig.play(90);
    await hasAll(rig, ran, EVENING);
    expect(ran.refused).toEqual([]);
  }, 40_000);

  test('in which TWS stays and only IBKR is away is quiet too', async () => {
    const rig = await rigAt(after(EVENING, 6 * MINUTE));
    const ran = rig.run();
    await rig.toLive(ran);
    rig.tws.setCut(true);
    rig.tws.say(1100, 'Connectivity between IBKR and Trader Workstation has been lost.');
    await eventually(async () => {
      await rig.play(20);
      return ran.states.at(-1)?.reason?.includes('nightly reset');
    });
    const before = ran.states.length;
    await rig.play(20 * 60);
    expect(ran.states.slice(before)).toEqual([]);
    rig.tws.setCut(false);
    rig.tws.say(1101, 'Connectivity has been restored- data lost.');
    await rig.toLive(ran);
    await rig.play(90);
    await hasAll(rig, ran, after(EVENING, 6 * MINUTE));
  }, 40_000);

  test('in which we start is waited for without a word of alarm', async () => {
    const rig = await rigAt(after(EVENING, 20 * MINUTE));
    rig.tws.setDown(true);
    const ran = rig.run();
    await rig.play(30 * 60);
    expect(ran.states.map(({ state }) => state)).toEqual(['starting']);
    expect(ran.lines.filter((line) => line.includes('nightly reset'))).toHaveLength(1);
    rig.tws.setDown(false);
    await rig.toLive(ran);
    await hasAll(rig, ran, after(EVENING, 20 * MINUTE));
  }, 30_000);

  test('that does not end in time is an outage like any other', async () => {
    // 01:40 New York, five minutes before it should be over.
    const rig = await rigAt(after(EVENING, 2 * HOUR));
    const ran = rig.run();
    await rig.toLive(ran);
    rig.tws.setDown(true);
    rig.tws.drop();
    await eventually(() => ran.states.at(-1)?.reason?.includes('nightly reset'));
    await rig.play(6 * 60);
    await eventually(() => ran.states.at(-1)?.reason?.includes('IBKR_HOST'));
  });
});
