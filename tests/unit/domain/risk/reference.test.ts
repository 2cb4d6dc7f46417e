import { expect, test } from 'vitest';
import { riskRules } from '../../../../src/domain/risk/rules/index.js';
import { read } from '../../../architecture/sources.js';

test('the reference lists every rule, in the order in which reasons are given, and says which refuse', () => {
  const page = read('docs/reference/risk.md');
  const section = (title: string): readonly string[] => {
    const text = page.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
    return [...text.matchAll(/^\| `([^`]+)` \|/gm)].map((row) => row[1] ?? '');
  };
  const ids = (severity: 'refuse' | 'warn') => riskRules.filter((it) => it.severity === severity).map(({ id }) => id);
  expect(section('What refuses')).toEqual(ids('refuse'));
  expect(section('What warns')).toEqual(ids('warn'));
});
