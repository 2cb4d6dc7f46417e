import { type Month, monthEnd, monthStart } from '../../domain/bars/month.js';
import { iso } from '../../kernel/units.js';
import type { Sql } from './client.js';

export const partitionOf = (month: Month): string => `bar_1m_${month.replace('-', '_')}`;

/** The monthly partitions of `bar_1m`, as far as this process knows them. */
export interface Partitions {
  /** Makes those that are not there; safe when several processes do it at once. */
  ensure(months: Iterable<Month>): Promise<void>;
  /** After a refusal: another process may have dropped a month that was archived. */
  forget(): void;
}

export function barPartitions(sql: Sql): Partitions {
  const known = new Set<Month>();
  return {
    async ensure(months) {
      for (const month of months) {
        if (known.has(month)) continue;
        await makePartition(sql, month);
        known.add(month);
      }
    },
    forget: () => known.clear(),
  };
}

/** Whoever makes or drops the partition of a month holds this until the end of the transaction. */
export const lockMonth = (tx: Pick<Sql, 'unsafe'>, month: Month): Promise<unknown> =>
  tx.unsafe(`select pg_advisory_xact_lock(hashtext('bar_1m_${month}'))`);

/**
 * Made beside the table and then attached: unlike "create table … partition of" this waits for nobody who reads or writes
 * other months, and nobody waits for it.
 */
async function makePartition(sql: Sql, month: Month): Promise<void> {
  const name = partitionOf(month);
  await sql.begin(async (tx) => {
    await lockMonth(tx, month);
    const [found] = await tx<{ is_partition: boolean }[]>`
      select relispartition as is_partition from pg_class where oid = to_regclass(${name})`;
    if (found?.is_partition) return;
    const [from, to] = [iso(monthStart(month)), iso(monthEnd(month))];
    await tx.unsafe(`create table if not exists ${name} (like bar_1m including all)`);
    await tx.unsafe(`alter table bar_1m attach partition ${name} for values from ('${from}') to ('${to}')`);
  });
}
