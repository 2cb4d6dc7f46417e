type Cell = number | string | boolean | null;

interface Case {
  readonly title: string;
  readonly minWaveRatio?: number;
  readonly before?: Readonly<Record<string, number>>;
  readonly bars: readonly Readonly<Record<string, unknown>>[];
}

interface Kind {
  readonly file: string;
  /** Writes one bar of a case as a line for the C# program. */
  line(bar: Readonly<Record<string, unknown>>): string;
  /** The bars a case has in front of its own. */
  inFront(i: number, before: Readonly<Record<string, number>>): Readonly<Record<string, unknown>>;
  expected(value: unknown): unknown;
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
const fields = (word: string, bar: Readonly<Record<string, unknown>>, names: readonly string[]): string =>
  [word, ...names.map((name) => text(bar[name]))].join(',');

const HINT_WORDS: Readonly<Record<string, string>> = { 'TP/BE': 'Protect', ADD: 'Add', 'LOW VOL': 'LowVolume' };
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
const word = (value: unknown): Cell => (typeof value === 'string' ? capital(value) : 'None');
const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const KINDS: readonly Kind[] = [
  {
    file: 'arrows/volume-bars.json',
    line: (bar) => fields('volume', bar, ['open', 'close', 'volume']),
    inFront: (_, before) => ({ open: 1, close: 1, volume: before.volume }),
    expected: (value) => ({ ...record(value), side: word(record(value).side) }),
  },
  {
    file: 'arrows/arrows.json',
    line: (bar) =>
      fields('arrow', { ...bar, ms: Number(bar.minute) * 60_000 }, [
        ...['ms', 'high', 'low', 'close', 'atr', 'ao', 'direction', 'dominantRatio'],
      ]),
    inFront: (i, before) => ({ ...before, minute: i - 100 }),
    expected: (value) => ({ ...record(value), arrow: word(record(value).arrow) }),
  },
  {
    file: 'arrows/hints.json',
    line: (bar) =>
      fields('hint', bar, [
        ...['high', 'low', 'volume', 'side', 'isSpike', 'meanBefore'],
        ...['upper', 'lower', 'direction', 'dominantRatio'],
      ]),
    inFront: () => ({}),
    expected: (value) => ({ hint: typeof value === 'string' ? HINT_WORDS[value] : 'None' }),
  },
];

/** The hand-worked cases as lines for the C# program, and what it has to answer; undefined where any answer will do. */
export function vectorCases(golden: <T>(name: string) => T): {
  readonly lines: readonly string[];
  readonly answers: readonly ({ readonly where: string; readonly expected: unknown } | undefined)[];
} {
  const lines: string[] = [];
  const answers: ({ where: string; expected: unknown } | undefined)[] = [];
  for (const kind of KINDS) {
    for (const { title, minWaveRatio = 1.8, before = {}, bars } of golden<Case[]>(kind.file)) {
      lines.push(`new,20,${minWaveRatio}`);
      for (let i = 0; i < (before.count ?? 0); i += 1) {
        lines.push(kind.line(kind.inFront(i, before)));
        answers.push(undefined);
      }
      for (const [i, bar] of bars.entries()) {
        lines.push(kind.line(bar));
        answers.push({ where: `${kind.file}: ${title}, bar ${i}`, expected: kind.expected(bar.expected) });
      }
    }
  }
  return { lines, answers };
}
