import type { StreamSink } from '../../../../src/roles/web/stream-client.js';

export interface SentEvent {
  readonly id: string;
  readonly event: string;
  readonly html: string;
}

/** Collects what a browser would read; `pause` makes it the reader that does not keep up. */
export function fakeSink() {
  let text = '';
  let paused = false;
  let drain: () => void = () => {};
  let destroyed = false;
  let corks = 0;
  let isGathering = false;
  let packets = 0;
  const sink: StreamSink = {
    write(frame) {
      text += frame.toString();
      if (corks > 0) isGathering = true;
      else packets += 1;
      return !paused;
    },
    cork() {
      corks += 1;
    },
    uncork() {
      corks = Math.max(0, corks - 1);
      if (corks > 0 || !isGathering) return;
      isGathering = false;
      packets += 1;
    },
    onDrain(run) {
      drain = run;
    },
    destroy() {
      destroyed = true;
    },
  };
  return {
    sink,
    pause: () => {
      paused = true;
    },
    /** Reads what has come so far, and is as slow as before. */
    drain: () => drain(),
    resume: () => {
      paused = false;
      drain();
    },
    isDestroyed: () => destroyed,
    /** Pieces that went out: what is written while corked is one. */
    packets: () => packets,
    text: () => text,
    clear: () => {
      text = '';
    },
    events: (): SentEvent[] => parseEvents(text),
    named: (name: string): SentEvent[] => parseEvents(text).filter(({ event }) => event === name),
  };
}

/** Reads a stream the way a browser does. */
export function parseEvents(text: string): SentEvent[] {
  return text.split('\n\n').flatMap((block) => {
    const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith(':'));
    if (lines.length === 0) return [];
    const field = (name: string): string[] =>
      lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ''));
    return [{ id: field('id')[0] ?? '', event: field('event')[0] ?? '', html: field('data').join('\n') }];
  });
}
