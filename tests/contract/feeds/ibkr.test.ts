import { describe, expect, test } from 'vitest';
import { createIbkrFeed, ibkrAddress } from '../../../src/adapters/feeds/ibkr/feed.js';
import { after, DAY, epochMs, HOUR, MINUTE } from '../../../src/kernel/units.js';
import { eventually } from '../../support/eventually.js';
import { hasAll, type RigOptions, reasons, rigs } from '../../support/fake-tws/rig.js';
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
const rigAt = rigs({ hurry: 200 });

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

test('the address has a default for all but the decision to use it', () => {
  const none = { host: undefined, port: undefined, clientId: undefined };
  expect(ibkrAddress({ ...none, port: 7497 })).toEqual({ host: '127.0.0.1', port: 7497, clientId: 40 });
  expect(ibkrAddress({ ...none, host: 'gateway', clientId: 7 })).toEqual({ host: 'gateway', port: 4002, clientId: 7 });
  expect(() => ibkrAddress(none)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
