import { afterAll } from 'vitest';
import { connectPostgres, type Sql } from '../../src/adapters/postgres/client.js';
import { migrate } from '../../src/adapters/postgres/migrate.js';
import { testPostgres } from './services.js';

/** A real database of the calling test file with our tables, and a connection to it; ended after it. */
export async function testDatabase(): Promise<{ readonly url: string; readonly sql: Sql }> {
  const { url } = await testPostgres();
  const sql = connectPostgres({ url });
  afterAll(() => sql.end());
  await migrate(sql);
  return { url, sql };
}
