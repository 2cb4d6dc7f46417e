import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { feeds } from '../../../src/adapters/feeds/index.js';

test.each(feeds.map(({ name }) => name))('the feed %s has passed the contract suite', (name) => {
  expect(existsSync(new URL(`./${name}.test.ts`, import.meta.url))).toBe(true);
});

test('each feed has a name of its own', () => {
  expect(new Set(feeds.map(({ name }) => name)).size).toBe(feeds.length);
});
