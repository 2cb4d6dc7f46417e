// npm run bench [name...]: one JSON line a figure. Every scripts/bench/*.ts exports `benches`; a name chooses by its beginning.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, '.cache/bench');

rmSync(OUT, { recursive: true, force: true });
const tsc = spawnSync('npx', ['tsc', '-p', 'scripts/bench/tsconfig.json'], { cwd: ROOT, encoding: 'utf8' });
if (tsc.status !== 0) {
  console.error(tsc.stdout);
  process.exit(1);
}
// What compiled code finds by its own place in the tree.
for (const name of ['views', 'public', 'package.json', 'src/adapters/postgres/migrations', 'scripts/fetch-redis.sh']) {
  const link = join(OUT, name);
  mkdirSync(join(link, '..'), { recursive: true });
  if (existsSync(join(ROOT, name))) symlinkSync(join(ROOT, name), link);
}

const wanted = process.argv.slice(2);
const modules = readdirSync(join(ROOT, 'scripts/bench'))
  .filter((name) => name.endsWith('.ts'))
  .sort();
let ran = 0;
let broken = 0;
for (const module of modules) {
  const { benches } = await import(pathToFileURL(join(OUT, 'scripts/bench', module.replace(/\.ts$/, '.js'))).href);
  for (const bench of benches ?? []) {
    if (wanted.length > 0 && !wanted.some((start) => bench.name.startsWith(start))) continue;
    ran += 1;
    try {
      console.log(JSON.stringify({ name: bench.name, ...rounded(await bench.run()) }));
    } catch (error) {
      broken += 1;
      console.log(JSON.stringify({ name: bench.name, error: error instanceof Error ? error.message : String(error) }));
    }
  }
}
if (ran === 0) console.error(`no figure is named ${wanted.join(', ')}`);
process.exit(ran === 0 || broken > 0 ? 1 : 0);

/** Four digits: the machine is noisier than that. */
function rounded(figure) {
  const entries = Object.entries(figure).map(([key, value]) => [
    key,
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value,
  ]);
  return Object.fromEntries(entries);
}
