import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_START } from '../../src/adapters/feeds/demo/feed.js';
import { demoRoots, type MarketMinute } from '../../src/adapters/feeds/demo/market.js';
import { accountOf } from '../../src/domain/focus/size.js';
import { instrument } from '../../src/domain/instruments/catalogue/index.js';
import { type QualityTable, qualityTable } from '../../src/domain/research/quality-table.js';
import { createSampler, type Sample } from '../../src/domain/research/sampler.js';
import { summaryOf } from '../../src/domain/research/summary.js';
import { tradingDayOf } from '../../src/domain/sessions/trading-day.js';
import { fromUsd } from '../../src/kernel/units.js';
import { demoDays, recorded, replay } from './replay.js';
import {
  biasTable,
  gateAndSizeTable,
  guardTable,
  hourTable,
  measureTable,
  orbTable,
  overTable,
  pooled,
  regimeTable,
  sortingTable,
} from './tables.js';
import { createTally, type Tally } from './tally.js';
import { ANY, createVolatilityTally, GUARD, type VolatilityTally } from './volatility.js';

const RECORDED = [
  { root: 'MES', file: 'ES_1m_2013-10-06_2013-10-11.csv' },
  { root: 'MGC', file: 'GC_1m_2013-10-07_2013-10-11.csv' },
];
const DEMO_DAYS = 25;
const TRAIN_DAYS = 20;
/** Seeds and days of the guard's own measurement: twenty days warm the ranks, five weeks are counted. */
const GUARD_SEEDS = [1, 2, 3, 4];
const GUARD_DAYS = 45;
const BLOCKED_MAX_PCT = 15;

interface Request {
  readonly path: string;
  readonly recordedFolder: string;
  readonly code: string;
  /** The code has changes that are not committed. */
  readonly hasChanges: boolean;
}

/** Measures and writes; says on the way what it is at. */
export async function writeReport({ path, recordedFolder, code, hasChanges }: Request): Promise<void> {
  const say = (text: string): void => console.error(text);
  say('the demo');
  const demo = measure([...demoDays(1, { start: DEMO_START, roots: demoRoots, days: DEMO_DAYS })], demoRoots);
  say('the recorded week');
  const files = RECORDED.map(({ root, file }) => ({ root, file, path: join(recordedFolder, file) }));
  const week = files.every((file) => existsSync(file.path))
    ? measure(
        await recorded(files),
        files.map(({ root }) => root),
      )
    : undefined;
  say('the guard of extreme volatility');
  const guard = GUARD_SEEDS.map(guardOf);
  const text = [
    ...opening(hasChanges ? `${code} and changes on it` : code),
    ...sectionOf(`The demo: ${demo.tally.days.size} trading days, six markets`, demo, { isSynthetic: true }),
    '### Regimes',
    `A model trained on the first ${TRAIN_DAYS} of these days, and its forward filter over the days after them: share of 5-minute bars under each label.`,
    regimeTable(demo.tally.symbols, TRAIN_DAYS),
    ...(week
      ? sectionOf('The recorded week: ES and GC of October 2013, read as MES and MGC', week, { isSynthetic: false })
      : [
          '## The recorded week',
          'Left out: it needs the recorded data folder, which was not there when this was made.',
        ]),
    ...guardSection(guard),
  ];
  writeFileSync(path, `${text.join('\n\n')}\n`);
  say(`wrote ${path}`);
}

interface Measured {
  readonly tally: Tally;
  readonly quality: QualityTable;
  readonly bars: number;
}

function measure(minutes: readonly MarketMinute[], roots: readonly string[]): Measured {
  const tally = createTally();
  replay(minutes, roots, tally.visit);
  const samples = roots.flatMap((root) => samplesOf(minutes, root));
  return { tally, quality: qualityTable(samples), bars: minutes.reduce((sum, { bars }) => sum + bars.length, 0) };
}

function samplesOf(minutes: readonly MarketMinute[], root: string): readonly Sample[] {
  const spec = instrument(root);
  if (!spec) throw new Error(`impossible: ${root} is not in the catalogue`);
  const sampler = createSampler(spec, { account: accountOf(fromUsd(50_000)), hours: 'active', since: undefined });
  return minutes.flatMap(({ bars }) => bars.filter((it) => it.root === root).flatMap(({ bar }) => sampler.push(bar)));
}

function guardOf(seed: number): VolatilityTally {
  const days = { start: DEMO_START, roots: demoRoots, days: GUARD_DAYS };
  const first = newestDay(demoDays(seed, { ...days, days: TRAIN_DAYS + 1 }));
  const tally = createVolatilityTally(seed, first);
  replay(demoDays(seed, days), demoRoots, tally.visit);
  return tally;
}

function newestDay(minutes: Iterable<MarketMinute>): string {
  let newest = '';
  for (const { bars } of minutes) newest = tradingDayOf(bars[0]?.bar.at ?? DEMO_START);
  return newest;
}

const opening = (code: string): readonly string[] => [
  '# How often does the analysis say what?',
  `Written by \`node scripts/analysis-report/run.mjs\` on ${new Date().toISOString().slice(0, 10)} with code ${code}; run it again after a change of numbers and look at the difference. Nothing here is typed by hand.`,
  'The co-pilot itself was fed minute by minute, as a replay feeds it, with no account connected: the guards that watch an account stay silent. One plan is one closed 5-minute bar with a quality; active hours are 05:00-12:00 New York. The demo is a synthetic market: its shares say how the program behaves on it, not how a market does.',
];

function sectionOf(title: string, { tally, quality, bars }: Measured, of: { isSynthetic: boolean }): readonly string[] {
  return [
    `## ${title}`,
    `${bars.toLocaleString('en-US')} one-minute bars on ${tally.days.size} trading days.`,
    '### Bias, context and quality, all hours',
    biasTable(tally, 'all'),
    '### The same in active hours',
    biasTable(tally, 'active'),
    '### Gate and size',
    'The gate is open for a side when the 15-minute trend points there with an ADX over 20. Sizes are those of LONG and SHORT cards on a $50,000 account.',
    gateAndSizeTable(tally),
    '### Opening range',
    orbTable(tally),
    '### The no-trade flag by hour',
    hourTable(tally),
    '### The no-trade flag in the morning, by guard',
    'Several guards may speak in the same minute.',
    guardTable(tally),
    '### Does quality sort outcomes?',
    summaryOf(quality, of),
    sortingTable(quality),
    'Plans of active hours. The price of a plan lies in its own entry zone, so nearly every plan is filled at the next open.',
  ];
}

function guardSection(tallies: readonly VolatilityTally[]): readonly string[] {
  const [share, ofAny] = [GUARD, ANY].map((name) => pooled(tallies.map(({ flags }) => flags.of(name))));
  const weeks = tallies.reduce((sum, { weeks: own }) => sum + own.size, 0);
  const isWrong = Number.parseFloat(share ?? '') > BLOCKED_MAX_PCT;
  return [
    '## The guard of extreme volatility',
    `Demo seeds ${GUARD_SEEDS.join(', ')}: ${GUARD_DAYS} trading days each, of which the first ${TRAIN_DAYS} fill the ranks and the rest, ${weeks} calendar weeks in all, are counted. Minutes from 09:30 to 12:00 New York in which some shown card has a rank of the time of day. The recorded week cannot be used: it is too short for that rank, and the guard only warns there.`,
    `The guard blocks ${share} of these minutes; more than ${BLOCKED_MAX_PCT} % would make it useless as a warning. ${isWrong ? 'It is over that line.' : 'It is under that line.'}`,
    `It began as “any shown card over 88”, which blocks ${ofAny}. A rank is spread evenly by construction: over 88 is about one reading in eight of every card, on the quietest of days as on the wildest. Four independent cards would give 1 - 0.88⁴ = 40 %; markets that move together bring it down to what is measured. The decision is docs/adr/0006.`,
    overTable(tallies),
    'Readings of the same ranks, on the same minutes and on the cards as they stand before one leaves for its volatility:',
    measureTable(tallies),
    `A card over 88 leaves trading by itself: that touches ${pooled(tallies.map(({ cards }) => cards.of('tradeable cards')))} of the minutes of the cards that could be traded, and leaves the others.`,
  ];
}
