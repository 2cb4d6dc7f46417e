import cliProgress, { type GenericFormatter } from 'cli-progress';

/** A line on a terminal that grows; elsewhere nobody should open one. */
export interface ProgressBar {
  /** `done` of `all`, and the same words ever shorter: the first that fit the terminal beside the percentage are shown. */
  set(done: number, all: number, words: readonly string[]): void;
  close(): void;
}

/** Of characters; a shorter one tells nothing that the percentage does not. */
const [BAR_MAX, BAR_MIN] = [30, 8];

/** Drawn on the terminal of standard error, so that standard output keeps to what the command answers. */
export function openProgressBar(stream: NodeJS.WriteStream): ProgressBar {
  const bar = new cliProgress.SingleBar({
    format: line,
    stream,
    hideCursor: true,
    clearOnComplete: true,
    barsize: BAR_MAX,
  });
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

/** Measured each time it is drawn: a terminal may become narrower. */
const line: GenericFormatter = (options, { progress, maxWidth }, { words }: { words: readonly string[] }) => {
  const percentage = `${Math.floor(progress * 100)}%`;
  const text = words.map((some) => `${percentage} ${some}`).find(({ length }) => length <= maxWidth) ?? percentage;
  const barsize = Math.min(BAR_MAX, maxWidth - text.length - 1);
  return barsize < BAR_MIN ? text : `${cliProgress.Format.BarFormat(progress, { ...options, barsize })} ${text}`;
};
