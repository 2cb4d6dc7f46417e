import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UP_STATE_FILE, type UpState } from '../../messages/up-state.js';

/** Written beside and renamed, so that a reader never sees half of it. Only its owner may read it: it has URLs. */
export function writeUpState(dataDir: string, state: UpState): void {
  const file = join(dataDir, UP_STATE_FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export const removeUpState = (dataDir: string): void => rmSync(join(dataDir, UP_STATE_FILE), { force: true });
