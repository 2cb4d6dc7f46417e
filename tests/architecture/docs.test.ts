import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SETTINGS } from '../../src/config/schema.js';
import { ERRORS } from '../../src/kernel/errors.js';
import { redisNames } from '../../src/messages/streams.js';
import { filesBelow, ROOT, read } from './sources.js';

/** Names in the first column of a page's tables, written as code. */
const rowsOf = (file: string): string[] =>
  [...read(file).matchAll(/^\|\s*`([^`]+)`\s*\|/gm)].map((row) => row[1] ?? '');

describe('the reference', () => {
  test('lists every error code and no other', () => {
    expect(rowsOf('docs/reference/errors.md').sort()).toEqual(Object.keys(ERRORS).sort());
  });

  test('lists every Redis name and no other', () => {
    expect(rowsOf('docs/reference/streams.md').sort()).toEqual(Object.values(redisNames('')).sort());
  });
});

test('every setting stands in .env.example once', () => {
  const names = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map((line) => line[1]);
  expect([...names].sort()).toEqual(Object.keys(SETTINGS).sort());
});

test('every link inside the documentation leads somewhere', () => {
  const broken = filesBelow('docs', 'README.md', 'CHANGELOG.md')
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map((link) => join(ROOT, file, '..', link[1] ?? ''))
        .filter((path) => !existsSync(path))
        .map((path) => `${file}: ${path}`),
    );
  expect(broken).toEqual([]);
});
