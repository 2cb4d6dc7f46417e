import { z } from 'zod';
import { modeSchema } from './focus-plan.js';

/** JSON of `up.json` in the data folder: where the parts of the running system are, for one-shot commands beside it. */
export const upStateSchema = z.object({
  v: z.literal(1),
  pid: z.int().positive(),
  mode: modeSchema,
  run: z.string(),
  started_at: z.string(),
  host: z.string(),
  web_port: z.int(),
  bridge_port: z.int(),
  redis_url: z.string(),
  database_url: z.string(),
  /** Our own processes; a part that is being restarted has no pid. */
  processes: z.array(z.object({ name: z.string(), pid: z.int().nullable() })),
});
export type UpState = z.infer<typeof upStateSchema>;

/** JSON of the Redis key `run`: whose data the store holds. */
export const runMarkerSchema = z.object({ mode: modeSchema, run: z.string(), since: z.string() });
export type RunMarker = z.infer<typeof runMarkerSchema>;

export const UP_STATE_FILE = 'up.json';
