import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { ensureBuilt, freePorts, type Program, startProgram } from './program.js';
import { testFolder } from './services.js';

/** Starts a demo for the tests of one file, and runs other commands beside it as an operator does: by its data folder. */
export function demoBeside(speed: number) {
  const home = testFolder();
  let env: Record<string, string> = {};
  let system: Program | undefined;
  beforeAll(async () => {
    ensureBuilt();
    chmodSync(home, 0o755);
    const [web, bridge] = await freePorts(2);
    env = { COPILOT_DATA_DIR: join(home, 'data'), WEB_PORT: String(web), BRIDGE_PORT: String(bridge) };
    system = startProgram(['up', '--demo', '--speed', String(speed)], env);
  });
  afterAll(async () => {
    system?.process.kill('SIGINT');
    await system?.ended;
  });
  return async (...args: readonly string[]) => {
    const program = startProgram(args, env);
    const code = await program.ended;
    return { code, lines: program.output().trim().split('\n') };
  };
}
