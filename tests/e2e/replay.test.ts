import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { barRepository } from '../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../src/adapters/postgres/client.js';
import { epochMs } from '../../src/kernel/units.js';
import { type FocusPlanJson, focusPlanSchema } from '../../src/messages/focus-plan.js';
import { dataFile, NEEDS_DATA } from '../support/data.js';
import { eventually } from '../support/eventually.js';
import { ensureBuilt, startProgram } from '../support/program.js';
import { decided, type RunningSystem, systems } from '../support/running-system.js';

const start = systems();
const ES = dataFile('real/ES_1m_2013-10-06_2013-10-11.csv');
const GC = dataFile('real/GC_1m_2013-10-07_2013-10-11.csv');
beforeAll(ensureBuilt);

let running: RunningSystem | undefined;
afterEach(() => running?.stop());

describe.skipIf(!ES || !GC)(`the recorded ES and GC week (${NEEDS_DATA})`, () => {
  test('passes through the whole system, and the plans are those of the focus command', async () => {
    if (!ES || !GC) throw new Error(NEEDS_DATA);
    running = await start(['--replay', ES, GC, '--speed', 'max']);
    expect(await running.page()).toContain('REPLAY');
    const sql = connectPostgres({ url: running.state().database_url });
    const store = barRepository(sql);
    const lastBar = epochMs(Date.parse('2013-10-11T21:14:00Z'));
    await eventually(async () => (await store.newest('MES')) === lastBar, { timeout: 60_000 });

    const sessions = await sql<{ session: string }[]>`select distinct plan->>'session' as session from focus_snapshot`;
    expect(sessions.map((row) => row.session).sort()).toEqual(['active', 'off-hours', 'pre-market']);
    const [bars] = await sql`select count(*)::int as n from bar_1m`;
    expect(bars?.n).toBe(6_826 + 6_687);

    const at = '2013-10-10T14:35:00.000Z';
    const [stored] = await sql<{ plan: unknown }[]>`select plan from focus_snapshot where as_of = ${at}`;
    await sql.end();
    const command = startProgram(['focus', '--bars', `MES=${ES}`, '--bars', `MGC=${GC}`, '--at', at]);
    expect(await command.ended).toBe(0);
    const output = command.output();
    const direct = focusPlanSchema.parse(JSON.parse(output.slice(output.indexOf('{'))));
    // At this speed the worker cannot keep up with the market, so which model a plan was made with is a matter of the machine.
    const bare = (plan: FocusPlanJson) => ({
      ...decided(plan),
      assets: decided(plan)?.assets.map(({ regime: _, ...card }) => card),
    });
    expect(bare(focusPlanSchema.parse(stored?.plan))).toEqual(bare(direct));
    expect(direct.assets.every(({ regime }) => regime)).toBe(true);
  });
});
