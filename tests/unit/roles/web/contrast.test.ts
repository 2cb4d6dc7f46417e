import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { projectFolder } from '../../../../src/roles/web/render.js';

const folder = `${projectFolder('public')}css/`;
const sheet = (name: string): string => readFileSync(`${folder}${name}`, 'utf8');

/** Custom properties of the first block that declares them, references followed. */
function tokensOf(css: string): Readonly<Record<string, string>> {
  const root = /:root\s*\{([^}]*)\}/.exec(css)?.[1] ?? '';
  return Object.fromEntries(
    [...root.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value?.trim()]),
  );
}
const screen = tokensOf(sheet('tokens.css'));
const paper = { ...screen, ...tokensOf(sheet('print.css')) };

function colour(tokens: Readonly<Record<string, string>>, name: string): string {
  const value = tokens[name] ?? '';
  const other = /^var\(--([\w-]+)\)$/.exec(value)?.[1];
  return other === undefined ? value : colour(tokens, other);
}

/** Relative luminance and contrast as WCAG 2 defines them. */
function luminance(hex: string): number {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(tokens: Readonly<Record<string, string>>, ink: string, ground: string): number {
  const [high = 0, low = 0] = [luminance(colour(tokens, ink)), luminance(colour(tokens, ground))].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** Which ink stands on which ground. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'surface-0': ['text', 'text-2', 'text-3', 'gain', 'loss', 'warning', 'stop', 'stale', 'neutral', 'ring'],
  'surface-1': ['text', 'text-2', 'text-3', 'gain', 'loss', 'warning', 'stop', 'stop-text', 'stale', 'neutral', 'ring'],
  'surface-2': ['text', 'text-2', 'text-3', 'gain', 'loss', 'warning', 'stop', 'stale', 'ring'],
  'surface-3': ['text'],
  'stop-surface': ['text', 'text-2', 'stop-text', 'warning'],
  'warning-surface': ['text', 'text-2', 'warning'],
  flash: ['text', 'text-2', 'gain', 'loss'],
};
/** Edges and marks that carry meaning by themselves. */
const EDGES: Readonly<Record<string, readonly string[]>> = {
  'surface-0': ['field-line', 'stale-line', 'ring', 'gain', 'loss', 'warning'],
  'surface-1': ['field-line', 'stale-line', 'ring', 'gain', 'loss', 'warning'],
};
const pairs = (table: Readonly<Record<string, readonly string[]>>): [string, string][] =>
  Object.entries(table).flatMap(([ground, inks]) => inks.map((ink): [string, string] => [ink, ground]));

describe('on the screen', () => {
  test.each(pairs(WORDS))('words in %s can be read on %s', (ink, ground) => {
    expect(contrast(screen, ink, ground)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(pairs(EDGES))('an edge in %s can be seen on %s', (ink, ground) => {
    expect(contrast(screen, ink, ground)).toBeGreaterThanOrEqual(3);
  });
});

test.each(['text', 'text-2', 'text-3', 'gain', 'loss', 'warning', 'stop', 'stop-text', 'stale', 'ring'])(
  'on paper words in %s can be read',
  (ink) => expect(contrast(paper, ink, 'surface-1')).toBeGreaterThanOrEqual(4.5),
);

test('every colour of a word is a token, so that the list above can know it', () => {
  const odd = readdirSync(folder)
    .filter((name) => name.endsWith('.css') && name !== 'tokens.css')
    .flatMap((name) =>
      sheet(name)
        .replace(/@media print[\s\S]*$/, '')
        .split('\n')
        .filter((line) => /^\s*(color|background|border-color):.*#[0-9a-f]{3,8}/i.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
  expect(odd).toEqual([]);
});
