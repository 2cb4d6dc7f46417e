import { basename } from 'node:path';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { OperationalError } from '../../../kernel/errors.js';
import { type EpochMs, epochMs } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { Feed, FeedBar } from '../../../ports/feed.js';
import { countsText } from '../csv/bar-file.js';
import { rootOfFile } from '../csv/bar-file-name.js';
import { waitUntil } from '../pace.js';
import { type MergeListener, merged, type RecordedFile } from './merge.js';

export interface ReplayFeedOptions {
  /** Bar files; the first part of a file's name says which market it holds. */
  readonly files: readonly string[];
  /** Bars that closed by this instant are history; undefined means all of them are live. */
  readonly from: EpochMs | undefined;
  readonly clock: Clock;
}

const BATCH_BARS = 5_000;
const BEFORE_ALL_BARS = epochMs(0);
// What is refused is told once, by the live part, which reads the files from their beginning.
const silently: MergeListener = { refused() {}, ended() {} };

/** Recorded bars of several markets, each brought when its interval has passed in market time. */
export function createReplayFeed({ files, from, clock }: ReplayFeedOptions): Feed {
  const recorded = files.map(recordedFile);
  const startsAt = from ?? BEFORE_ALL_BARS;
  const stopping = new AbortController();
  return {
    name: 'replay',
    startsAt,
    async *history() {
      let batch: FeedBar[] = [];
      for await (const { close, bars } of merged(recorded, silently)) {
        if (close > startsAt || stopping.signal.aborted) break;
        batch.push(...bars);
        if (batch.length < BATCH_BARS) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    },
    async run(after, sink) {
      const remarks: string[] = [];
      sink.status({ state: 'live', reason: `recorded: ${files.map((file) => basename(file)).join(', ')}` });
      const listener: MergeListener = {
        refused: (what) => sink.refused(what),
        ended: (file) => remarks.push(...[countsText(file.path, file.counts)].filter((text) => text !== undefined)),
      };
      for await (const { close, bars } of merged(recorded, listener)) {
        if (stopping.signal.aborted) return;
        if (close <= after) continue;
        if (!(await waitUntil(close, { clock, signal: stopping.signal }))) return;
        await sink.bars(bars, close);
      }
      if (stopping.signal.aborted) return;
      sink.status({ state: 'finished', reason: ['all recorded bars were played', ...remarks].join('; ') });
    },
    async stop() {
      stopping.abort();
    },
  };
}

function recordedFile(path: string): RecordedFile {
  const root = rootOfFile(path);
  const spec = root === undefined ? undefined : instrument(root);
  if (spec) return { path, spec };
  const name = basename(path);
  throw new OperationalError(
    'USAGE',
    `${name}: the first part of a bar file's name must be a market, such as ES_ or MGC_`,
  );
}
