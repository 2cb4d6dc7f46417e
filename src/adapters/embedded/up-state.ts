import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UP_STATE_FILE, type UpState, upStateSchema } from '../../messages/up-state.js';
import { isAlive } from './server-process.js';

/** Where the parts of the running `up` are; undefined when none runs on this data folder. */
export async function readUpState(dataDir: string): Promise<UpState | undefined> {
  const text = await readFile(join(dataDir, UP_STATE_FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const state = upStateSchema.safeParse(JSON.parse(text));
  // A killed run leaves its file; what it tells is of yesterday.
  return state.success && isAlive(state.data.pid) ? state.data : undefined;
}
