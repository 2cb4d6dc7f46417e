import { describe, expect, test } from 'vitest';
import { codeOf, filesBelow, read } from './sources.js';

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;
/** Files that are tables: facts with a source a line, not logic. */
const TABLES = /^src\/domain\/(sessions\/calendars|instruments\/catalogue)\//;

const source = filesBelow('src').filter((file) => file.endsWith('.ts'));
const all = [...source, ...filesBelow('scripts', 'public/js').filter((file) => /\.(ts|js|mjs|sh)$/.test(file))];

test.each(all.filter((file) => !TABLES.test(file)))('%s is short enough to be read', (file) => {
  expect(read(file).split('\n').length).toBeLessThanOrEqual(FILE_LINES_MAX);
});

interface Span {
  readonly from: number;
  readonly to: number;
}

/** A line that opens a function, up to the line that closes it at the same depth. */
function functionsIn(text: string): readonly Span[] {
  const lines = codeOf(text).split('\n');
  const indentOf = (line: string): number => /^\s*/.exec(line)?.[0].length ?? 0;
  return lines.flatMap((line, from) => {
    const opens = /\bfunction\b.*\{\s*$|=>\s*\{\s*$|^\s+(?:async\s+)?[\w#]+\([^;]*\)(?::\s*[^={;]+)?\s*\{\s*$/.test(
      line,
    );
    if (!opens || /^\s*(?:if|for|while|switch|catch)\b/.test(line)) return [];
    const closes = (later: string, at: number) =>
      at > from && later.trim().startsWith('}') && indentOf(later) <= indentOf(line);
    const to = lines.findIndex(closes);
    return to < 0 ? [] : [{ from, to }];
  });
}

/**
 * Functions longer than `max`. A function that holds other functions (what a class would be elsewhere) is measured without
 * them: they are measured by themselves, and the file's own limit bounds the whole.
 */
function longFunctions(text: string, max: number): string[] {
  const spans = functionsIn(text);
  const within = (inner: Span, outer: Span) => inner.from > outer.from && inner.to <= outer.to;
  return spans.flatMap((span) => {
    const nested = spans.filter((other) => within(other, span));
    const outermost = nested.filter((one) => !nested.some((other) => within(one, other)));
    const own = outermost.reduce((left, { from, to }) => left - (to - from), span.to - span.from + 1);
    return own > max ? [`line ${span.from + 1}: ${own} lines`] : [];
  });
}

describe('functions', () => {
  test.each(source)('of %s fit on a screen', (file) => {
    expect(longFunctions(read(file), FUNCTION_LINES_MAX)).toEqual([]);
  });

  test('that are too long are found, whatever way they are written', () => {
    const body = '  work();\n'.repeat(80);
    for (const open of [
      'export function long(a: string): void {',
      'const long = (a) => {',
      'const long = async function () {',
    ])
      expect(longFunctions(`${open}\n${body}}\n`, 70)).toHaveLength(1);
    expect(longFunctions(`const it = {\n  long(a) {\n${body}  },\n};\n`, 70)).toHaveLength(1);
    expect(longFunctions(`function holder() {\n  function inner() {\n${body}  }\n}\n`, 70)).toEqual([
      'line 2: 82 lines',
    ]);
    expect(longFunctions(`function short() {\n  work();\n}\n${body}`, 70)).toEqual([]);
  });
});
