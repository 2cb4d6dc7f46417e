import { z } from 'zod';

/** Every refusal looks like this. */
export const refusal = z.object({ status: z.literal('error'), error: z.string() });
