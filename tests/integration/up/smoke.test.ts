import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoBeside } from '../../support/demo-beside.js';
import { eventually } from '../../support/eventually.js';
import { startProgram } from '../../support/program.js';
import { testFolder } from '../../support/services.js';

const command = demoBeside(60);
const smoke = (...args: readonly string[]) => command('smoke', ...args);

test('passes on a healthy system, a line a check', async () => {
  const { lines } = await eventually(
    async () => {
      const run = await smoke();
      expect(run.lines.filter((line) => line.startsWith('FAIL'))).toEqual([]);
      return run;
    },
    { timeout: 45_000, every: 200 },
  );
  const names = lines.slice(0, -1).map((line) => /^PASS {2}(\w+)/.exec(line)?.[1]);
  expect(names).toEqual('processes data engine web health redis postgres focus sse clock calendar prices'.split(' '));
  expect(lines.at(-1)).toBe('12 passed, 0 failed');
});

test('--only runs what was chosen', async () => {
  const { code, lines } = await smoke('--only', 'redis', '--only', 'post');
  expect(lines.map((line) => line.slice(0, 9))).toEqual(['PASS  red', 'PASS  pos', '2 passed,']);
  expect(code).toBe(0);
});

test('refuses a check nobody knows', async () => {
  const { code, lines } = await smoke('--only', 'weather');
  expect(lines[0]).toContain('no check is named weather; there are processes, data');
  expect(code).toBe(2);
});

test('fails with exit code 1 where nothing runs', async () => {
  const program = startProgram(['smoke'], { COPILOT_DATA_DIR: join(testFolder(), 'nothing') });
  expect(await program.ended).toBe(1);
  expect(program.output()).toContain('0 passed, 1 failed');
});
