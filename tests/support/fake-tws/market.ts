import { instrument } from '../../../src/domain/instruments/catalogue/index.js';
import { type ContractSpec, priceOf } from '../../../src/domain/instruments/contract.js';
import { sessionCalendar } from '../../../src/domain/sessions/calendar.js';
import { tradingDayOf, tradingDayStart } from '../../../src/domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, MINUTE, SECOND } from '../../../src/kernel/units.js';
import type { FakeMarket } from '../fake-vendor/market.js';
import type { SentBar, SentDay } from './messages.js';

const INTERVAL = 5 * SECOND;

export interface SentInterval {
  readonly root: string;
  /** The month that is traded, `yyyyMM`. */
  readonly month: number;
  readonly bar: SentBar;
  /** Nothing was traded in it. */
  readonly isQuiet: boolean;
}

/** 5-second bars of all open markets that end in `from < end <= to`, oldest first. */
export function intervalsBetween(market: FakeMarket, from: number, to: number): readonly SentInterval[] {
  const sent: SentInterval[] = [];
  for (let end = (Math.floor(from / INTERVAL) + 1) * INTERVAL; end <= to; end += INTERVAL)
    for (const root of market.roots) {
      const interval = intervalOf(market, root, epochMs(end - INTERVAL));
      if (interval) sent.push(interval);
    }
  return sent;
}

function intervalOf(market: FakeMarket, root: string, at: EpochMs): SentInterval | undefined {
  const spec = instrument(root);
  if (!spec || !sessionCalendar(spec.calendar).isOpen(at)) return undefined;
  const month = monthOf(market.contractOf(root, at), at);
  const minute = market.barOf(root, epochMs(Math.floor(at / MINUTE) * MINUTE));
  const trades = minute ? market.tradesOf(minute) : [];
  const inside = trades.filter((trade) => trade.at >= at && trade.at < at + INTERVAL);
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first || !last) {
    const price =
      trades.filter((trade) => trade.at < at).at(-1)?.price ?? priceOf(minute?.bar.open ?? quietTicks, spec);
    return {
      root,
      month,
      isQuiet: true,
      bar: { at, open: price, high: price, low: price, close: price, volume: 0, trades: 0 },
    };
  }
  const prices = inside.map(({ price }) => price);
  const volume = inside.reduce((sum, { size }) => sum + size, 0);
  const [high, low] = [Math.max(...prices), Math.min(...prices)];
  return {
    root,
    month,
    isQuiet: false,
    bar: { at, open: first.price, high, low, close: last.price, volume, trades: inside.length },
  };
}

/** The newest trade before now, of the last few minutes. */
export function lastTrade(
  market: FakeMarket,
  root: string,
): { readonly price: number; readonly at: EpochMs } | undefined {
  const now = market.clock.now();
  const bar = market.past(root, after(now, -10 * MINUTE), now).at(-1);
  return bar && market.tradesOf(bar).at(-1);
}

const quietTicks = 2_000 as Parameters<typeof priceOf>[0];

interface AskedBack {
  readonly end: string;
  readonly duration: string;
  readonly conId: number;
}

const endOf = (end: string): EpochMs => {
  const [, day = '', clock = ''] = /^(\d{8})-(\d\d:\d\d:\d\d)$/.exec(end) ?? [];
  return epochMs(Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${clock}Z`));
};

/** 1-minute bars that go back a duration from an end. "1 D" is the session the end lies in, or has just ended. */
export function minutesBack(
  market: FakeMarket,
  root: string | undefined,
  { end, duration, conId }: AskedBack,
): readonly SentBar[] {
  const spec = root === undefined ? undefined : instrument(root);
  if (!spec || root === undefined) return [];
  const until = endOf(end);
  const [, count = '', unit] = /^(\d+) ([SD])$/.exec(duration) ?? [];
  if (Number.isNaN(until) || (unit === 'D' && count !== '1') || (unit === 'S' && Number(count) > 28_800))
    throw new Error(`TWS would refuse ${end} ${duration}`);
  const from = unit === 'S' ? after(until, -Number(count) * SECOND) : tradingDayStart(tradingDayOf(after(until, -1)));
  const month = conId % 1_000_000;
  return market
    .past(root, from, until)
    .filter((bar) => monthOf(bar.contract, bar.bar.at) === month)
    .map(({ bar }) => ({
      ...{ at: bar.at, open: priceOf(bar.open, spec), high: priceOf(bar.high, spec), low: priceOf(bar.low, spec) },
      ...{ close: priceOf(bar.close, spec), volume: bar.volume, trades: 4 },
    }));
}

/** Bars of whole sessions, and of the one that goes on, that go back some days from an end. */
export function daysBack(
  market: FakeMarket,
  { contract, spec }: { readonly contract: string; readonly spec: ContractSpec },
  { end, duration }: AskedBack,
): readonly SentDay[] {
  const [until, count] = [endOf(end), /^(\d+) D$/.exec(duration)?.[1]];
  if (Number.isNaN(until) || count === undefined) throw new Error(`TWS would refuse ${end} ${duration}`);
  return sessionCalendar(spec.calendar)
    .lastTradingDays(tradingDayOf(until), Number(count))
    .flatMap((day) => {
      const volume = market.volumeOf(contract, day);
      return volume === undefined ? [] : { day: day.replaceAll('-', ''), price: 1, volume };
    });
}

/** The delivery month of a name like `MESH7`, of which the year is the first that fits from that of the instant on. */
function monthOf(contract: string, at: EpochMs): number {
  const [code = '', digit = ''] = contract.slice(-2);
  const from = new Date(at).getUTCFullYear();
  const year = from + ((((Number(digit) - from) % 10) + 10) % 10);
  return year * 100 + 'FGHJKMNQUVXZ'.indexOf(code) + 1;
}
