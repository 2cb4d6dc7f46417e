import { type ArchiveFilesOptions, archiveFiles } from '../../src/adapters/duckdb/archive-files.js';
import { barHistory } from '../../src/adapters/duckdb/history.js';
import { archiveLedger } from '../../src/adapters/postgres/archive-ledger.js';
import { barRepository } from '../../src/adapters/postgres/bar-repository.js';
import type { Sql } from '../../src/adapters/postgres/client.js';
import { dailyRepository } from '../../src/adapters/postgres/daily-repository.js';
import type { EpochMs } from '../../src/kernel/units.js';

/** The parts of an archive over a database, with what was told. */
export function archiveParts(sql: Sql, options: ArchiveFilesOptions, now: EpochMs) {
  const [store, ledger, files] = [barRepository(sql), archiveLedger(sql), archiveFiles(options)];
  const history = barHistory({ store, ledger, files });
  const told: string[] = [];
  const tell = (line: string): void => void told.push(line);
  return { store, ledger, files, history, daily: dailyRepository(sql), now, tell, told };
}
