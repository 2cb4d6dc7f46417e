import type { EpochMs } from '../../src/kernel/units.js';
import { createApp } from '../../src/roles/web/app.js';
import type { QualityParts } from '../../src/roles/web/data/reader.js';
import { fakeSource, fullSnapshot, manualTime, quietLog } from './web-source.js';

/** The web process of a live run whose clock stands at `now`, over bars that its data quality page looks at. */
export function qualityApp(now: EpochMs, quality: QualityParts) {
  const { clock, timers } = manualTime(now);
  return createApp({
    source: fakeSource(fullSnapshot(now), clock),
    clock,
    timers,
    mode: 'live',
    log: quietLog,
    version: { sha: 'test', builtAt: 'now', configHash: 'none' },
    quality,
  });
}
