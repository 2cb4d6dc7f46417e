import { z } from 'zod';
import { name } from './bridge-fields.js';
import { feedFactSchema } from './feed-facts.js';
import { limitsChangeSchema } from './limits.js';
import { regimeModelSchema } from './regime.js';

/** What people, workers and the data role tell the engine: entries of `engine:stream:commands`, field `command` as JSON. One door. */
export const commandSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('force-refresh'), id: z.string(), at: z.string() }),
  z.object({ kind: z.literal('set-limits'), id: z.string(), at: z.string(), change: limitsChangeSchema }),
  z.object({
    kind: z.literal('regime-model'),
    id: z.string(),
    at: z.iso.datetime(),
    symbol: z.string(),
    model: regimeModelSchema,
  }),
  feedFactSchema.extend({ kind: z.literal('feed-fact') }),
  z.object({ kind: z.literal('retire-account'), id: z.string(), at: z.string(), account: name }),
]);
export type Command = z.infer<typeof commandSchema>;
