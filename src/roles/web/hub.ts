import { pingFrame } from './frame.js';
import { createStreamClient, keepsUp, type StreamClient, type StreamSink } from './stream-client.js';
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
  const clients = new Map<StreamSink, StreamClient>();
  /** Those to whom a frame can be written without asking anything: nearly always all of them. */
  const ready = new Set<StreamSink>();
  const perAddress = new Map<string, number>();
  const turn = createTurn(clients);
  const stopPings = options.timers.every(PING_MS, () => {
    for (const client of clients.values()) client.ping(pingFrame);
  });

  const count = (address: string, by: number): void => {
    const now = (perAddress.get(address) ?? 0) + by;
    if (now > 0) perAddress.set(address, now);
    else perAddress.delete(address);
  };

  return {
    get size() {
      return clients.size;
    },
    hasRoomFor: (address) => (perAddress.get(address) ?? 0) < STREAMS_PER_CLIENT_MAX,
    add(sink, address) {
      const onReady = (isReady: boolean): void => void (isReady ? ready.add(sink) : ready.delete(sink));
      const client = createStreamClient({ ...options, sink, onReady });
      clients.set(sink, client);
      count(address, 1);
      const leave = (): void => {
        if (!clients.delete(sink)) return;
        count(address, -1);
        client.close();
      };
      return { client, leave };
    },
    push(frame) {
      turn.push();
      if (ready.size < clients.size) for (const [sink, client] of clients) if (!ready.has(sink)) client.push(frame);
      // Nothing but the sockets is touched here: with a thousand of them that is what fan-out costs.
      for (const sink of ready) if (!keepsUp(sink, frame)) clients.get(sink)?.block();
    },
    pushCard(symbol) {
      turn.push();
      for (const client of clients.values()) client.pushCard(symbol);
    },
    pushSnapshot() {
      turn.push();
      for (const client of clients.values()) client.pushSnapshot();
    },
    close() {
      stopPings();
      for (const [sink, client] of clients) {
        client.close();
        sink.destroy();
      }
      clients.clear();
      perAddress.clear();
    },
  };
}

/** What follows the first push of a turn is gathered: a plan with its alerts is two packets a reader, not ten. */
function createTurn(clients: ReadonlyMap<StreamSink, StreamClient>): { push(): void } {
  let pushes = 0;
  const end = (): void => {
    if (pushes > 1) for (const sink of clients.keys()) sink.uncork();
    pushes = 0;
  };
  return {
    push() {
      pushes += 1;
      if (pushes === 1) queueMicrotask(end);
      if (pushes === 2) for (const sink of clients.keys()) sink.cork();
    },
  };
}
