import { SingleBar } from 'cli-progress';

/** A line on a terminal that grows; elsewhere nobody should open one. */
export interface ProgressBar {
  /** `done` of `all`, with a few words beside it. */
  set(done: number, all: number, words: string): void;
  close(): void;
}

const FORMAT = '{bar} {percentage}% | {words}';

/** Drawn on the terminal of standard error, so that standard output keeps to what the command answers. */
export function openProgressBar(stream: NodeJS.WriteStream): ProgressBar {
  const bar = new SingleBar({ format: FORMAT, stream, hideCursor: true, clearOnComplete: true, barsize: 30 });
  let isOpen = false;
  return {
    set(done, all, words) {
      if (isOpen) bar.setTotal(all);
      else bar.start(all, done, { words });
      isOpen = true;
      bar.update(done, { words });
    },
    close() {
      if (isOpen) bar.stop();
      isOpen = false;
    },
  };
}
