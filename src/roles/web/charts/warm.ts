import type { FastifyInstance } from 'fastify';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import type { FocusPlanJson } from '../../../messages/focus-plan.js';
import type { Timers } from '../timers.js';
import type { Charts } from './charts.js';

const LOOK_MS = 1_000;

export interface WarmOptions {
  readonly charts: Charts;
  readonly timers: Timers;
  plan(): FocusPlanJson | undefined;
}

/** Reads the chart of each card when its bar has closed, so that its words and the first who asks need not wait. */
export function keepWarm(app: FastifyInstance, { charts, timers, plan }: WarmOptions): void {
  const done = new Map<string, string | null>();
  const look = (): void => {
    for (const { symbol, bar_at } of plan()?.assets ?? []) {
      const spec = instrument(symbol);
      if (!spec || done.get(symbol) === bar_at) continue;
      done.set(symbol, bar_at);
      charts.chart(spec).catch(() => done.delete(symbol)); // looked at again in a second
    }
  };
  let stop = (): void => {};
  app.addHook('onReady', async () => {
    look();
    stop = timers.every(LOOK_MS, look);
  });
  app.addHook('preClose', async () => stop());
}
