// Archives and kills itself, as kill -9 would, right after a step. Arguments: database URL, folder, instant, step.
import { archiveFiles } from '../../dist/adapters/duckdb/archive-files.js';
import { barHistory } from '../../dist/adapters/duckdb/history.js';
import { archiveLedger } from '../../dist/adapters/postgres/archive-ledger.js';
import { barRepository } from '../../dist/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../dist/adapters/postgres/client.js';
import { dailyRepository } from '../../dist/adapters/postgres/daily-repository.js';
import { archiveMonths } from '../../dist/roles/archive/archive-months.js';

const [url, folder, now, last] = process.argv.slice(2);
const onStep = (step) => {
  if (step === last) process.kill(process.pid, 'SIGKILL');
};
const sql = connectPostgres({ url });
const [store, ledger, files] = [barRepository(sql), archiveLedger(sql), archiveFiles({ folder, onStep })];
const history = barHistory({ store, ledger, files });
const tell = () => {};
const deps = { store, ledger, files, history, daily: dailyRepository(sql), now: Number(now), tell, onStep };
await archiveMonths(deps, { roots: [] });
await sql.end();
