import { createHash } from 'node:crypto';
import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { tradingDayOf, tradingDayStart } from '../../../domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, FIVE_MINUTES, MINUTE } from '../../../kernel/units.js';
import type { FocusPlanJson } from '../../../messages/focus-plan.js';
import type { BarStore } from '../../../ports/bar-store.js';
import type { Clock } from '../../../ports/clock.js';
import type { Log } from '../../../ports/log.js';
import { instant } from '../format.js';
import { type ChartMoment, chartJson, type DayChart, type DayRange, dayChart, rangeOf } from './day-chart.js';

/** A store that answers slower than this counts as away. */
const STORE_MS_MAX = 3_000;
/** A store that was away is left alone for so long, however many charts ask. */
const REST_MS = 2_000;

/** A chart as it is sent. */
export interface RenderedChart {
  readonly text: string;
  /** Entity tag of the text. */
  readonly tag: string;
}

export interface ChartsOptions {
  readonly bars: Pick<BarStore, 'range'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The newest plan; its cards say which 5-minute bars are closed. */
  plan(): FocusPlanJson | undefined;
}

/** Today's bars of every instrument: each read and rendered once for a bar and minute, however many ask. */
export interface Charts {
  /** Fails while the store is away. */
  chart(spec: ContractSpec): Promise<RenderedChart>;
  /** High and low of the current trading day as far as they were read; at once, for a card's words. */
  range(root: string): DayRange | undefined;
}

interface Kept {
  readonly stamp: string;
  readonly rendered: Promise<RenderedChart>;
}

export function createCharts({ bars, clock, log, plan }: ChartsOptions): Charts {
  const kept = new Map<string, Kept>();
  const ranges = new Map<string, DayRange>();
  let restUntil = Number.NEGATIVE_INFINITY;
  let isAway = false;

  const read = async (spec: ContractSpec, { day, until, closedThrough }: Moment): Promise<RenderedChart> => {
    if (clock.elapsed() < restUntil) throw new Error('the store has just failed');
    try {
      const stored = await inTime(bars.range(spec.root, tradingDayStart(day), until));
      if (isAway) log.info({ evt: 'web.bars-readable' }, 'bars can be read again');
      isAway = false;
      return rendered(dayChart(spec, stored, { day, closedThrough }));
    } catch (error) {
      restUntil = clock.elapsed() + REST_MS;
      if (!isAway) log.warn({ evt: 'web.bars-unreadable', error: String(error) }, 'bars cannot be read');
      isAway = true;
      throw error;
    }
  };
  const rendered = (chart: DayChart): RenderedChart => {
    const range = rangeOf(chart);
    if (range) ranges.set(chart.spec.root, range);
    const text = JSON.stringify(chartJson(chart));
    return { text, tag: `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
  };

  return {
    chart(spec) {
      const moment = momentOf(newestBar(plan(), spec.root), clock.now());
      const stamp = `${moment.closedThrough ?? moment.day} ${Math.floor(moment.until / MINUTE)}`;
      const known = kept.get(spec.root);
      if (known?.stamp === stamp) return known.rendered;
      const fresh: Kept = { stamp, rendered: read(spec, moment) };
      fresh.rendered.catch(() => kept.get(spec.root) === fresh && kept.delete(spec.root));
      kept.set(spec.root, fresh);
      return fresh.rendered;
    },
    range(root) {
      const range = ranges.get(root);
      return range?.day === tradingDayOf(clock.now()) ? range : undefined;
    },
  };
}

interface Moment extends ChartMoment {
  readonly until: EpochMs;
}

/** A clock that is driven by the data may be told of a bar before it is told the time. */
function momentOf(barAt: EpochMs | undefined, now: EpochMs): Moment {
  const closedThrough = barAt === undefined ? undefined : after(barAt, FIVE_MINUTES);
  const until = closedThrough === undefined ? now : epochMs(Math.max(now, closedThrough));
  // What closes at 18:00 belongs to the day that ends there.
  const day = tradingDayOf(until > now ? epochMs(until - 1) : now);
  return { day, until, closedThrough };
}

/** Open of the newest 5-minute bar the engine has closed. */
function newestBar(plan: FocusPlanJson | undefined, root: string): EpochMs | undefined {
  const asset = [...(plan?.assets ?? []), ...(plan?.others ?? [])].find(({ symbol }) => symbol === root);
  return asset?.bar_at ? instant(asset.bar_at) : undefined;
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${STORE_MS_MAX / 1000} s`)), STORE_MS_MAX);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
