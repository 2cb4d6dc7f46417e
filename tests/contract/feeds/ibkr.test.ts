import { afterEach, describe, expect, test } from 'vitest';
import { createIbkrFeed, ibkrAddress } from '../../../src/adapters/feeds/ibkr/feed.js';
import { OperationalError } from '../../../src/kernel/errors.js';
import { after, DAY, type EpochMs, epochMs, HOUR, MINUTE } from '../../../src/kernel/units.js';
import { eventually } from '../../support/eventually.js';
import { barsSince, inOrder, type Ran, type Rig, type RigOptions, startRig } from '../../support/fake-tws/rig.js';
import { startFakeTws } from '../../support/fake-tws/server.js';
import { quietLog } from '../../support/fake-vendor/log.js';
import { vendorContract } from './vendor-contract.js';

vendorContract('ibkr', {
  roots: ['MGC', 'MES'],
  unknown: 'SIL',
  startVendor: startFakeTws,
  refuseVolumes(tws) {
    tws.instead = (request) =>
      request.kind === 'history' && request.size === '1 day' ? { code: 354, text: 'not subscribed' } : undefined;
  },
  make: ({ port }, { clock, roots, rolls }) =>
    createIbkrFeed({ address: { host: '127.0.0.1', port, clientId: 40 }, clock, roots, log: quietLog, rolls }),
});

const NOON = epochMs(Date.parse('2026-11-19T17:00:00Z'));
const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});
const rigAt = async (start: EpochMs, options: RigOptions = {}): Promise<Rig> => {
  const rig = await startRig(start, { hurry: 200, ...options });
  rigs.push(rig);
  return rig;
};
const reasons = ({ states }: Ran): string => states.map(({ reason }) => reason ?? '').join('\n');
/** Every bar of the market, each once; the newest minute is given its time to settle. */
const hasAll = async (rig: Rig, { bars }: Ran, from: EpochMs, roots = rig.market.roots): Promise<void> => {
  while (rig.market.clock.now() % MINUTE < 15_000) await rig.play(5);
  const theirs = () => inOrder(bars.filter(({ root }) => roots.includes(root)));
  await eventually(() => expect(theirs()).toEqual(barsSince(rig, from, roots)), { timeout: 4_000 });
};
const codeOf = (error: unknown): string =>
  error instanceof OperationalError ? error.code : `no coded error: ${error}`;

describe('the streams of IBKR', () => {
  test('are of the exact month, of trades in all hours, one of bars and one of prices for each market', async () => {
    const rig = await rigAt(NOON, { roots: ['MES', 'MGC', 'MCL', 'SIL', 'MHG', 'MNQ'] });
    await rig.toLive(rig.run());
    const asked = rig.tws.asked.map(({ request }) => request);
    const queries = asked.flatMap((it) => (it.kind === 'contract' ? [it.query] : []));
    // Metals are near their roll: what their next months trade is compared.
    expect(queries.map(({ tradingClass, month }) => `${tradingClass} ${month}`).sort()).toEqual([
      ...['MCL 202701', 'MES 202612', 'MGC 202612', 'MGC 202702', 'MHG 202612', 'MHG 202703', 'MNQ 202612'],
      ...['SIL 202612', 'SIL 202703'],
    ]);
    expect(queries.find(({ tradingClass }) => tradingClass === 'SIL')).toMatchObject({
      ...{ symbol: 'SI', month: '202612', exchange: 'COMEX', secType: 'FUT', includeExpired: true },
    });
    // The December contract of crude oil ends in November: by now January leads.
    expect(queries.find(({ symbol }) => symbol === 'MCL')).toMatchObject({ month: '202701', exchange: 'NYMEX' });
    expect(asked.filter(({ kind }) => kind === 'bars')).toHaveLength(6);
    expect(asked.filter(({ kind }) => kind === 'price')).toHaveLength(6);
    expect(asked.some((it) => it.kind === 'bars' && it.what !== 'TRADES')).toBe(false);
  });

  test('a month that TWS does not find by its symbol is looked for by its local name', async () => {
    const rig = await rigAt(NOON, { roots: ['SIL'] });
    rig.tws.instead = (request) =>
      request.kind === 'contract' && request.query.symbol === 'SI'
        ? { code: 200, text: 'No security definition' }
        : undefined;
    const ran = rig.run();
    await rig.toLive(ran);
    expect(rig.tws.asked.some(({ request: it }) => it.kind === 'contract' && it.query.localSymbol === 'SILZ6')).toBe(
      true,
    );
    expect(ran.refused).toEqual([]);
  });

  test('at the roll the next month is asked for, and the past of each month is its own', async () => {
    // Sunday 18:00 New York, when H7 takes over from Z6.
    const roll = epochMs(Date.parse('2026-12-13T23:00:00Z'));
    const rig = await rigAt(after(roll, 4 * MINUTE), { roots: ['MES'] });
    const from = after(roll, -2 * DAY - 2 * HOUR);
    const ran = rig.run({ from });
    await rig.toLive(ran);
    await rig.play(120);
    await hasAll(rig, ran, from);
    expect([...new Set(ran.bars.map(({ contract }) => contract))]).toEqual(['MESZ6', 'MESH7']);
  });

  test('the first last price is as old as its trade, later ones are of their own time', async () => {
    const rig = await rigAt(NOON);
    const ran = rig.run();
    await eventually(() => ran.ticks.length === 2);
    for (const { at } of ran.ticks) expect(at).toBe(NOON - 2_000);
    await rig.toLive(ran);
    await rig.play(60);
    for (const root of rig.market.roots) {
      const times = ran.ticks.filter((tick) => tick.root === root).map(({ at }) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.at(-1)).toBeGreaterThan(NOON);
    }
  });

  test('a market whose stream stands still between trades is whole as well', async () => {
    const rig = await rigAt(NOON, { sendsQuiet: false, thin: ['MES'] });
    const ran = rig.run();
    await rig.toLive(ran);
    await rig.play(6 * 60);
    await hasAll(rig, ran, NOON);
    expect(ran.refused).toEqual([]);
  });
});

describe('a lost 5-second bar', () => {
  const withLost = async (slots: readonly number[], options: RigOptions = {}) => {
    const rig = await rigAt(NOON, { roots: ['MES'], ...options });
    const ran = rig.run();
    await rig.toLive(ran);
    const minute = epochMs((Math.floor(rig.market.clock.now() / MINUTE) + 1) * MINUTE);
    for (const slot of slots) rig.tws.lost.add(minute + slot * 5_000);
    await rig.play(4 * 60);
    return { rig, ran, minute };
  };

  test('costs its own trades only, and the minute is said to be built without it', async () => {
    const { rig, ran, minute } = await withLost([6]);
    await eventually(() => ran.bars.some(({ bar }) => bar.at === minute));
    const whole = rig.market.barOf('MES', minute)?.bar;
    const built = ran.bars.find(({ bar }) => bar.at === minute)?.bar;
    expect(built).toMatchObject({ open: whole?.open, high: whole?.high, close: whole?.close });
    expect(built?.volume).toBe((whole?.volume ?? 0) - Math.floor((whole?.volume ?? 0) / 4));
    expect(ran.refused).toEqual([expect.stringMatching(/MESZ6 .*: 1 of its 12 5-second bars did not come/)]);
  });

  test('at the end of the minute keeps nothing from closing', async () => {
    const { ran, minute } = await withLost([11]);
    await eventually(() => ran.bars.some(({ bar }) => bar.at === minute));
    expect(ran.refused).toHaveLength(1);
  });

  test('in a stretch of them is asked for again as history: no hole and nothing built from pieces', async () => {
    const { rig, ran } = await withLost([3, 4, 5, 6, 7, 8]);
    await rig.toLive(ran);
    await rig.play(60);
    await hasAll(rig, ran, NOON);
    expect(reasons(ran)).toContain('stopped for 30 s');
  });

  test('where nobody sends quiet ones is nothing to speak of', async () => {
    const { ran } = await withLost([3], { sendsQuiet: false });
    expect(ran.refused).toEqual([]);
  });
});

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

test('the address has a default for all but the decision to use it', () => {
  const none = { host: undefined, port: undefined, clientId: undefined };
  expect(ibkrAddress({ ...none, port: 7497 })).toEqual({ host: '127.0.0.1', port: 7497, clientId: 40 });
  expect(ibkrAddress({ ...none, host: 'gateway', clientId: 7 })).toEqual({ host: 'gateway', port: 4002, clientId: 7 });
  expect(() => ibkrAddress(none)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
