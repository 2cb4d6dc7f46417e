import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The version in package.json, two folders up from both `src/cli` and `dist/cli`. */
export const packageVersion = (): string =>
  z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version;
