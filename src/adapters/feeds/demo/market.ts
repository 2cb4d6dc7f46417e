import type { Bar } from '../../../domain/bars/bar.js';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { frontContract } from '../../../domain/instruments/roll.js';
import { type SessionCalendar, sessionCalendar } from '../../../domain/sessions/calendar.js';
import { shiftTradingDay, tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { assert } from '../../../kernel/assert.js';
import { createRng } from '../../../kernel/rng.js';
import { after, type EpochMs, MINUTE, type TradingDay } from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';
import { firstPrice, marketDay } from './day.js';
import { type MarketProfile, profiles } from './profile.js';
import { type DayWeather, dayWeather } from './weather.js';

/** Trading days with a session before the one in which the live part starts. */
export const HISTORY_DAYS = 25;
/** The demo ends after this many live days: beyond it the holiday tables are guesswork. */
const LIVE_DAYS_MAX = 250;
/** Names the family of markets; chosen so that the demo people see first, seed 1, opens on a lively morning. */
const CHAIN = 'd';

export interface MarketMinute {
  readonly close: EpochMs;
  /** One bar of each market that traded in the minute. */
  readonly bars: readonly FeedBar[];
}

export interface DemoMarketOptions {
  readonly seed: number;
  /** The instant that splits history from the live part. */
  readonly start: EpochMs;
  readonly roots: readonly string[];
}

interface Market {
  readonly profile: MarketProfile;
  readonly spec: ContractSpec;
  readonly calendar: SessionCalendar;
}

/** Roots the demo can trade. */
export const demoRoots: readonly string[] = profiles.map(({ root }) => root);

/**
 * Every traded minute from the first day of history on, one trading day made at a time. A day depends on seed, root, date
 * and the close before it, so each walk over the market is the same walk.
 */
export function* marketMinutes({ seed, start, roots }: DemoMarketOptions): Generator<MarketMinute> {
  const markets = roots.map(marketOf);
  const today = tradingDayOf(start);
  const closes = new Map<string, number>();
  const last = shiftTradingDay(today, LIVE_DAYS_MAX);
  for (let day = firstDay(markets, today); day <= last; day = shiftTradingDay(day, 1)) {
    yield* mergedByMinute(markets.map((market) => tradeDay({ market, day, seed, closes })));
  }
}

function marketOf(root: string): Market {
  const profile = profiles.find((it) => it.root === root);
  const spec = instrument(root);
  assert(profile !== undefined && spec !== undefined, `no demo market for ${root}`);
  return { profile, spec, calendar: sessionCalendar(spec.calendar) };
}

function firstDay(markets: readonly Market[], today: TradingDay): TradingDay {
  const firsts = markets.flatMap(({ calendar }) => calendar.lastTradingDays(today, HISTORY_DAYS + 1).slice(0, 1));
  return firsts.reduce((first, day) => (day < first ? day : first), today);
}

interface DayRequest {
  readonly market: Market;
  readonly day: TradingDay;
  readonly seed: number;
  /** Close of the day before by root, in points; replaced by this day's. */
  readonly closes: Map<string, number>;
}

function tradeDay({ market, day, seed, closes }: DayRequest): readonly FeedBar[] {
  const { profile, spec, calendar } = market;
  const hours = calendar.hoursOf(day);
  if (!hours) return [];
  const { bars, close } = marketDay({
    profile,
    spec,
    hours,
    weather: weatherOf({ seed, factor: profile.factor.name, day, minutes: (hours.close - hours.open) / MINUTE }),
    rng: createRng(`${CHAIN}/${seed}/${profile.root}/${day}`),
    isOpen: calendar.isOpen,
    previousClose: closes.get(profile.root) ?? firstPrice(profile, spec),
  });
  closes.set(profile.root, close);
  const contract = frontContract(spec, hours.open).symbol;
  return bars.map((bar) => ({ root: spec.root, contract, bar }));
}

function weatherOf(of: { seed: number; factor: string; day: TradingDay; minutes: number }): DayWeather {
  return dayWeather(createRng(`${CHAIN}/${of.seed}/${of.factor}/${of.day}`), of.minutes);
}

function* mergedByMinute(lists: readonly (readonly FeedBar[])[]): Generator<MarketMinute> {
  const next = lists.map(() => 0);
  for (;;) {
    const heads = lists.map((list, i) => list[next[i] ?? 0]);
    const at = earliest(heads.map((head) => head?.bar));
    if (at === undefined) return;
    const bars = heads.filter((head) => head?.bar.at === at).filter((head) => head !== undefined);
    heads.forEach((head, i) => {
      if (head?.bar.at === at) next[i] = (next[i] ?? 0) + 1;
    });
    yield { close: after(at, MINUTE), bars };
  }
}

function earliest(bars: readonly (Bar | undefined)[]): EpochMs | undefined {
  return bars.reduce<EpochMs | undefined>(
    (first, bar) => (bar && (first === undefined || bar.at < first) ? bar.at : first),
    undefined,
  );
}
