import { expect, test } from 'vitest';
import { z } from 'zod';
import { filesBelow, importsOf, read } from './sources.js';

const names = z.record(z.string(), z.string()).default({});
const manifest = z
  .object({ dependencies: names, devDependencies: names, optionalDependencies: names })
  .parse(JSON.parse(read('package.json')));
const lock = z
  .object({ packages: z.record(z.string(), z.object({ optionalDependencies: names, dev: z.boolean().optional() })) })
  .parse(JSON.parse(read('package-lock.json')));

// npm ci on another platform stops when the lock file was written without that platform's builds.
test('the lock file has an entry for every optional package, of every platform', () => {
  const wanted = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies));
  const present = new Set(Object.keys(lock.packages).map((path) => path.split('node_modules/').at(-1)));
  expect(wanted.filter((name) => !present.has(name))).toEqual([]);
});

test('the program imports only packages that are installed with it', () => {
  const ours = { ...manifest.dependencies, ...manifest.optionalDependencies };
  const used = filesBelow('src')
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => importsOf(file).filter(({ isPackage }) => isPackage));
  const missing = used.map(({ target }) => target).filter((name) => !name.startsWith('node:') && !(name in ours));
  expect([...new Set(missing)]).toEqual([]);
});
