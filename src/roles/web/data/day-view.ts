import type { Gap } from '../../../domain/bars/gaps.js';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { priceOf } from '../../../domain/instruments/contract.js';
import { ticks } from '../../../kernel/units.js';
import type { KnownEmpty } from '../../../ports/data-quality.js';
import { etMinute, plural, price, UNKNOWN, weekdayLabel } from '../format.js';
import { lackingOf, type ReportedDay } from './day.js';
import { etMoment, type Figure, figureOf, isLacking, outlierCount, summaryOf } from './words.js';

/** The day that was chosen, with its stretches, refusals and outliers. */
export function dayView(quality: ReportedDay): object {
  const spec = instrument(quality.root);
  const points = (at: number): string => price(spec ? priceOf(ticks(at), spec) : at, quality.root);
  return {
    title: `${quality.root}, ${weekdayLabel(quality.day)} ${quality.day.slice(0, 4)}`,
    unreadable: quality.unreadable === undefined ? '' : `${summaryOf(quality)}.`,
    facts: factsOf(quality),
    missing: missingByReason(quality),
    notTaken: quality.tallies.map(({ source, repeated, late, refused }) => ({
      source,
      text: `${plural(repeated, 'duplicate')}, ${late} late, ${refused} refused`,
    })),
    outliers: (quality.outliers ?? []).map(({ at, contract, side, price: printed, excursion, usual }) => ({
      at: etMoment(at),
      text: `${contract} ${side} ${points(printed)} stands ${points(excursion)} beyond the closes before and after: ${Math.floor(excursion / usual)} times the usual range of a minute at this time of day.`,
    })),
  };
}

/** The stretches without a bar, by what is known of why. */
function missingByReason({ missing = [], knownEmpty }: ReportedDay): readonly object[] {
  const reasons = new Map<string, object[]>();
  for (const gap of missing) {
    const { from, until, minutes } = gap;
    const reason = knownEmpty === undefined ? '' : reasonOf(gap, knownEmpty);
    const stretches = reasons.get(reason) ?? [];
    reasons.set(reason, stretches);
    stretches.push({
      text: minutes === 1 ? etMoment(from) : `${etMoment(from)} to ${etMinute(until)}`,
      minutes: plural(minutes, 'minute'),
    });
  }
  return [...reasons].map(([reason, stretches]) => ({ reason, stretches }));
}

function reasonOf(gap: Gap, knownEmpty: readonly KnownEmpty[]): string {
  const answers = knownEmpty.filter(({ from, until }) => from < gap.until && until > gap.from);
  if (answers.length === 0) return 'No vendor has said yet that it has none';
  const said = answers.map(({ source, from, until, askedAt }) => {
    const what = from <= gap.from && until >= gap.until ? 'none' : 'none for a part of them';
    return `${source} had ${what} when it was asked, ${etMoment(askedAt)}`;
  });
  return [...new Set(said)].join('; ');
}

type Fact = Figure & { readonly name: string; readonly note?: string | undefined };

const factsOf = (quality: ReportedDay): readonly Fact[] => [
  { name: 'expected', ...figureOf(quality.expected), note: quality.holiday },
  { name: 'present', ...figureOf(quality.present) },
  { name: 'missing', ...figureOf(lackingOf(quality), { isFinding: isLacking(quality) }) },
  { name: 'outside the hours', ...figureOf(quality.outside, { isFinding: true }) },
  { name: 'duplicates refused', ...figureOf(quality.repeated) },
  { name: 'late', ...figureOf(quality.late) },
  { name: 'refused', ...figureOf(quality.refused, { isFinding: true }) },
  { name: 'outliers', ...figureOf(outlierCount(quality), { isFinding: true }) },
  {
    name: 'bars from',
    text: quality.sources.join(', ') || UNKNOWN,
    tone: quality.sources.length === 0 ? 'is-nothing' : '',
    note: quality.isArchived ? 'in the archive' : undefined,
  },
];
