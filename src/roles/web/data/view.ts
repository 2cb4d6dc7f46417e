import { OUTLIER_RANGES } from '../../../domain/bars/outliers.js';
import type { TradingDay } from '../../../kernel/units.js';
import { dayLabel, plural, UNKNOWN, weekdayLabel } from '../format.js';
import { lackingOf, type ReportedDay, shadeOf } from './day.js';
import { dayView } from './day-view.js';
import type { QualityReport } from './reader.js';
import { etMoment, figureOf, isLacking, notTakenFrom, outlierCount, summaryOf } from './words.js';

export interface Chosen {
  readonly days: number;
  readonly symbol: string | undefined;
  readonly day: ReportedDay | undefined;
}

/** What `/data` shows. */
export function dataView(report: QualityReport, { days, symbol, day }: Chosen): object {
  const rows = report.rows.filter(({ root }) => symbol === undefined || root === symbol);
  const isEmpty = report.rows.every((row) => row.days.every(isBlank));
  const at = (quality: ReportedDay): Place => ({
    href: `${link({ days, symbol: quality.root, day: quality.day })}#day`,
    isChosen: quality.root === day?.root && quality.day === day.day,
  });
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
      cells: row.days.map((it) => cellOf(it, at(it))),
    })),
    legend: SHADES.map((grade) => ({ grade, ...LEGEND[grade] })),
    refusedUnnamed:
      report.refusedUnnamed === 0
        ? ''
        : `${plural(report.refusedUnnamed, 'row or message', 'rows and messages')} of no known symbol refused on these days; they lie in data:stream:dead.`,
    table: symbol === undefined ? [] : [...(rows[0]?.days ?? [])].reverse().map((it) => lineOf(it, at(it))),
    day: day && dayView(day),
    ranges: OUTLIER_RANGES,
  };
}

/** Where a day is told in full, and whether it is the one that is. */
interface Place {
  readonly href: string;
  readonly isChosen: boolean;
}

const isBlank = ({ present, outside, refused, unreadable }: ReportedDay): boolean =>
  present === 0 && outside === 0 && refused === 0 && unreadable === undefined;

type Shade = ReturnType<typeof shadeOf>;
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
function cellOf(quality: ReportedDay, place: Place): object {
  const grade = shadeOf(quality);
  const isMarked = (quality.outliers?.length ?? 0) > 0 || quality.refused > 0 || quality.outside > 0;
  return {
    grade,
    text: grade === 'quiet' || grade === 'holes' ? short(lackingOf(quality) ?? 0) : LEGEND[grade].sign,
    mark: isMarked ? '!' : '',
    isFinding: isMarked || grade === 'holes' || grade === 'none' || grade === 'unknown',
    isArchived: quality.isArchived,
    title: `${quality.root} ${weekdayLabel(quality.day)}: ${summaryOf(quality)}`,
    ...place,
  };
}

const lineOf = (quality: ReportedDay, place: Place): object => ({
  day: weekdayLabel(quality.day),
  ...place,
  figures: [
    figureOf(quality.expected),
    figureOf(quality.present),
    figureOf(lackingOf(quality), { isFinding: isLacking(quality) }),
    figureOf(quality.repeated),
    figureOf(quality.late),
    figureOf(quality.refused, { isFinding: true }),
    figureOf(outlierCount(quality), { isFinding: true }),
  ],
  notTakenFrom: notTakenFrom(quality) || UNKNOWN,
  source: quality.isArchived ? ['archive', ...quality.sources].join(', ') : quality.sources.join(', ') || UNKNOWN,
});

/** Of the days that are known; rounded down: 100 % is every minute. */
function totalOf(all: readonly ReportedDay[]): string {
  const days = all.filter(({ unreadable }) => unreadable === undefined);
  const [present, expected] = [sum(days.map((it) => it.present)), sum(days.map((it) => it.expected))];
  if (expected === 0) return UNKNOWN;
  return `${(Math.floor((1_000 * Math.min(present, expected)) / expected) / 10).toFixed(1)} %`;
}

/** The months over the columns, each as wide as its days. */
function monthsOf(days: readonly TradingDay[]): readonly object[] {
  const months = [...new Set(days.map((day) => day.slice(0, 7)))];
  return months.map((month) => ({
    text: `${dayLabel(`${month}-01`).replace(/^\d+ /, '')} ${month.slice(0, 4)}`,
    span: days.filter((day) => day.startsWith(month)).length,
  }));
}

/** Thousands on a page: URLSearchParams would take longer than all the rest of it. */
function link({ days, symbol, day }: { days: number; symbol?: string | undefined; day?: string }): string {
  const of = symbol === undefined ? '' : `&symbol=${encodeURIComponent(symbol)}`;
  return `/data?days=${days}${of}${day === undefined ? '' : `&day=${day}`}`;
}

/** Three characters fit in a cell. */
const short = (count: number): string => (count < 1_000 ? String(count) : `${(count / 1_000).toFixed(1).slice(0, 3)}k`);
const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
