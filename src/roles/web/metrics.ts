import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus figures of this process, in a registry of their own. */
export interface Metrics {
  readonly registry: Registry;
  readonly streams: Gauge;
  readonly events: Counter<'event'>;
  readonly refused: Counter;
  readonly collapses: Counter;
  readonly turnedAway: Counter;
  readonly commands: Counter;
  readonly requests: Histogram<'route' | 'status'>;
}

export function createMetrics(options: { readonly ofProcess: boolean }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.ofProcess) collectDefaultMetrics({ register: registry });
  return {
    registry,
    streams: new Gauge({ name: 'copilot_web_streams', help: 'Open dashboard streams', registers }),
    events: new Counter({
      name: 'copilot_web_events_total',
      help: 'Dashboard entries taken from the engine',
      labelNames: ['event'],
      registers,
    }),
    refused: new Counter({
      name: 'copilot_web_entries_refused_total',
      help: 'Dashboard entries that were not understood',
      registers,
    }),
    collapses: new Counter({
      name: 'copilot_web_stream_collapses_total',
      help: 'Slow readers whose queue became a snapshot',
      registers,
    }),
    turnedAway: new Counter({
      name: 'copilot_web_streams_refused_total',
      help: 'Streams refused because one client had too many',
      registers,
    }),
    commands: new Counter({ name: 'copilot_web_commands_total', help: 'Commands sent to the engine', registers }),
    requests: new Histogram({
      name: 'copilot_web_request_seconds',
      help: 'Time to answer a request',
      labelNames: ['route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
      registers,
    }),
  };
}
