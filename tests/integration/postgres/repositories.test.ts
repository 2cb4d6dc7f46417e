import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { auditRepository } from '../../../src/adapters/postgres/audit-repository.js';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { historyRepository } from '../../../src/adapters/postgres/history-repository.js';
import { migrate, migrationFiles, migrationsApplied } from '../../../src/adapters/postgres/migrate.js';
import { ownSchema } from '../../../src/adapters/postgres/own-schema.js';
import type { TradingDay } from '../../../src/kernel/units.js';
import { after, DAY, epochMs, MINUTE } from '../../../src/kernel/units.js';
import { encodeSnapshot } from '../../../src/messages/account.js';
import type { Alert } from '../../../src/messages/dashboard.js';
import type { AuditedEvent, AuditRow } from '../../../src/ports/audit-store.js';
import { flatSnapshot, walk } from '../../support/copilot-day.js';
import { testPostgres } from '../../support/services.js';

const { url } = await testPostgres();
const sql = connectPostgres({ url });
afterAll(() => sql.end());
await migrate(sql);

const START = epochMs(Date.parse('2026-10-29T12:00:00Z'));
const bars = walk('MGC', START, after(START, 4 * DAY)).map((bar) => ({ root: 'MGC', contract: 'MGCZ6', bar }));

describe('migrations', () => {
  test('applied twice change nothing the second time', async () => {
    expect(await migrate(sql)).toEqual([]);
    const files = await migrationFiles();
    expect(await migrationsApplied(sql)).toEqual(files);
    expect(files.slice(0, 2)).toEqual(['0001_bars.sql', '0002_engine.sql']);
  });

  test('applied by several processes at once are applied once', async () => {
    const results = await Promise.all([migrate(sql), migrate(sql), migrate(sql)]);
    expect(results.flat()).toEqual([]);
  });
});

test('a database from before the fills keeps its snapshots, numbered in the order in which they came', async () => {
  const old = connectPostgres({ url: await ownSchema(url, 'from_before'), connectionsMax: 1 });
  try {
    await old`create table migration (name text primary key, applied_at timestamptz not null default now())`;
    for (const name of ['0001_bars.sql', '0002_engine.sql']) {
      await old.unsafe(await readFile(join('src/adapters/postgres/migrations', name), 'utf8'));
      await old`insert into migration (name) values (${name})`;
    }
    for (const seq of [7, 8, 3])
      await old`
        insert into position_snapshot (account, epoch, seq, received_at, snapshot)
        values ('Sim101', 'e1', ${seq}, ${new Date(START)}, ${encodeSnapshot(flatSnapshot(START, seq))}::text::jsonb)`;
    expect(await migrate(old)).toEqual((await migrationFiles()).slice(2));
    await historyRepository(old).saveSnapshots([flatSnapshot(START, 2), flatSnapshot(START, 8)]);
    const rows = await old<{ seq: string }[]>`select seq from position_snapshot order by nr`;
    expect(rows.map(({ seq }) => Number(seq))).toEqual([7, 8, 3, 2]);
  } finally {
    await old.end();
  }
});

describe('bars', () => {
  const store = barRepository(sql);

  test('come back as they went in, over a month boundary, and a second save writes nothing', async () => {
    expect(await store.save(bars, 'test')).toBe(bars.length);
    expect(await store.save(bars, 'test')).toBe(0);
    expect(await store.range('MGC', START, after(START, 5 * DAY))).toEqual(bars);
    expect(await store.newest('MGC')).toBe(bars.at(-1)?.bar.at);
    expect(await store.newest('MES')).toBeUndefined();
  });

  test('a range is half open', async () => {
    const [first, second] = bars;
    if (!first || !second) throw new Error('no bars');
    expect(await store.range('MGC', first.bar.at, second.bar.at)).toEqual([first]);
  });

  test('several processes may make the same partition at once', async () => {
    const later = epochMs(Date.parse('2027-03-03T15:00:00Z'));
    const some = walk('MES', later, after(later, 30 * MINUTE)).map((bar) => ({ root: 'MES', contract: 'MESH7', bar }));
    const saved = await Promise.all([1, 2, 3].map(() => barRepository(sql).save(some, 'test')));
    expect(saved.reduce((sum, n) => sum + n, 0)).toBe(some.length);
  });
});

describe('audit', () => {
  const audit = auditRepository(sql, 'test');
  const day = '2026-10-29' as TradingDay;
  const row = (seq: number, eventId = `job/${seq}`): AuditRow => ({
    seq,
    eventId,
    at: after(START, seq),
    tradingDay: day,
    kind: 'job',
    event: { kind: 'job', n: seq },
    outputs: [{ event: 'alert', data: { text: `"${seq}"` } }],
  });
  const all = async () => {
    const rows: AuditedEvent[] = [];
    for await (const batch of audit.eventsSince(day)) rows.push(...batch);
    return rows;
  };

  test('keeps rows in order, tells what was not carried out, and takes a repeated write calmly', async () => {
    await audit.append([row(1), row(2)]);
    await audit.append([row(1), row(2)]);
    await audit.markPerformed(1);
    expect(await all()).toEqual([1, 2].map((seq) => ({ seq, eventId: `job/${seq}`, event: { kind: 'job', n: seq } })));
    expect(await audit.newestSeq()).toBe(2);
    expect(await audit.newestAt()).toBe(START + 2);
    expect(await audit.performedSeq()).toBe(1);
    expect(await audit.after(1)).toEqual([row(2)]);
  });

  test('refuses a second engine that writes under the same number', async () => {
    await expect(audit.append([row(2, 'job/other'), row(3)])).rejects.toMatchObject({ code: 'ENGINE_SUPERSEDED' });
    expect(await audit.newestSeq(), 'none of its rows stays').toBe(2);
  });

  test('tells which events it knows, which day came before, and forgets only what was carried out', async () => {
    expect(await audit.known(['job/1', 'job/9'])).toEqual(new Set(['job/1']));
    expect(await audit.dayBefore('2026-10-30' as TradingDay)).toBe(day);
    expect(await audit.dayBefore(day)).toBeUndefined();
    expect(await audit.prune(after(START, DAY))).toBe(1);
    expect(await all()).toHaveLength(1);
  });
});

describe('history', () => {
  const history = historyRepository(sql);
  const alert: Alert = {
    id: 'session-1',
    at: '2026-10-29T12:00:00.000Z',
    kind: 'session',
    severity: 'info',
    symbol: null,
    text: 'session ACTIVE',
  };

  test('keeps an alert once', async () => {
    const day = '2026-10-29' as TradingDay;
    expect(await history.saveAlert(alert, day)).toBe(true);
    expect(await history.saveAlert(alert, day)).toBe(false);
    expect(await history.newestAlerts(10)).toEqual([alert]);
  });
});
