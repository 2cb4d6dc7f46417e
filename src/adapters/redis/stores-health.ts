/** Shorter than the route waits for the whole answer. */
const PROBE_MS_MAX = 1_500;

interface Probes {
  readonly redis: () => Promise<boolean>;
  readonly postgres: () => Promise<boolean>;
}

/** Each store has its own time limit: one that is frozen must not make the other look dead. */
export async function storesHealth({ redis, postgres }: Probes) {
  const [redisUp, postgresUp] = await Promise.all([inTime(redis), inTime(postgres)]);
  const reasons = [redisUp ? '' : 'Redis does not answer', postgresUp ? '' : 'Postgres does not answer'].filter(
    Boolean,
  );
  return { redis: redisUp, postgres: postgresUp, ...(reasons.length > 0 && { reason: reasons.join('; ') }) };
}

function inTime(ask: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PROBE_MS_MAX);
  });
  return Promise.race([ask().catch(() => false), late]).finally(() => clearTimeout(timer));
}
