import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { CACHE_DIR } from './services.js';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(CACHE_DIR, 'test-programs');
/** What compiled code finds by its own place in the tree. */
const BESIDE = ['views', 'public', 'package.json'];

/** Compiles a TypeScript program of the tests and gives the path that Node can run. Types are the business of `tsc`. */
export function compiled(entry: string): string {
  mkdirSync(OUT, { recursive: true });
  for (const name of BESIDE) if (!existsSync(join(OUT, name))) symlinkSync(join(ROOT, name), join(OUT, name));
  const config = join(OUT, 'tsconfig.json');
  const compilerOptions = { noEmit: false, noCheck: true, outDir: OUT, rootDir: ROOT };
  writeFileSync(
    config,
    JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: [], files: [entry] }),
  );
  const { status, stdout } = spawnSync('npx', ['tsc', '-p', config], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${entry} does not compile:\n${stdout}`);
  return join(OUT, relative(ROOT, entry)).replace(/\.ts$/, '.js');
}
