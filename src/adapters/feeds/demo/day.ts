import type { Bar } from '../../../domain/bars/bar.js';
import { type ContractSpec, priceOf, snap } from '../../../domain/instruments/contract.js';
import { etMinuteOfDay } from '../../../domain/sessions/session.js';
import type { Rng } from '../../../kernel/rng.js';
import { after, type EpochMs, MINUTE, ticks } from '../../../kernel/units.js';
import { activityAt, type MarketProfile } from './profile.js';
import { type DayWeather, heavy, type Weather } from './weather.js';

export interface DayInput {
  readonly profile: MarketProfile;
  readonly spec: ContractSpec;
  readonly weather: DayWeather;
  readonly rng: Rng;
  /** First open and last close of the trading day. */
  readonly hours: { readonly open: EpochMs; readonly close: EpochMs };
  readonly isOpen: (at: EpochMs) => boolean;
  /** Where the day before ended, in points. */
  readonly previousClose: number;
}

/** Share of the distance to its first level that a market gives back at each open, so a long chain stays sane. */
const PULL_HOME = 0.03;

/** One market's trading day. The bars depend on the input and nothing else; `close` feeds the next day. */
export function marketDay(input: DayInput): { readonly bars: readonly Bar[]; readonly close: number } {
  const { hours, profile, rng, weather } = input;
  const bars: Bar[] = [];
  const own = heavy(rng);
  let price = input.previousClose + openingJump(input, own);
  const minutes = (hours.close - hours.open) / MINUTE;
  for (let i = 0; i < minutes; i += 1) {
    const at = after(hours.open, i * MINUTE);
    const now = weather.minutes[i];
    if (!now || !input.isOpen(at)) continue;
    const minute = nextMinute({ profile, rng, now, price, activity: activityAt(profile, etMinuteOfDay(at)) });
    if (minute.volume > 0) bars.push(toBar(at, minute, input.spec));
    price = Math.max(minute.close, profile.level / 5);
  }
  return { bars, close: price };
}

function openingJump({ profile, weather, previousClose }: DayInput, own: number): number {
  const { share } = profile.factor;
  const jump = share * weather.gap + Math.sqrt(1 - share * share) * own;
  return jump * profile.openingGap * profile.minuteMove - PULL_HOME * (previousClose - profile.level);
}

interface Minute {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

interface MinuteInput {
  readonly profile: MarketProfile;
  readonly rng: Rng;
  readonly now: Weather;
  readonly price: number;
  readonly activity: number;
}

function nextMinute({ profile, rng, now, price, activity }: MinuteInput): Minute {
  const { share } = profile.factor;
  const step = profile.minuteMove * activity;
  const own = heavy(rng) * now.restlessness;
  const move = step * (share * now.move + Math.sqrt(1 - share * share) * own);
  const open = price + 0.1 * step * rng.normal();
  const close = price + move;
  const spread = step * now.restlessness;
  const high = reach({ from: open, to: close, spread, chance: rng.next() });
  const low = -reach({ from: -open, to: -close, spread, chance: rng.next() });
  const surprise = 0.6 + (0.4 * Math.abs(move)) / step;
  const expected = profile.minuteVolume * activity ** 1.5 * now.restlessness * surprise * Math.exp(0.35 * rng.normal());
  return { open, high, low, close, volume: poisson(rng, expected) };
}

/** Highest point of a Brownian bridge between two prices, by inverting its distribution (reflection principle). */
function reach({ from, to, spread, chance }: { from: number; to: number; spread: number; chance: number }): number {
  const across = to - from;
  return (from + to + Math.sqrt(across * across - 2 * spread * spread * Math.log(1 - chance))) / 2;
}

const NORMAL_FROM = 30;

/** Trades in a minute; zero means a minute without a bar. Knuth's product method, the normal limit above 30. */
function poisson(rng: Rng, expected: number): number {
  if (expected >= NORMAL_FROM) return Math.max(1, Math.round(expected + Math.sqrt(expected) * rng.normal()));
  const floor = Math.exp(-expected);
  let count = 0;
  for (let product = rng.next(); product > floor; product *= rng.next()) count += 1;
  return count;
}

function toBar(at: EpochMs, minute: Minute, spec: ContractSpec): Bar {
  const open = snap(minute.open, spec, 'nearest');
  const close = snap(minute.close, spec, 'nearest');
  const high = ticks(Math.max(open, close, snap(minute.high, spec, 'nearest')));
  const low = ticks(Math.min(open, close, snap(minute.low, spec, 'nearest')));
  return { at, open, high, low, close, volume: minute.volume };
}

/** Where a chain of days starts. */
export const firstPrice = (profile: MarketProfile, spec: ContractSpec): number =>
  priceOf(snap(profile.level, spec, 'nearest'), spec);
