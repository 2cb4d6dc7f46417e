import { type Grade, gradeOf, missingOf } from '../../../domain/bars/day-quality.js';
import { OUTLIER_RANGES } from '../../../domain/bars/outliers.js';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { priceOf } from '../../../domain/instruments/contract.js';
import { etDate } from '../../../domain/sessions/new-york.js';
import { type EpochMs, type TradingDay, ticks } from '../../../kernel/units.js';
import { dayLabel, etMinute, plural, price, UNKNOWN, weekdayLabel } from '../format.js';
import type { ReportedDay } from './day.js';
import type { QualityReport } from './reader.js';

export interface Chosen {
  readonly days: number;
  readonly symbol: string | undefined;
  readonly day: ReportedDay | undefined;
}

/** What `/data` shows. */
export function dataView(report: QualityReport, { days, symbol, day }: Chosen): object {
  const rows = report.rows.filter(({ root }) => symbol === undefined || root === symbol);
  const isEmpty = report.rows.every((row) => row.days.every(isBlank));
  return {
    isEmpty,
    asOf: etMoment(report.asOf),
    span: `${plural(days, 'trading day')} to ${weekdayLabel(report.days.at(-1) ?? '')}`,
    choices: [20, 60, 130, 260].map((count) => ({
      text: String(count),
      href: link({ days: count, symbol }),
      isChosen: count === days,
    })),
    symbols: [undefined, ...report.rows.map(({ root }) => root)].map((root) => ({
      text: root ?? 'all',
      href: link({ days, symbol: root }),
      isChosen: root === symbol,
    })),
    months: monthsOf(report.days),
    columns: report.days.map((it) => ({ text: Number(it.slice(8)), title: weekdayLabel(it) })),
    rows: rows.map((row) => ({
      symbol: row.root,
      total: totalOf(row.days),
      cells: row.days.map((it) => cellOf(it, days)),
    })),
    legend: SHADES.map((grade) => ({ grade, ...LEGEND[grade] })),
    refusedUnnamed:
      report.refusedUnnamed === 0
        ? ''
        : `${plural(report.refusedUnnamed, 'row or message', 'rows and messages')} of no known symbol refused; they lie in data:stream:dead.`,
    table: symbol === undefined ? [] : [...(rows[0]?.days ?? [])].reverse().map((it) => lineOf(it, days)),
    day: day && dayView(day),
    ranges: OUTLIER_RANGES,
  };
}

const isBlank = ({ present, refused, unreadable }: ReportedDay): boolean =>
  present === 0 && refused === 0 && unreadable === undefined;

type Shade = Grade | 'unknown';
const SHADES: readonly Shade[] = ['complete', 'quiet', 'holes', 'none', 'unknown', 'shut'];

const LEGEND: Readonly<Record<Shade, { readonly sign: string; readonly text: string }>> = {
  complete: { sign: '✓', text: 'every minute is there' },
  quiet: { sign: '7', text: 'up to 2 % of the minutes missing: perhaps without a trade' },
  holes: { sign: '60', text: 'more than that missing' },
  none: { sign: '✗', text: 'no bar at all' },
  unknown: { sign: '?', text: 'its file of the archive cannot be read' },
  shut: { sign: '·', text: 'market shut' },
};

/** A cell says how many minutes are missing; an outlier or a refusal adds a mark. */
function cellOf(quality: ReportedDay, days: number): object {
  const isUnknown = quality.unreadable !== undefined;
  const grade = isUnknown ? 'unknown' : gradeOf(quality);
  const isMarked = (quality.outliers?.length ?? 0) > 0 || quality.refused > 0 || quality.outside > 0;
  return {
    grade,
    text: grade === 'quiet' || grade === 'holes' ? short(missingOf(quality)) : LEGEND[grade].sign,
    mark: isMarked ? '!' : '',
    isFinding: isMarked || isUnknown || grade === 'holes' || grade === 'none',
    isArchived: quality.isArchived,
    title: `${quality.root} ${weekdayLabel(quality.day)}: ${summaryOf(quality)}`,
    href: `${link({ days, symbol: quality.root, day: quality.day })}#day`,
  };
}

function summaryOf(quality: ReportedDay): string {
  const { expected, present, outside, outliers, repeated, late, refused, sources, isArchived, unreadable } = quality;
  if (unreadable !== undefined)
    return `${whole(present)} of ${whole(expected)} minutes counted, the rest is unknown: ${unreadable}`;
  if (expected === 0 && present === 0 && outside === 0) return 'market shut';
  return [
    `${whole(present)} of ${whole(expected)} minutes`,
    ...(missingOf(quality) > 0 ? [`${whole(missingOf(quality))} missing`] : []),
    ...(outside > 0 ? [`${whole(outside)} while the market was shut`] : []),
    ...(outliers && outliers.length > 0 ? [plural(outliers.length, 'outlier')] : []),
    ...(repeated > 0 ? [`${plural(repeated, 'duplicate')} refused`] : []),
    ...(late > 0 ? [`${late} late`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(repeated + late + refused > 0 ? [`not taken from ${notTakenFrom(quality)}`] : []),
    ...(sources.length > 0 ? [`bars from ${sources.join(', ')}`] : []),
    ...(isArchived ? ['in the archive'] : []),
  ].join(', ');
}

const lineOf = (quality: ReportedDay, days: number): object => ({
  day: weekdayLabel(quality.day),
  href: `${link({ days, symbol: quality.root, day: quality.day })}#day`,
  expected: whole(quality.expected),
  present: whole(quality.present),
  missing: quality.unreadable === undefined ? whole(missingOf(quality)) : UNKNOWN,
  repeated: whole(quality.repeated),
  late: whole(quality.late),
  refused: whole(quality.refused),
  notTakenFrom: notTakenFrom(quality) || UNKNOWN,
  outliers: quality.outliers === undefined ? UNKNOWN : whole(quality.outliers.length),
  source: quality.isArchived ? ['archive', ...quality.sources].join(', ') : quality.sources.join(', ') || UNKNOWN,
});

function dayView(quality: ReportedDay): object {
  const spec = instrument(quality.root);
  const points = (at: number): string => price(spec ? priceOf(ticks(at), spec) : at, quality.root);
  return {
    title: `${quality.root}, ${weekdayLabel(quality.day)}`,
    summary: `${summaryOf(quality)}.`,
    missing: (quality.missing ?? []).map(({ from, until, minutes }) => ({
      text: minutes === 1 ? etMoment(from) : `${etMoment(from)} to ${etMinute(until)}`,
      minutes: plural(minutes, 'minute'),
    })),
    isWhole: quality.expected > 0 && quality.missing?.length === 0,
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

const notTakenFrom = ({ tallies }: ReportedDay): string =>
  [...new Set(tallies.map(({ source }) => source))].sort().join(', ');

/** `Wed 18 Nov 2026 18:00 ET`: a trading day begins the evening before. */
const etMoment = (at: EpochMs): string => `${weekdayLabel(etDate(at))} ${etDate(at).slice(0, 4)} ${etMinute(at)} ET`;

/** Of the days that are known. */
function totalOf(all: readonly ReportedDay[]): string {
  const days = all.filter(({ unreadable }) => unreadable === undefined);
  const [present, expected] = [sum(days.map((it) => it.present)), sum(days.map((it) => it.expected))];
  return expected === 0 ? UNKNOWN : `${((100 * Math.min(present, expected)) / expected).toFixed(1)} %`;
}

/** The months over the columns, each as wide as its days. */
function monthsOf(days: readonly TradingDay[]): readonly object[] {
  const months = [...new Set(days.map((day) => day.slice(0, 7)))];
  return months.map((month) => ({
    text: `${dayLabel(`${month}-01`).replace(/^\d+ /, '')} ${month.slice(0, 4)}`,
    span: days.filter((day) => day.startsWith(month)).length,
  }));
}

function link({ days, symbol, day }: { days: number; symbol?: string | undefined; day?: string }): string {
  const query = new URLSearchParams({ days: String(days) });
  if (symbol !== undefined) query.set('symbol', symbol);
  if (day !== undefined) query.set('day', day);
  return `/data?${query}`;
}

const whole = (count: number): string => count.toLocaleString('en-US');
/** Three characters fit in a cell. */
const short = (count: number): string => (count < 1_000 ? String(count) : `${(count / 1_000).toFixed(1).slice(0, 3)}k`);
const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
