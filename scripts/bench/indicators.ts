import { type Columns, loop } from './indicators/loop.js';
import { ownBulk, ownStream, ownStreamWithoutVwap } from './indicators/own.js';
import { classicBulk, debutStream, fastBulk, signalsBulk, signalsStream } from './indicators/peers.js';
import { type Series, seriesOf } from './indicators/series.js';
import { assertAgree } from './indicators/sums.js';
import { type Benches, type Figure, median } from './support/figure.js';

type Subjects = Readonly<Record<string, (series: Series) => Float64Array>>;

const BARS = 1_000_000;
const WARM_UP_BARS = 50_000;
const WARM_UPS = 5;
const ROUNDS = 5;

export const benches: Benches = [
  { name: 'indicators.bulk', run: async () => bulk() },
  { name: 'indicators.stream', run: async () => stream() },
];

function bulk(): Figure {
  const peers = {
    'fast-technical-indicators': fastBulk,
    'trading-signals': signalsBulk,
    technicalindicators: classicBulk,
  };
  const times = race({ own: ownBulk, 'plain loop': plain(), ...peers }, 'own');
  const best = Object.keys(peers).reduce((a, b) => (nsOf(times, b) < nsOf(times, a) ? b : a));
  const note =
    'trading-signals: highest and lowest come from its Donchian channels; no peer anchors VWAP, it is called day by day';
  return figure(times, { own: 'own', best, bestOwn: 'own', note });
}

function stream(): Figure {
  const subjects = {
    own: ownStream,
    'own without VWAP': ownStreamWithoutVwap,
    'plain loop': plain(),
    'trading-signals': signalsStream,
    '@debut/indicators': debutStream,
  };
  const times = race(subjects, 'own');
  const debut = nsOf(times, '@debut/indicators') / nsOf(times, 'own without VWAP');
  const isDebutBest = debut < nsOf(times, 'trading-signals') / nsOf(times, 'own');
  const best = isDebutBest ? '@debut/indicators' : 'trading-signals';
  const note = '@debut/indicators has no VWAP: left out on both sides of its ratio';
  return figure(times, { own: 'own', best, bestOwn: isDebutBest ? 'own without VWAP' : 'own', note });
}

interface Choice {
  readonly own: string;
  readonly best: string;
  /** What the best peer is measured against. */
  readonly bestOwn: string;
  readonly note: string;
}

function figure(times: ReadonlyMap<string, number>, { own, best, bestOwn, note }: Choice): Figure {
  const others = [...times].filter(([name]) => name !== own).map(([name, ns]) => [name, Math.round(ns)] as const);
  return {
    value: nsOf(times, own),
    unit: 'ns/bar',
    n: ROUNDS,
    ratio: nsOf(times, 'plain loop') / nsOf(times, own),
    peer: best,
    peer_ratio: nsOf(times, best) / nsOf(times, bestOwn),
    others: Object.fromEntries(others),
    note,
  };
}

/** Median nanoseconds a bar of each subject, in rounds that take everyone in turn, once all were seen to agree. */
function race(subjects: Subjects, own: string): ReadonlyMap<string, number> {
  const entries = Object.entries(subjects);
  const small = seriesOf(WARM_UP_BARS);
  for (let i = 0; i < WARM_UPS; i += 1) for (const [, run] of entries) run(small);
  const series = seriesOf(BARS);
  const expected = ownBulk(series);
  // One after the other over the same numbers: not a digit may differ between our two forms.
  assertAgree(own, expected, ownStream(series), 0);
  const times = new Map(entries.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, run] of entries) {
      const begun = performance.now();
      const sums = run(series);
      times.get(name)?.push(performance.now() - begun);
      if (round === 0) assertAgree(name, expected, sums, 1e-6);
    }
  }
  return new Map([...times].map(([name, ms]) => [name, (median(ms) * 1e6) / BARS]));
}

/** The loop on columns made once a series, before its clock. */
function plain(): (series: Series) => Float64Array {
  const made = new Map<Series, Columns>();
  return (series) => {
    const { high, low, close, volume } = series;
    const column = (values: readonly number[]) => Float64Array.from(values);
    const columns = made.get(series) ?? {
      high: column(high),
      low: column(low),
      close: column(close),
      volume: column(volume),
    };
    made.set(series, columns);
    return loop(columns);
  };
}

const nsOf = (times: ReadonlyMap<string, number>, name: string): number => times.get(name) ?? Number.NaN;
