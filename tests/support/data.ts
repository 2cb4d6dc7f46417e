import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Recorded market data lies in a folder next to the project, not in it. */
const DATA_DIR = resolve(dirname(fileURLToPath(import.meta.url)), '../../../shared/data');

/** The sentence a test is skipped with where the data is missing. */
export const NEEDS_DATA = 'needs the recorded data folder';

/** Path of a recorded file, e.g. `real/ES_1m_2013-10-06_2013-10-11.csv`; undefined where it is missing. */
export function dataFile(name: string): string | undefined {
  const path = resolve(DATA_DIR, name);
  return existsSync(path) ? path : undefined;
}
