import { expect, test } from 'vitest';
import { archiveMonths } from '../../../src/roles/archive/archive-months.js';
import { emptyArchive } from '../../support/archive.js';
import { startPast } from '../../support/backfill.js';
import { testPostgres } from '../../support/services.js';
import { instant } from '../../support/stored-bars.js';

const { url } = await testPostgres();
/** 13:00 New York, four months after the day. */
const NOON = instant('2026-11-19T18:00:00Z');
const DAY = { from: '2026-07-14', to: '2026-07-14' } as const;
const [FROM, TO] = [instant('2026-07-13T22:00:00Z'), instant('2026-07-14T22:00:00Z')];

test('a backfill of an archived month brings into the database only what the archive does not have, and the month leaves again', async () => {
  const { sql, parts } = await emptyArchive(url, NOON);
  const { market, vendor, rig } = await startPast(sql, { roots: ['MGC'], start: NOON });
  const theirs = market.past('MGC', FROM, TO);
  // Another vendor counts otherwise, and has no bar of one minute in thirty.
  const archived = theirs
    .filter((_, i) => i % 30 !== 5)
    .map((given) => ({ ...given, bar: { ...given.bar, volume: given.bar.volume + 1 } }));
  const missing = theirs.filter((_, i) => i % 30 === 5);
  const night = () => archiveMonths(parts, { roots: [] });
  const hot = () => parts.store.range('MGC', FROM, TO);
  await parts.store.load(archived, 'ibkr');
  await night();
  expect(await hot()).toEqual([]);

  const { isWhole, said } = await rig.run({ ...DAY, isForced: true, history: parts.history });
  await vendor.close();
  expect([isWhole, said.at(-1)]).toEqual([true, `MGC: backfilled ${missing.length} bars (2026-07-14 to 2026-07-14)`]);
  expect(await hot()).toEqual(missing);

  expect(await night()).toMatchObject({ faults: [], dropped: ['2026-07'] });
  expect(await hot()).toEqual([]);
  const both = [...archived, ...missing].sort((a, b) => a.bar.at - b.bar.at);
  expect(await parts.history.range('MGC', FROM, TO)).toEqual(both);
});
