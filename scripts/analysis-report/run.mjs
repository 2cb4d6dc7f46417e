// node scripts/analysis-report/run.mjs: measures how often the analysis says what, and writes docs/analysis-report.md.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, '.cache/analysis-report');
const MAIN = join(OUT, 'scripts/analysis-report/report.js');

rmSync(OUT, { recursive: true, force: true });
// `npm run check` judges the types; what compiles is measured.
const tsc = spawnSync('npx', ['tsc', '-p', 'scripts/analysis-report/tsconfig.json'], { cwd: ROOT, encoding: 'utf8' });
if (!existsSync(MAIN)) {
  console.error(tsc.stdout);
  process.exit(1);
}
const { writeReport } = await import(pathToFileURL(MAIN).href);
await writeReport({
  path: join(ROOT, 'docs/analysis-report.md'),
  recordedFolder: resolve(ROOT, '..', 'shared', 'data', 'real'),
  code: git('rev-parse', '--short=12', 'HEAD') || 'unknown',
  hasChanges: git('status', '--porcelain', '--', 'src', 'scripts/analysis-report') !== '',
});

function git(...words) {
  return spawnSync('git', words, { cwd: ROOT, encoding: 'utf8' }).stdout?.trim() ?? '';
}
