import type { FastifyInstance } from 'fastify';
import { afterEach } from 'vitest';
import type { EpochMs } from '../../../../src/kernel/units.js';
import type { BarStore } from '../../../../src/ports/bar-store.js';
import type { DashboardSnapshot } from '../../../../src/ports/dashboard-source.js';
import { createApp } from '../../../../src/roles/web/app.js';
import { fakeSource, fullSnapshot, MORNING, manualTime, quietLog } from '../../../support/web-source.js';

/** Makes web roles for one test file, fed by an engine in memory on a clock moved by hand. Call at the top level. */
export function webApps() {
  const open: FastifyInstance[] = [];
  afterEach(async () => {
    for (const app of open.splice(0)) await app.close();
  });
  return async (
    snapshotAt: (now: EpochMs) => Partial<DashboardSnapshot> = () => ({}),
    {
      start = MORNING,
      isSilent = false,
      bars,
    }: { start?: EpochMs; isSilent?: boolean; bars?: Pick<BarStore, 'range'> } = {},
  ) => {
    const time = manualTime(start);
    const now = time.clock.now();
    // An engine that has never spoken has published nothing.
    const said = isSilent ? { cursor: '1-0', alerts: [] } : { ...fullSnapshot(now), ...snapshotAt(now) };
    const source = fakeSource(said, time.clock);
    const version = { sha: 'test', builtAt: 'now', configHash: 'none' };
    const app = await createApp({
      source,
      clock: time.clock,
      timers: time.timers,
      mode: 'demo',
      log: quietLog,
      version,
      ...(bars && { bars }),
      hosts: ['desk.local', '10.0.0.5', '::2'],
    });
    open.push(app);
    await app.ready();
    const post = (url: string, body: object | string, headers: Record<string, string> = {}) =>
      app.inject({
        method: 'POST',
        url,
        headers: {
          host: 'desk.local:8000',
          'content-type': typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json',
          ...headers,
        },
        payload: body,
      });
    return { app, time, now, source, post };
  };
}

export const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
export const HTMX = { 'hx-request': 'true', accept: '*/*' };
export const words = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
