import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoBeside } from '../../support/demo-beside.js';
import { eventually } from '../../support/eventually.js';
import { startProgram } from '../../support/program.js';
import { testFolder } from '../../support/services.js';

const command = demoBeside(20);
const rebuild = (...args: readonly string[]) => command('rebuild', ...args);

test('finds the running system by its data folder and agrees with it while it works', async () => {
  const first = await eventually(
    async () => {
      const run = await rebuild();
      expect(run.lines.at(-1)).toMatch(/^[1-9]\d* accounts? rebuilt from [1-9]\d* snapshots? and \d+ fills?: equal$/);
      return run;
    },
    { timeout: 60_000, every: 200 },
  );
  expect(first.code).toBe(0);
  for (let again = 0; again < 5; again += 1) {
    const { code, lines } = await rebuild();
    expect(lines.at(-1), 'a system at work is no difference').toMatch(/: equal$/);
    for (const line of lines.slice(0, -1)) expect(JSON.parse(line)).toMatchObject({ equal: true, differences: [] });
    expect(code).toBe(0);
  }
});

test('an account nobody knows is a wrong command line', async () => {
  const { code, lines } = await rebuild('--account', 'Nobody');
  expect(lines).toEqual(['nothing is stored of an account "Nobody"']);
  expect(code).toBe(2);
});

test('where nothing runs it names what it needs', async () => {
  const program = startProgram(['rebuild'], { COPILOT_DATA_DIR: join(testFolder(), 'nothing') });
  expect(await program.ended).toBe(1);
  expect(program.output()).toMatch(
    /^CONFIG_INVALID: rebuild needs REDIS_URL and DATABASE_URL, or a system that runs on /,
  );
});
