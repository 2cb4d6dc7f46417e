import { pingFrame } from './frame.js';
import { createStreamClient, type StreamClient, type StreamSink } from './stream-client.js';
import type { Timers } from './timers.js';

/** Streams one client (by address) may hold open. A browser page needs one. */
export const STREAMS_PER_CLIENT_MAX = 5;
/** Comment lines keep proxies from closing an idle stream. */
export const PING_MS = 15_000;

export interface HubOptions {
  readonly timers: Timers;
  elapsed(): number;
  snapshot(): readonly Buffer[];
  card(symbol: string): Buffer | undefined;
  /** A slow reader's queue was replaced by a snapshot. */
  onCollapse(): void;
}

/** All open streams of this process. It knows frames, not what is in them. */
export interface Hub {
  readonly size: number;
  /** True when one more stream from this address is allowed. */
  hasRoomFor(address: string): boolean;
  add(sink: StreamSink, address: string): { readonly client: StreamClient; leave(): void };
  push(frame: Buffer): void;
  /** A card has changed. Each stream takes its newest state when its own window allows it. */
  pushCard(symbol: string): void;
  pushSnapshot(): void;
  close(): void;
}

export function createHub(options: HubOptions): Hub {
  const clients = new Map<StreamClient, StreamSink>();
  const perAddress = new Map<string, number>();
  const stopPings = options.timers.every(PING_MS, () => {
    for (const client of clients.keys()) client.ping(pingFrame);
  });

  const count = (address: string, by: number): void => {
    const now = (perAddress.get(address) ?? 0) + by;
    if (now > 0) perAddress.set(address, now);
    else perAddress.delete(address);
  };

  let pushes = 0;
  /** What follows the first push of a turn is gathered: a plan with its alerts is two packets a reader, not ten. */
  const gather = (): void => {
    pushes += 1;
    if (pushes === 1) queueMicrotask(endTurn);
    if (pushes === 2) for (const sink of clients.values()) sink.cork();
  };
  const endTurn = (): void => {
    if (pushes > 1) for (const sink of clients.values()) sink.uncork();
    pushes = 0;
  };

  return {
    get size() {
      return clients.size;
    },
    hasRoomFor: (address) => (perAddress.get(address) ?? 0) < STREAMS_PER_CLIENT_MAX,
    add(sink, address) {
      const client = createStreamClient({ ...options, sink });
      clients.set(client, sink);
      count(address, 1);
      const leave = (): void => {
        if (!clients.delete(client)) return;
        count(address, -1);
        client.close();
      };
      return { client, leave };
    },
    push(frame) {
      gather();
      for (const client of clients.keys()) client.push(frame);
    },
    pushCard(symbol) {
      gather();
      for (const client of clients.keys()) client.pushCard(symbol);
    },
    pushSnapshot() {
      gather();
      for (const client of clients.keys()) client.pushSnapshot();
    },
    close() {
      stopPings();
      for (const [client, sink] of clients) {
        client.close();
        sink.destroy();
      }
      clients.clear();
      perAddress.clear();
    },
  };
}
