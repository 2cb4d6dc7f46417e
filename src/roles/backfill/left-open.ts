import { type ContractSpan, clipped, minutesIn, type Span, spansWithout } from '../../domain/bars/coverage.js';
import { OperationalError } from '../../kernel/errors.js';
import { type EpochMs, iso } from '../../kernel/units.js';
import type { RefusedRow } from '../../ports/history-source.js';
import { minutesText } from './text.js';

/** Minutes of a question that rows which could not be read may be of. */
export interface Doubts {
  /** A row that does not say where it lies may be of any minute of the question. */
  add(row: RefusedRow): void;
  /** The part of spans that is in doubt. */
  within(spans: readonly Span[]): readonly Span[];
  /** A row that brought doubt to a span. */
  exampleOf(span: Span): RefusedRow | undefined;
}

export function createDoubts(question: Span): Doubts {
  const rows: { readonly row: RefusedRow; readonly span: Span }[] = [];
  return {
    add(row) {
      const { from = question.from, to = question.to } = row;
      rows.push({ row, span: { from, to } });
    },
    within(spans) {
      if (rows.length === 0 || spans.length === 0) return [];
      const inOrder = rows.map(({ span }) => span).sort((a, b) => a.from - b.from);
      return spansWithout(spans, [], spansWithout(spans, [], inOrder));
    },
    exampleOf: (span) => rows.find((it) => clipped([it.span], span).length > 0)?.row,
  };
}

/** What a vendor's answers leave open: minutes that are neither stored nor believed empty, and why. */
export interface LeftOpen {
  /** It has not one bar of a long stretch. */
  mute(question: ContractSpan): void;
  /** It brought nothing after its newest bar, and may be behind. */
  unsettled(question: ContractSpan, spans: readonly Span[], settledFrom: EpochMs): void;
  /** It sent rows there that cannot be read. */
  doubted(spans: readonly Span[], doubts: Doubts): void;
  failure(): OperationalError | undefined;
}

export function createLeftOpen(source: string): LeftOpen {
  const mute: string[] = [];
  const unsettled: string[] = [];
  let doubtedMinutes = 0;
  let example: RefusedRow | undefined;
  const texts = (): readonly string[] => [
    ...(mute.length > 0
      ? [
          `${source} has not one bar of ${mute.join(', ')}; nothing of that is written down as empty, and it will be asked again`,
        ]
      : []),
    ...(doubtedMinutes > 0 ? [doubtedText({ source, minutes: doubtedMinutes, example })] : []),
    ...(unsettled.length > 0
      ? [`${source} has no bar of ${unsettled.join(', ')}; until then it may be behind, and is asked again`]
      : []),
  ];
  return {
    mute({ contract, from, to }) {
      mute.push(`${contract} from ${iso(from)} to ${iso(to)}`);
    },
    unsettled({ contract }, spans, settledFrom) {
      const [first, last] = [spans[0], spans.at(-1)];
      if (!first || !last) return;
      unsettled.push(
        `${contract} from ${iso(first.from)} to ${iso(last.to)} (${minutesText(minutesIn(spans))}), which is believed empty from ${iso(settledFrom)} on`,
      );
    },
    doubted(spans, doubts) {
      const [first] = spans;
      if (!first) return;
      example ??= doubts.exampleOf(first);
      doubtedMinutes += minutesIn(spans);
    },
    failure() {
      const [text, ...more] = texts();
      if (text === undefined) return undefined;
      const isRefusal = mute.length > 0 || doubtedMinutes > 0;
      return new OperationalError(isRefusal ? 'FEED_REFUSED' : 'FEED_UNAVAILABLE', [text, ...more].join('; '));
    },
  };
}

interface Doubted {
  readonly source: string;
  readonly minutes: number;
  readonly example: RefusedRow | undefined;
}

function doubtedText({ source, minutes, example }: Doubted): string {
  const row = example === undefined ? '' : ` (one of them: ${example.where}: ${example.reason})`;
  return `${source} sent rows that cannot be read${row}, so ${minutesText(minutes)} without a bar may not be empty; they will be asked for again`;
}
