import { describe, expect, test } from 'vitest';
import { codeOf, filesBelow, read } from './sources.js';

interface Ban {
  readonly what: string;
  readonly pattern: RegExp;
  /** What to do in its place. */
  readonly instead: string;
  /** The one place that may. */
  readonly except?: RegExp;
}

const BANS: readonly Ban[] = [
  {
    what: 'the wall clock',
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)/,
    instead: 'take the time from the event or from ports/clock',
    except: /^src\/adapters\/clock\//,
  },
  {
    what: 'the environment',
    pattern: /\bprocess\.env\b/,
    instead: 'read a setting in src/config',
    except: /^src\/config\//,
  },
  {
    what: 'unseeded chance',
    pattern: /\bMath\.random\b/,
    instead: 'take an Rng from kernel/rng',
    except: /^src\/kernel\/rng\.ts$/,
  },
  { what: 'the console', pattern: /\bconsole\.\w/, instead: 'take a Log', except: /^src\/adapters\/log\// },
  { what: 'parseFloat', pattern: /\bparseFloat\b/, instead: 'decode with Number after a pattern has matched' },
  { what: 'any', pattern: /(?:[:<,|&]|\bas)\s*any\b/, instead: 'name the type, or unknown at a door' },
  { what: 'a default export', pattern: /^export default\b/m, instead: 'export by name' },
  {
    what: 'luxon',
    pattern: /\bDateTime\./,
    instead: 'ask domain/sessions',
    except: /^src\/(domain\/sessions|roles\/web)\//,
  },
];

const source = filesBelow('src').filter((file) => file.endsWith('.ts'));

describe.each(BANS)('$what', ({ pattern, instead, except }) => {
  test(`is not used: ${instead}`, () => {
    const users = source
      .filter((file) => except === undefined || !except.test(file))
      .filter((file) => pattern.test(codeOf(read(file))));
    expect(users, instead).toEqual([]);
  });
});

test('a ban looks at code, not at words about it', () => {
  const text = "// Date.now is banned\nconst text = 'Date.now';\nconst pattern = /Date.now/;\n/* Date.now */\n";
  expect(codeOf(text)).not.toContain('Date.now');
  expect(codeOf('const at = Date.now();')).toContain('Date.now');
});

test('nothing is left to be done in a comment', () => {
  const files = filesBelow('src', 'views', 'public', 'tests', 'scripts', 'docker').filter(
    (file) => !file.startsWith('tests/architecture/'),
  );
  const marks = new RegExp(['TODO', 'FIXME', 'XXX', 'HACK'].map((word) => `\\b${word}\\b`).join('|'));
  expect(files.filter((file) => marks.test(read(file)))).toEqual([]);
});

test('nothing points at a folder outside the repository', () => {
  const outside = new RegExp(['\\.\\./sha' + 'red', '/wo' + 'rk/'].join('|'));
  const files = filesBelow('.').filter((file) => !/^(tests\/support\/data\.ts|package-lock\.json)$/.test(file));
  expect(
    files.filter((file) => /\.(ts|mjs|js|eta|css|md|sh|yml|json|sql|html)$/.test(file) && outside.test(read(file))),
  ).toEqual([]);
});
