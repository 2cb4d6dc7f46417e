// The worker of a live run at an hour that the test chooses. Arguments: the market instant at its start.
import { clockOf, wallNow } from '../../src/adapters/clock/clock.js';
import { createLog } from '../../src/adapters/log/log.js';
import { liveUntilSignal } from '../../src/cli/lifetime.js';
import { loadConfig } from '../../src/config/load.js';
import { epochMs } from '../../src/kernel/units.js';
import { runWorker } from '../../src/roles/worker/compose.js';

const marketStart = epochMs(Number(process.argv[2]));
const clockSpec = { kind: 'scaled', marketStart, wallStart: wallNow(), speed: 1 } as const;
const run = { mode: 'live', clockSpec, seed: 1, replayFiles: [], from: undefined, runId: 'live' } as const;
const { config } = loadConfig();
const log = createLog({ level: config.logLevel, role: 'worker' });
await liveUntilSignal(() => runWorker({ config, run, log, ...clockOf(clockSpec) }), {
  duringStart: 'leave',
  closeWithinMs: 5_000,
  onFault: (err) => log.error({ evt: 'process.fault', err }, 'ended by an error nobody caught'),
});
