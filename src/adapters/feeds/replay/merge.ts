import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { frontContract } from '../../../domain/instruments/roll.js';
import { after, type EpochMs, MINUTE } from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';
import { type BarFile, type BarFileItem, readBarFile } from '../csv/bar-file.js';

export interface RecordedFile {
  readonly path: string;
  readonly spec: ContractSpec;
}

/** Bars of all files that close at the same instant. */
export interface Closing {
  readonly close: EpochMs;
  readonly bars: readonly FeedBar[];
}

export interface MergeListener {
  refused(what: { readonly where: string; readonly reason: string }): void;
  /** Called when a file has been read to its end. */
  ended(file: BarFile): void;
}

interface Lane {
  readonly file: BarFile;
  readonly spec: ContractSpec;
  readonly items: AsyncIterator<BarFileItem>;
  next: { readonly bar: FeedBar; readonly close: EpochMs } | undefined;
}

/** The files read side by side, ordered by the instant at which each bar is known: its open plus its file's bar length. */
export async function* merged(files: readonly RecordedFile[], listener: MergeListener): AsyncGenerator<Closing> {
  const lanes: Lane[] = [];
  try {
    for (const { path, spec } of files) {
      const file = await readBarFile(path, spec);
      const lane: Lane = { file, spec, items: file.items[Symbol.asyncIterator](), next: undefined };
      lanes.push(lane);
      await advance(lane, listener);
    }
    for (;;) {
      const close = earliest(lanes);
      if (close === undefined) return;
      const bars: FeedBar[] = [];
      for (const lane of lanes) {
        if (lane.next?.close !== close) continue;
        bars.push(lane.next.bar);
        await advance(lane, listener);
      }
      yield { close, bars };
    }
  } finally {
    for (const { items } of lanes) await items.return?.();
  }
}

async function advance(lane: Lane, listener: MergeListener): Promise<void> {
  const { file, spec, items } = lane;
  for (;;) {
    const { value, done } = await items.next();
    if (done) {
      lane.next = undefined;
      listener.ended(file);
      return;
    }
    if (value.kind === 'bar') {
      const { bar } = value;
      const contract = frontContract(spec, bar.at).symbol;
      lane.next = {
        bar: { root: spec.root, contract, bar, ...(file.intervalMs !== MINUTE && { lengthMs: file.intervalMs }) },
        close: after(bar.at, file.intervalMs),
      };
      return;
    }
    listener.refused({ where: `${value.file} line ${value.line}`, reason: value.reason });
  }
}

function earliest(lanes: readonly Lane[]): EpochMs | undefined {
  return lanes.reduce<EpochMs | undefined>(
    (first, { next }) => (next && (first === undefined || next.close < first) ? next.close : first),
    undefined,
  );
}
