import { z } from 'zod';

/** What people ask of the engine: entries of `engine:stream:commands`, field `command` as JSON. One door. */
export const commandSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('force-refresh'), id: z.string(), at: z.string() }),
]);
export type Command = z.infer<typeof commandSchema>;
