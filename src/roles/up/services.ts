import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Mode } from '../../messages/focus-plan.js';
import type { Part, RunningPart } from './keep-alive.js';

/** What starting a local server needs to tell us. */
export interface LocalPostgres extends RunningPart {
  readonly folder: string;
  database(name: string, options: { fresh: boolean }): Promise<string>;
}
export interface LocalRedis extends RunningPart {
  readonly url: string;
}

export interface Starters {
  redis(options: { folder: string; cacheDir: string; startEmpty: boolean }): Promise<LocalRedis>;
  postgres(options: { folder: string; relaxed: boolean }): Promise<LocalPostgres>;
}

export interface ServiceParts {
  readonly parts: readonly Part[];
  /** Known once the parts are started. */
  redisUrl(): string;
  databaseUrl(): string;
  /** Where Postgres keeps its data, when that is not the data folder. */
  elsewhere(): string | undefined;
}

export interface ServiceOptions {
  readonly mode: Mode;
  readonly dataDir: string;
  readonly cacheDir: string;
  /** Given ones are used as they are; nothing is started in their place. */
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string | undefined;
}

/** The local servers of a run. Live data are kept; a demo or replay begins empty and never touches them. */
export function serviceParts(options: ServiceOptions, starters: Starters): ServiceParts {
  const { mode, dataDir, cacheDir } = options;
  const postgresFolder = join(dataDir, 'postgres');
  let redisUrl = options.redisUrl;
  let databaseUrl = options.databaseUrl;
  let folder: string | undefined;
  mkdirSync(dataDir, { recursive: true });
  const redis: Part = {
    name: 'redis',
    async start(again) {
      const startEmpty = mode !== 'live' && !again;
      const server = await starters.redis({ folder: join(dataDir, mode, 'redis'), cacheDir, startEmpty });
      redisUrl = server.url;
      return server;
    },
  };
  const postgres: Part = {
    name: 'postgres',
    async start(again) {
      const server = await starters.postgres({ folder: postgresFolder, relaxed: mode !== 'live' });
      folder = server.folder;
      if (!again) databaseUrl = await server.database(`copilot_${mode}`, { fresh: mode !== 'live' });
      return server;
    },
  };
  return {
    parts: [
      ...(options.redisUrl === undefined ? [redis] : []),
      ...(options.databaseUrl === undefined ? [postgres] : []),
    ],
    redisUrl: () => redisUrl ?? '',
    databaseUrl: () => databaseUrl ?? '',
    elsewhere: () => (folder === postgresFolder ? undefined : folder),
  };
}
