import { z } from 'zod';

/** Every refusal looks like this. */
export const refusal = z.object({ status: z.literal('error'), error: z.string() });
/** A refusal of what was sent, field by field. */
export const fieldRefusal = refusal.extend({
  errors: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
});
/** A command that is in the engine's stream. */
export const accepted = z.object({ status: z.literal('accepted'), id: z.string(), note: z.string() });
