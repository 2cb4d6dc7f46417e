import { createLive } from '../../../../src/roles/web/live.js';
import { createMetrics } from '../../../../src/roles/web/metrics.js';
import { createRender, createViews, type Render } from '../../../../src/roles/web/render.js';
import { asset, fakeSource, fullSnapshot, manualTime, quietLog, seedOf } from '../../../support/web-source.js';
import { fakeSink } from './fake-sink.js';

export const views = createViews();

/** The living part of the web role on an engine in memory and a clock moved by hand. */
export async function setUp(more: { beating?: boolean; onRender?: () => void } = {}) {
  const time = manualTime();
  const now = time.clock.now();
  const source = fakeSource(fullSnapshot(now), time.clock);
  if (more.beating !== false) time.timers.every(1_000, source.beat);
  const render = createRender(views);
  const counted: Render = {
    ...render,
    cardEvent(name, context) {
      more.onRender?.();
      return render.cardEvent(name, context);
    },
  };
  const live = createLive({
    source,
    clock: time.clock,
    timers: time.timers,
    render: counted,
    mode: 'demo',
    log: quietLog,
    metrics: createMetrics({ ofProcess: false }),
  });
  await live.start();
  const settle = () => time.pass(0).then(() => new Promise<void>((done) => setImmediate(done)));
  const connect = async (cursor?: string, address = '10.0.0.1') => {
    const reader = fakeSink();
    const { leave } = live.connect(reader.sink, address, cursor);
    await settle();
    return { ...reader, leave };
  };
  const mgc = (last: number) => asset({ ...seedOf('mgc'), last }, now);
  return { time, now, source, live, connect, settle, mgc };
}
