import type { Month } from '../../domain/bars/month.js';
import type { Archived } from './archive-months.js';
import type { Restored } from './restore.js';

const BUSY = 'another run archives or restores at the moment; nothing was done';
export const counted = (n: number, what: string): string => `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;
const json = (evt: string, fields: object): string => JSON.stringify({ evt, ...fields });

/** What is printed: a sentence or a JSON line for each month, then for what went wrong. */
export function archiveText(archived: Archived | undefined, isForPeople: boolean): readonly string[] {
  if (!archived) return [isForPeople ? BUSY : json('archive.busy', { text: BUSY })];
  const { months, dropped, faults } = archived;
  if (!isForPeople)
    return [
      ...months.map((month) => json('archive.month', month)),
      ...faults.map((text) => json('archive.fault', { text })),
      json('archive.done', { months: months.length, dropped, faults: faults.length }),
    ];
  return [
    ...months.map(
      ({ root, month, file, rows, bytes, removed }) =>
        `${root}: ${counted(rows, 'bar')} of ${month} in ${file} (${Math.ceil(bytes / 1_000)} kB), ${counted(removed, 'row')} left the database`,
    ),
    ...faults,
    months.length + dropped.length + faults.length === 0
      ? 'no month is old enough'
      : `${counted(months.length, 'file')} written or checked; ${counted(dropped.length, 'month')} closed in the database`,
  ];
}

export function restoreText(
  restored: readonly Restored[] | undefined,
  { month, isForPeople }: { month: Month; isForPeople: boolean },
): readonly string[] {
  if (!restored) return [isForPeople ? BUSY : json('restore.busy', { text: BUSY })];
  return restored.map(({ root, rows, added, differing }) =>
    isForPeople
      ? `${root}: ${counted(rows, 'bar')} of ${month} checked, ${counted(added, 'row')} brought back${differingText(differing)}`
      : json('restore.month', { root, month, rows, added, differing }),
  );
}

const differingText = (differing: number): string =>
  differing === 0
    ? ''
    : `; ${counted(differing, 'bar')} in the database with other values than the file's, which are the ones that are read`;
