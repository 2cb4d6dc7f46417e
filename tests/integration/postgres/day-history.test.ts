import { afterAll, expect, test } from 'vitest';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { dayHistory } from '../../../src/adapters/postgres/day-history.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { after, DAY, iso, MINUTE, type TradingDay } from '../../../src/kernel/units.js';
import { BLOCKED_AT, keepPastDay, PAST_DAY, PLANS, REASON } from '../../support/past-day.js';
import { testPostgres } from '../../support/services.js';

const { url } = await testPostgres();
const sql = connectPostgres({ url });
afterAll(() => sql.end());
await migrate(sql);
const OLD_DAY = '2026-11-19' as TradingDay;
await keepPastDay(sql);
await keepPastDay(sql, { isAudited: false, day: OLD_DAY, shiftMs: -DAY });
const history = dayHistory(sql);
const [first, second] = PLANS as [(typeof PLANS)[0], (typeof PLANS)[0]];

const all = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
};

test('lists the trading days, newest first, with what is known of each', async () => {
  const known = { plans: 2, alerts: 2, criticalAlerts: 0, trades: 1, net: -25_240_000 };
  expect(await history.days(10)).toMatchObject([
    { day: PAST_DAY, firstPlanAt: first, lastPlanAt: second, ...known },
    { day: OLD_DAY, ...known },
  ]);
  expect(await history.days(1)).toHaveLength(1);
  expect((await history.day(OLD_DAY))?.day).toBe(OLD_DAY);
  expect(await history.day('2026-11-18' as TradingDay)).toBeUndefined();
  expect(await history.planTimes(PAST_DAY)).toEqual(PLANS);
});

test('gives what stood at a minute, and nothing that came after it', async () => {
  const before = await history.moment(PAST_DAY, after(first, -1));
  expect(before).toMatchObject({ source: 'audit', plan: undefined, noTrade: undefined, risk: undefined, alerts: [] });
  const calm = await history.moment(PAST_DAY, after(first, MINUTE));
  expect(calm.plan?.as_of).toBe(iso(first));
  expect(calm.noTrade?.active).toBe(false);
  expect(calm.positions?.positions.length).toBeGreaterThan(0);
  expect(Date.parse(calm.risk?.as_of ?? '')).toBeGreaterThan(first);
  expect(calm.alerts).toHaveLength(1);
  const blocked = await history.moment(PAST_DAY, after(BLOCKED_AT, 1));
  expect(blocked.plan?.as_of).toBe(iso(first));
  expect(blocked.noTrade).toMatchObject({ active: true, reasons: [REASON] });
  const later = await history.moment(PAST_DAY, second);
  expect([later.plan?.as_of, later.noTrade?.active]).toEqual([iso(second), false]);
  expect(later.alerts.map(({ text }) => text)).toEqual(['the second', '=SUM(A1) is no formula here']);
});

test('of a day whose audit is gone it gives plans, alerts and what platforms reported, and says so', async () => {
  const at = after(second, -DAY);
  const moment = await history.moment(OLD_DAY, at);
  expect(moment).toMatchObject({ source: 'snapshots', risk: undefined, positions: undefined });
  expect(moment.plan?.as_of).toBe(iso(at));
  expect(moment.reports.map(({ positions }) => positions[0]?.quantity)).toEqual([2]);
  expect((await history.moment(OLD_DAY, after(first, -DAY))).reports.map(({ positions }) => positions)).toEqual([[]]);
});

test('goes through a day once: a repeated verdict is one row', async () => {
  expect((await all(history.noTrades(PAST_DAY))).map(({ at, active }) => [at, active])).toEqual([
    [first, false],
    [BLOCKED_AT, true],
    [second, false],
  ]);
  expect((await all(history.plans(PAST_DAY))).map((plan) => plan.as_of)).toEqual(PLANS.map(iso));
  expect(await all(history.alerts(PAST_DAY))).toHaveLength(2);
  expect((await all(history.reports(PAST_DAY))).map(({ seq }) => seq)).toEqual([1, 2]);
  expect(await history.trades(PAST_DAY)).toHaveLength(1);
});
