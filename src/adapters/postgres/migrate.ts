import { readdir, readFile } from 'node:fs/promises';
import type { Sql } from './client.js';

// Named from the project root so that the compiled file finds the same SQL: tsc copies no .sql into dist.
const FOLDER = new URL('../../../src/adapters/postgres/migrations/', import.meta.url);
/** Any constant will do; it only has to be the same for everyone who migrates this database. */
const MIGRATION_LOCK = 4_817_223;

/** Applies the numbered SQL files that are not in yet, each in its own transaction. Returns their names. */
export async function migrate(sql: Sql): Promise<readonly string[]> {
  const files = await migrationFiles();
  await sql`create table if not exists migration (name text primary key, applied_at timestamptz not null default now())`;
  const applied: string[] = [];
  for (const file of files) {
    const text = await readFile(new URL(file, FOLDER), 'utf8');
    const isNew = await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK})`;
      const done = await tx`select 1 from migration where name = ${file}`;
      if (done.length > 0) return false;
      await tx.unsafe(text);
      await tx`insert into migration (name) values (${file})`;
      return true;
    });
    if (isNew) applied.push(file);
  }
  return applied;
}

/** Names of the migrations in the database, for health checks. */
export async function migrationsApplied(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ name: string }[]>`select name from migration order by name`;
  return rows.map((row) => row.name);
}

/** Every migration this code knows, in order. */
export async function migrationFiles(): Promise<readonly string[]> {
  return (await readdir(FOLDER)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
}
