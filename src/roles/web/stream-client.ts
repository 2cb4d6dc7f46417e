import type { Timers } from './timers.js';

/** Where frames go: one open response. */
export interface StreamSink {
  /** False when the reader does not keep up; `onDrain` then says when it has. */
  write(frame: Buffer): boolean;
  onDrain(run: () => void): void;
  /** Cuts the connection. */
  destroy(): void;
}

/** Least distance of two updates of one symbol to one client. */
export const SYMBOL_WINDOW_MS = 7_000;
/** Frames that wait for a slow reader; one more and they collapse to a fresh snapshot. */
export const QUEUE_MAX = 64;
/** A reader that takes nothing for this long is gone. */
export const STUCK_MS = 60_000;

export interface StreamClientOptions {
  readonly sink: StreamSink;
  readonly timers: Timers;
  /** Monotonic milliseconds. */
  elapsed(): number;
  /** The newest state of every panel. */
  snapshot(): readonly Buffer[];
  /** The newest card of a symbol, as the event that carries it. */
  card(symbol: string): Buffer | undefined;
  onCollapse(): void;
}

/** One browser on the stream. It starts by holding live events back until its catch-up was written. */
export interface StreamClient {
  /** Writes at once, even while live events are held. */
  write(frame: Buffer): void;
  push(frame: Buffer): void;
  /** A card update: at once when the symbol was quiet, else the newest at the end of its window. */
  pushCard(symbol: string, frame: Buffer): void;
  /** Replaces everything that waits, because it is older than the snapshot. */
  pushSnapshot(): void;
  release(): void;
  ping(frame: Buffer): void;
  close(): void;
}

interface Held {
  readonly symbol: string | undefined;
  readonly frame: Buffer;
}

interface SymbolWindow {
  readonly openedAt: number;
  cancel: (() => void) | undefined;
}

export function createStreamClient(options: StreamClientOptions): StreamClient {
  const { sink, timers, elapsed, snapshot, card, onCollapse } = options;
  const windows = new Map<string, SymbolWindow>();
  let held: Held[] | undefined = [];
  let queue: Buffer[] = [];
  let needsSnapshot = false;
  let blockedSince: number | undefined;
  let closed = false;

  const forgetPending = (): void => {
    for (const window of windows.values()) {
      window.cancel?.();
      window.cancel = undefined;
    }
  };

  const collapse = (): void => {
    queue = [];
    held = held && [];
    needsSnapshot = true;
    forgetPending();
    onCollapse();
  };

  const write = (frame: Buffer): void => {
    if (closed || needsSnapshot) return;
    if (blockedSince === undefined) {
      if (!sink.write(frame)) blockedSince = elapsed();
    } else if (queue.length < QUEUE_MAX) queue.push(frame);
    else collapse();
  };

  const drain = (): void => {
    blockedSince = undefined;
    if (closed) return;
    const waiting = needsSnapshot ? snapshot() : queue;
    needsSnapshot = false;
    queue = [];
    for (const frame of waiting) write(frame);
  };

  const pushCard = (symbol: string, frame: Buffer): void => {
    if (held) {
      hold({ symbol, frame });
      return;
    }
    const window = windows.get(symbol);
    const wait = window === undefined ? 0 : window.openedAt + SYMBOL_WINDOW_MS - elapsed();
    if (window === undefined || wait <= 0) {
      window?.cancel?.();
      windows.set(symbol, { openedAt: elapsed(), cancel: undefined });
      write(frame);
    } else if (window.cancel === undefined) {
      window.cancel = timers.after(wait, () => {
        windows.set(symbol, { openedAt: elapsed(), cancel: undefined });
        const newest = card(symbol);
        if (newest) write(newest);
      });
    }
  };

  const hold = (item: Held): void => {
    if (needsSnapshot || !held) return;
    held.push(item);
    if (held.length > QUEUE_MAX) collapse();
  };

  sink.onDrain(drain);
  return {
    write,
    push: (frame) => (held ? hold({ symbol: undefined, frame }) : write(frame)),
    pushCard,
    pushSnapshot() {
      forgetPending();
      if (held || blockedSince !== undefined) {
        queue = [];
        held = held && [];
        needsSnapshot = true;
        return;
      }
      for (const frame of snapshot()) write(frame);
    },
    release() {
      const waiting = held ?? [];
      held = undefined;
      if (needsSnapshot && blockedSince === undefined) drain();
      for (const { symbol, frame } of waiting) symbol === undefined ? write(frame) : pushCard(symbol, frame);
    },
    ping(frame) {
      if (blockedSince === undefined) write(frame);
      else if (elapsed() - blockedSince > STUCK_MS) sink.destroy();
    },
    close() {
      closed = true;
      forgetPending();
      windows.clear();
      queue = [];
      held = undefined;
    },
  };
}
