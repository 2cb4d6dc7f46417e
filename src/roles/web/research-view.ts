import { type EpochMs, HOUR, iso, MINUTE } from '../../kernel/units.js';
import type { EstimateJson, QualityCellJson, QualityReport } from '../../messages/research.js';
import type { KeptReport } from '../../ports/research-store.js';
import { fixed, plural, signed, UNKNOWN } from './format.js';

/** What the page of the newest report shows; a report that is not there leaves `report` undefined. */
export function researchView(kept: KeptReport | undefined): object {
  if (!kept) return { report: undefined };
  const { report, madeAt, ageMs } = kept;
  return {
    report,
    verdict: report.verdict,
    made: `${ageWords(ageMs)} (${utcMinute(madeAt)})`,
    code: report.code.slice(0, 12),
    origin: ORIGINS[report.origin],
    hours: report.hours === 'active' ? 'plans of 05:00-12:00 ET' : 'plans of every hour before noon ET',
    sorting: estimateText(report.sorting, (value) => signed(value, 2)),
    inputs: report.inputs.map(({ symbol, source, bars, from, to }) => ({
      symbol,
      text: `${source}, ${whole(bars)} bars from ${from.slice(0, 10)} to ${to.slice(0, 10)}`,
    })),
    charts: BIASES.map((bias) => chartOf(report, bias)),
    counts: `${whole(report.plans)} plans, ${whole(report.filled)} filled, ${whole(report.unfinished)} still running when the bars ended and left out.`,
    rows: [...report.cells, ...report.totals].map((cell) => rowOf(cell)),
  };
}

const BIASES = ['LONG', 'SHORT', 'NEUTRAL'] as const;
const ORIGINS: Readonly<Record<QualityReport['origin'], string>> = {
  files: 'bar files',
  live: 'the bars of the live run',
  demo: 'the demo’s synthetic bars',
  replay: 'the bars of a replay',
  store: 'the bars in the database',
};

const whole = (count: number): string => count.toLocaleString('en-US');

const utcMinute = (at: EpochMs): string => `${iso(at).slice(0, 16).replace('T', ' ')} UTC`;

function ageWords(ms: number): string {
  if (ms < MINUTE) return 'less than a minute ago';
  if (ms < HOUR) return `${plural(Math.floor(ms / MINUTE), 'minute')} ago`;
  if (ms < 48 * HOUR) return `${plural(Math.floor(ms / HOUR), 'hour')} ago`;
  return `${plural(Math.floor(ms / (24 * HOUR)), 'day')} ago`;
}

const rowOf = (cell: QualityCellJson): object => ({
  bias: cell.bias,
  band: bandText(cell),
  isTotal: cell.quality_from === null,
  isSmall: cell.too_small,
  plans: whole(cell.plans),
  filled: whole(cell.filled),
  tp1: cell.tp1,
  stopped: cell.stopped,
  timedOut: cell.timed_out,
  hitRate: estimateParts(cell.hit_rate, (value) => (100 * value).toFixed(0)),
  meanR: estimateParts(cell.mean_r, (value) => signed(value, 2)),
});

const bandText = ({ quality_from: from, quality_to: to }: QualityCellJson): string =>
  from === null ? 'all' : `${from}–${to}`;

/** Apart, so that a narrow screen can put the interval under its value. */
const estimateParts = (of: EstimateJson, text: (value: number) => string) =>
  of === null
    ? { value: UNKNOWN, interval: '' }
    : { value: text(of.value), interval: `(${text(of.low)} to ${text(of.high)})` };

function estimateText(of: EstimateJson, text: (value: number) => string): string {
  const { value, interval } = estimateParts(of, text);
  return interval === '' ? value : `${value} ${interval}`;
}

// The chart's own units; the browser scales them.
const [LEFT, RIGHT, TOP, BOTTOM] = [34, 310, 10, 150];
const x = (quality: number): number => LEFT + ((RIGHT - LEFT) * quality) / 100;
const y = (share: number): number => BOTTOM - (BOTTOM - TOP) * share;

/** Hit rate of each band with its interval; a cell too small to say anything is drawn hollow. */
function chartOf({ cells }: QualityReport, bias: QualityCellJson['bias']): object {
  const points = cells.flatMap((cell) => {
    const { hit_rate: rate, quality_from: from, quality_to: to } = cell;
    if (cell.bias !== bias || !rate || from === null || to === null) return [];
    const share = (value: number): string => (100 * value).toFixed(0);
    return [
      {
        x: fixed(x((from + to) / 2), 1),
        y: fixed(y(rate.value), 1),
        low: fixed(y(rate.low), 1),
        high: fixed(y(rate.high), 1),
        isSmall: cell.too_small,
        title: `quality ${from}–${to}: ${share(rate.value)} % (${share(rate.low)} to ${share(rate.high)}), ${plural(cell.filled, 'filled plan')}${cell.too_small ? ', too small to say anything' : ''}`,
      },
    ];
  });
  return {
    bias,
    title: bias === 'NEUTRAL' ? 'NEUTRAL, the side it leaned to' : bias,
    points,
    rows: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ y: y(share), text: `${100 * share}`, labelY: y(share) + 3.5 })),
    columns: [0, 20, 40, 60, 80, 100].map((quality) => ({ x: x(quality), text: String(quality) })),
    frame: { left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM, labelX: LEFT - 6, labelY: BOTTOM + 14 },
    empty: points.length === 0,
  };
}
