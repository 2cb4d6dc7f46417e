import { connectPostgres } from '../../adapters/postgres/client.js';
import { migrate } from '../../adapters/postgres/migrate.js';
import { messageOf, OperationalError } from '../../kernel/errors.js';

/** Brings a database up to date and tells which migrations were missing. */
export async function runMigrate(url: string): Promise<readonly string[]> {
  const sql = connectPostgres({ url, connectionsMax: 1 });
  try {
    return await migrate(sql);
  } catch (cause) {
    const why = messageOf(cause);
    throw new OperationalError('POSTGRES_UNAVAILABLE', `the database cannot be brought up to date: ${why}`, { cause });
  } finally {
    await sql.end({ timeout: 2 });
  }
}
