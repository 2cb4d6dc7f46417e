import { createHash } from 'node:crypto';
import type { Bar } from '../../domain/bars/bar.js';
import { accountOf } from '../../domain/focus/size.js';
import type { ContractSpec } from '../../domain/instruments/contract.js';
import { BANDS, DAYS_MIN, type QualityCell, qualityTable, SAMPLES_MIN } from '../../domain/research/quality-table.js';
import { createSampler, type Sample } from '../../domain/research/sampler.js';
import type { Estimate } from '../../domain/research/statistics.js';
import { sortingVerdict, summaryOf } from '../../domain/research/summary.js';
import { tradingDayStart } from '../../domain/sessions/trading-day.js';
import { OperationalError } from '../../kernel/errors.js';
import { fromUsd, iso, type TradingDay } from '../../kernel/units.js';
import type { EstimateJson, QualityCellJson, QualityReport, ResearchInput } from '../../messages/research.js';
import { ASSUMPTIONS } from './assumptions.js';

/** The 1-minute bars of one instrument, oldest first. */
export interface BarSource {
  readonly spec: ContractSpec;
  /** File name, or `store`. */
  readonly name: string;
  readonly bars: AsyncIterable<Bar>;
}

export interface QualityFacts {
  readonly sources: readonly BarSource[];
  readonly origin: QualityReport['origin'];
  readonly hours: QualityReport['hours'];
  readonly since: TradingDay | undefined;
  readonly code: string;
  /** For what is not part of the answer. */
  readonly tell: (line: string) => void;
}

/** R does not depend on the account; the card wants one. */
const ACCOUNT = accountOf(fromUsd(50_000));
const TELL_EVERY_BARS = 50_000;

/** Replays every source and tells how the plans ended. The same bars and code give the same report. */
export async function qualityReport(facts: QualityFacts): Promise<QualityReport> {
  const samples: Sample[] = [];
  const inputs: ResearchInput[] = [];
  let unfinished = 0;
  for (const source of facts.sources) {
    const replayed = await replay(source, facts);
    samples.push(...replayed.samples);
    inputs.push(replayed.input);
    unfinished += replayed.isRunning ? 1 : 0;
  }
  const table = qualityTable(samples);
  // An empty report would take the place of the last good one.
  if (table.plans === 0) {
    const newest =
      inputs
        .map(({ to }) => to)
        .sort()
        .at(-1) ?? 'none';
    const from = facts.since === undefined ? 'in these bars' : `on ${facts.since} or later`;
    throw new OperationalError('BAR_FILE_INVALID', `no plan can be followed ${from}; the newest bar is of ${newest}`);
  }
  const { code, hours, origin } = facts;
  const since = facts.since ?? null;
  return {
    v: 1,
    kind: 'quality',
    id: idOf({ code, hours, origin, since, inputs }),
    code,
    quality_version: 1,
    origin,
    hours,
    since,
    inputs,
    days: table.days,
    plans: table.plans,
    filled: table.filled,
    unfinished,
    verdict: sortingVerdict(table),
    summary: summaryOf(table, { isSynthetic: origin === 'demo' }),
    sorting: estimateJson(table.sorting),
    samples_min: SAMPLES_MIN,
    days_min: DAYS_MIN,
    cells: table.cells.map(cellJson),
    totals: table.totals.map(cellJson),
    assumptions: [...ASSUMPTIONS],
  };
}

/** Made of what the report is made of, so that the same work has the same name. */
const idOf = (of: Pick<QualityReport, 'code' | 'hours' | 'origin' | 'since' | 'inputs'>): string =>
  `quality-${createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, 16)}`;

async function replay(source: BarSource, { hours, since, tell }: QualityFacts) {
  const { spec, name } = source;
  const sampler = createSampler(spec, { account: ACCOUNT, hours, since: since && tradingDayStart(since) });
  const hash = createHash('sha256');
  const samples: Sample[] = [];
  let [bars, first, last]: [number, Bar | undefined, Bar | undefined] = [0, undefined, undefined];
  for await (const bar of source.bars) {
    bars += 1;
    first ??= bar;
    last = bar;
    hash.update(`${bar.at},${bar.open},${bar.high},${bar.low},${bar.close},${bar.volume}\n`);
    samples.push(...sampler.push(bar));
    if (bars % TELL_EVERY_BARS === 0) tell(`${spec.root}: ${bars.toLocaleString('en-US')} bars replayed`);
  }
  if (!first || !last) throw new OperationalError('BAR_FILE_INVALID', `${spec.root}: ${name} has no usable bar`);
  tell(`${spec.root}: ${bars.toLocaleString('en-US')} bars of ${name}, ${samples.length} plans`);
  const input = { symbol: spec.root, source: name, bars, from: iso(first.at), to: iso(last.at) };
  return { samples, isRunning: sampler.isRunning(), input: { ...input, digest: hash.digest('hex') } };
}

function cellJson({ bias, band, plans, filled, endings, hitRate, meanR, isTooSmall }: QualityCell): QualityCellJson {
  return {
    bias,
    quality_from: band === undefined ? null : (100 * band) / BANDS,
    quality_to: band === undefined ? null : (100 * (band + 1)) / BANDS,
    plans,
    filled,
    tp1: endings.tp1,
    stopped: endings.stop,
    timed_out: endings.time,
    hit_rate: estimateJson(hitRate),
    mean_r: estimateJson(meanR),
    too_small: isTooSmall,
  };
}

/** Four digits: nobody needs more, and no machine's last bit then changes a report. */
function estimateJson(of: Estimate | undefined): EstimateJson {
  if (!of) return null;
  const short = (value: number): number => Math.round(value * 10_000) / 10_000 + 0;
  return { value: short(of.value), low: short(of.low), high: short(of.high) };
}
