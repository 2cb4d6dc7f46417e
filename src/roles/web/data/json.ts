import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { priceOf } from '../../../domain/instruments/contract.js';
import { iso } from '../../../kernel/units.js';
import type { DataQualityJson, DayQualityJson } from '../../../messages/data-quality.js';
import { lackingOf, type ReportedDay, shadeOf } from './day.js';
import type { QualityReport } from './reader.js';

export const reportJson = ({ asOf, rows, refusedUnnamed }: QualityReport): DataQualityJson => ({
  v: 1,
  as_of: iso(asOf),
  refused_without_symbol: refusedUnnamed,
  days: rows.flatMap(({ days }) => days.map(dayJson)),
});

export function dayJson(quality: ReportedDay): DayQualityJson {
  const { root, day, expected, present, outside, isArchived, sources, repeated, late, refused, unreadable } = quality;
  const spec = instrument(root);
  return {
    symbol: root,
    day,
    grade: shadeOf(quality),
    expected,
    holiday: quality.holiday ?? null,
    present,
    missing: lackingOf(quality) ?? null,
    unreadable: unreadable ?? null,
    outside,
    archived: isArchived,
    sources: [...sources],
    duplicates_refused: repeated,
    late,
    refused,
    not_taken: quality.tallies.map((tally) => ({
      source: tally.source,
      duplicates_refused: tally.repeated,
      late: tally.late,
      refused: tally.refused,
    })),
    known_empty:
      quality.knownEmpty?.map(({ source, from, until, askedAt }) => ({
        source,
        from: iso(from),
        until: iso(until),
        asked_at: iso(askedAt),
      })) ?? null,
    missing_stretches:
      quality.missing?.map(({ from, until, minutes }) => ({ from: iso(from), until: iso(until), minutes })) ?? null,
    outliers:
      quality.outliers?.map(({ at, contract, side, price, excursion, usual }) => ({
        at: iso(at),
        contract,
        side,
        price: spec ? priceOf(price, spec) : price,
        excursion: spec ? priceOf(excursion, spec) : excursion,
        usual_range: spec ? usual / spec.ticksPerPoint : usual,
      })) ?? null,
  };
}
