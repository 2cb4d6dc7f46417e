import type { EpochMs } from '../../kernel/units.js';
import { ENGINE_STREAMS, type EngineStream } from '../../ports/engine-bus.js';

interface Timed {
  readonly entry: { readonly stream: EngineStream };
  readonly event: { readonly at: EpochMs };
}

/**
 * One read of several streams in the order of their market time; entries of one stream keep theirs. An engine that
 * catches up would else decide minutes of bars, and the jobs they release, before the reports an account sent meanwhile,
 * and call it silent. At the same instant a bar comes last: the jobs it releases see everything that happened by then.
 */
export function inTimeOrder<T extends Timed>(items: readonly T[]): readonly T[] {
  const waiting = ENGINE_STREAMS.map((stream) => items.filter(({ entry }) => entry.stream === stream)).toReversed();
  const heads = waiting.map(() => 0);
  const ordered: T[] = [];
  while (ordered.length < items.length) {
    let next: { readonly queue: number; readonly item: T } | undefined;
    for (const [queue, head] of heads.entries()) {
      const item = waiting[queue]?.[head];
      if (item && (!next || item.event.at < next.item.event.at)) next = { queue, item };
    }
    if (!next) break;
    ordered.push(next.item);
    heads[next.queue] = (heads[next.queue] ?? 0) + 1;
  }
  return ordered;
}
