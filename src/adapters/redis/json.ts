import type { Redis } from 'ioredis';
import type { z } from 'zod';

/** The JSON of a key, or undefined when it is missing or not of the shape: a reader then says "not known". */
export async function readJson<T>(redis: Redis, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  return parseJson(await redis.get(key), schema);
}

export function parseJson<T>(text: string | null | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === null || text === undefined) return undefined;
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
