import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ensureBuilt } from '../../support/program.js';

const ROOT = resolve(import.meta.dirname, '../../..');

test('the compose file and the image build and run what they say', { timeout: 180_000 }, async () => {
  ensureBuilt();
  const script = spawn('bash', ['scripts/check-compose.sh'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [script.stdout, script.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((done) => script.once('close', done));
  expect(output.split('\n').filter((line) => line.startsWith('FAIL'))).toEqual([]);
  expect(code, output).toBe(0);
});
