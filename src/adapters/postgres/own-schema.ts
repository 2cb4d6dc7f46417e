import { connectPostgres } from './client.js';

/**
 * An empty schema of its own inside somebody's database, and the URL whose connections see nothing else: a demo or replay
 * on DATABASE_URL cannot touch the live tables beside it.
 */
export async function ownSchema(url: string, name: string): Promise<string> {
  const sql = connectPostgres({ url, connectionsMax: 1 });
  try {
    await sql`drop schema if exists ${sql(name)} cascade`;
    await sql`create schema ${sql(name)}`;
  } finally {
    await sql.end();
  }
  const own = new URL(url);
  own.searchParams.set('search_path', name);
  return own.toString();
}
