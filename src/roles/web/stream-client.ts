import type { Timers } from './timers.js';

/** Where frames go: one open response. */
export interface StreamSink {
  /** False when the reader does not keep up; `onDrain` then says when it has. */
  write(frame: Buffer): boolean;
  /** Until `uncork` what is written is gathered and goes out in one piece. */
  cork(): void;
  uncork(): void;
  onDrain(run: () => void): void;
  /** Cuts the connection. */
  destroy(): void;
}

/** Least distance of two updates of one symbol to one client. */
export const SYMBOL_WINDOW_MS = 7_000;
/** Frames that wait for a slow reader; one more and they collapse to a fresh snapshot. */
export const QUEUE_MAX = 64;
/** Bytes that wait for a slow reader; a plan alone may have 100 kB. */
export const QUEUE_BYTES_MAX = 512 * 1024;
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
  /** A card has changed: its newest state goes out at once when the symbol was quiet, else at the end of its window. */
  pushCard(symbol: string): void;
  /** Replaces everything that waits, because it is older than the snapshot. */
  pushSnapshot(): void;
  release(): void;
  ping(frame: Buffer): void;
  close(): void;
}

/** A frame, or the symbol whose card has changed. */
type Held = Buffer | string;

interface SymbolWindow {
  readonly openedAt: number;
  cancel: (() => void) | undefined;
}

export function createStreamClient(options: StreamClientOptions): StreamClient {
  const { sink, timers, elapsed, snapshot, card, onCollapse } = options;
  const windows = new Map<string, SymbolWindow>();
  let held: Held[] | undefined = [];
  let queue: Buffer[] = [];
  let queuedBytes = 0;
  let needsSnapshot = false;
  let blockedSince: number | undefined;
  let closed = false;

  const forgetPending = (): void => {
    for (const window of windows.values()) {
      window.cancel?.();
      window.cancel = undefined;
    }
  };

  const takeQueue = (): readonly Buffer[] => {
    const waiting = queue;
    queue = [];
    queuedBytes = 0;
    return waiting;
  };

  const collapse = (): void => {
    takeQueue();
    held = held && [];
    needsSnapshot = true;
    forgetPending();
    onCollapse();
  };

  const write = (frame: Buffer): void => {
    if (closed || needsSnapshot) return;
    if (blockedSince === undefined) {
      if (!sink.write(frame)) blockedSince = elapsed();
    } else if (queue.length < QUEUE_MAX && queuedBytes + frame.length <= QUEUE_BYTES_MAX) {
      queue.push(frame);
      queuedBytes += frame.length;
    } else collapse();
  };

  const drain = (): void => {
    blockedSince = undefined;
    if (closed) return;
    if (needsSnapshot) writeSnapshot();
    else writeQueue();
  };

  const writeQueue = (): void => {
    sink.cork();
    for (const frame of takeQueue()) write(frame);
    sink.uncork();
  };

  /** Whole, however slow the reader is: a snapshot that collapsed into a snapshot would never end. */
  const writeSnapshot = (): void => {
    takeQueue();
    needsSnapshot = false;
    let keepsUp = true;
    sink.cork();
    for (const frame of snapshot()) keepsUp = sink.write(frame);
    sink.uncork();
    if (!keepsUp) blockedSince = elapsed();
  };

  const writeCard = (symbol: string): void => {
    const newest = card(symbol);
    if (newest) write(newest);
  };

  const pushCard = (symbol: string): void => {
    if (held) {
      hold(symbol);
      return;
    }
    const window = windows.get(symbol);
    const wait = window === undefined ? 0 : window.openedAt + SYMBOL_WINDOW_MS - elapsed();
    if (window === undefined || wait <= 0) {
      window?.cancel?.();
      windows.set(symbol, { openedAt: elapsed(), cancel: undefined });
      writeCard(symbol);
    } else if (window.cancel === undefined) {
      window.cancel = timers.after(wait, () => {
        windows.set(symbol, { openedAt: elapsed(), cancel: undefined });
        writeCard(symbol);
      });
    }
  };

  const hold = (item: Held): void => {
    if (needsSnapshot || !held) return;
    // A card goes out in its newest state, so once is enough.
    if (typeof item === 'string' && held.includes(item)) return;
    held.push(item);
    if (held.length > QUEUE_MAX) collapse();
  };

  sink.onDrain(drain);
  return {
    write,
    push: (frame) => (held ? hold(frame) : write(frame)),
    pushCard,
    pushSnapshot() {
      forgetPending();
      if (held || blockedSince !== undefined) {
        takeQueue();
        held = held && [];
        needsSnapshot = true;
        return;
      }
      writeSnapshot();
    },
    release() {
      const waiting = held ?? [];
      held = undefined;
      if (needsSnapshot && blockedSince === undefined) drain();
      for (const item of waiting) typeof item === 'string' ? pushCard(item) : write(item);
    },
    ping(frame) {
      if (blockedSince === undefined) write(frame);
      else if (elapsed() - blockedSince > STUCK_MS) sink.destroy();
    },
    close() {
      closed = true;
      forgetPending();
      windows.clear();
      takeQueue();
      held = undefined;
    },
  };
}
