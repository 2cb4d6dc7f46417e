import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ArchiveFilesOptions, archiveFiles } from '../../src/adapters/duckdb/archive-files.js';
import { barHistory } from '../../src/adapters/duckdb/history.js';
import { archiveLedger } from '../../src/adapters/postgres/archive-ledger.js';
import { barRepository } from '../../src/adapters/postgres/bar-repository.js';
import { connectPostgres, type Sql } from '../../src/adapters/postgres/client.js';
import { dailyRepository } from '../../src/adapters/postgres/daily-repository.js';
import { migrate } from '../../src/adapters/postgres/migrate.js';
import { ownSchema } from '../../src/adapters/postgres/own-schema.js';
import type { EpochMs } from '../../src/kernel/units.js';
import { testFolder } from './services.js';

/** The parts of an archive over a database, with what was told. */
export function archiveParts(sql: Sql, options: ArchiveFilesOptions, now: EpochMs) {
  const [store, ledger, files] = [barRepository(sql), archiveLedger(sql), archiveFiles(options)];
  const history = barHistory({ store, ledger, files });
  const told: string[] = [];
  const tell = (line: string): void => void told.push(line);
  return { store, ledger, files, history, daily: dailyRepository(sql), now, tell, told };
}

let nr = 0;

/** For the test that runs: an empty database within the one at `url`, a folder, and the parts of an archive over both. */
export async function emptyArchive(url: string, now: EpochMs) {
  nr += 1;
  const own = await ownSchema(url, `archive_${nr}`);
  const [sql, folder] = [connectPostgres({ url: own, connectionsMax: 2 }), join(testFolder(), 'bars')];
  onTestFinished(() => sql.end());
  await migrate(sql);
  return { own, sql, folder, parts: archiveParts(sql, { folder }, now) };
}
