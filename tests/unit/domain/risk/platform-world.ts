import type { AccountSnapshot, PlatformOrder, PlatformPosition } from '../../../../src/domain/accounts/snapshot.js';
import { instrument } from '../../../../src/domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../../../src/domain/instruments/contract.js';
import type { EntryCard } from '../../../../src/domain/risk/entry.js';
import { type Exposure, exposures } from '../../../../src/domain/risk/exposure.js';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import type { RiskFacts } from '../../../../src/domain/risk/rule.js';
import { etMinuteOfDay, sessionAt } from '../../../../src/domain/sessions/session.js';
import { type EpochMs, epochMs, type MicroUsd, microUsd, SECOND } from '../../../../src/kernel/units.js';
import { SIZE } from './facts.js';

export const limits = defaultLimits(SIZE);
export const ACCOUNTS: readonly string[] = ['Sim101', 'Sim102'];

export interface Line {
  readonly account: string;
  readonly root: string;
  readonly side: 'LONG' | 'SHORT';
  readonly quantity: number;
  readonly avgPrice: number;
  /** Working stops; together they close all of it, or there are none. */
  readonly stops: readonly { readonly price: number; readonly quantity: number }[];
}

export interface World {
  now: EpochMs;
  /** In ticks. */
  readonly prices: Record<string, number>;
  readonly trends: Record<string, { readonly ratio: number; readonly wave: 'BULLISH' | 'BEARISH' | 'NEUTRAL' }>;
  lines: readonly Line[];
  realized: number;
  silent: readonly string[];
  heardAt: EpochMs;
}

export const specOf = (name: string): ContractSpec => {
  const spec = instrument(name);
  if (!spec) throw new Error(`impossible: ${name}`);
  return spec;
};
/** GC follows MGC: one metal, one price. */
export const priced = (name: string): string => (name === 'GC' ? 'MGC' : name);
export const priceOf = (world: World, name: string): number =>
  (world.prices[priced(name)] ?? 0) / specOf(name).ticksPerPoint;
const ATR_TICKS = 24;

/** What the platform would report of the lines held. */
export function bookOf(world: World): readonly Exposure[] {
  return ACCOUNTS.flatMap((account) => {
    const lines = world.lines.filter((line) => line.account === account);
    const positions = lines.map((line): PlatformPosition => {
      const sign = line.side === 'LONG' ? 1 : -1;
      const spec = specOf(line.root);
      const points = sign * (priceOf(world, line.root) - line.avgPrice);
      const pnl = Math.round(points * spec.ticksPerPoint * spec.microUsdPerTick * line.quantity);
      return {
        symbol: `${line.root} 12-26`,
        root: line.root,
        contract: `${line.root}Z6`,
        side: line.side,
        quantity: line.quantity,
        avgPrice: line.avgPrice,
        lastPrice: priceOf(world, line.root),
        unrealizedPnl: microUsd(pnl),
      };
    });
    const orders = lines.flatMap((line) =>
      line.stops.map(
        (stop, i): PlatformOrder => ({
          orderId: `${line.root}-${i}`,
          symbol: `${line.root} 12-26`,
          root: line.root,
          action: line.side === 'LONG' ? 'SELL' : 'BUY',
          type: 'STOP',
          quantity: stop.quantity,
          stopPrice: stop.price,
          limitPrice: undefined,
          state: 'working',
        }),
      ),
    );
    return exposures(snapshotOf(account, positions, orders), (name) => ATR_TICKS / specOf(name).ticksPerPoint);
  });
}

const snapshotOf = (
  account: string,
  positions: readonly PlatformPosition[],
  orders: readonly PlatformOrder[],
): AccountSnapshot => ({
  bridge: 'test',
  bridgeVersion: '',
  epoch: 'e',
  seq: 1,
  sentAt: epochMs(0),
  receivedAt: epochMs(0),
  account,
  ordersConnected: true,
  pricesConnected: true,
  cashBalance: undefined,
  realizedPnl: undefined,
  positions,
  orders,
});

export const total = (amounts: readonly (MicroUsd | undefined)[]): MicroUsd =>
  microUsd(amounts.reduce<number>((sum, amount) => sum + (amount ?? Number.NaN), 0));

export function factsOf(world: World, book: readonly Exposure[]): RiskFacts {
  const openPnl = total(book.map(({ position }) => position.unrealizedPnl));
  const ageMs = world.now - world.heardAt;
  const openRisk = total(book.map(({ risk }) => risk));
  return {
    now: world.now,
    etMinute: etMinuteOfDay(world.now),
    session: sessionAt(world.now),
    limits,
    accountSize: SIZE,
    accounts: ACCOUNTS.map((account) => ({ account, verdict: ageMs > 10 * SECOND ? 'STALE' : 'IN_SYNC', ageMs })),
    silentRoots: world.silent,
    anyMarketOpen: true,
    openTrades: book.length,
    openRisk,
    unmanaged: [],
    withoutStop: book.filter(({ stop }) => stop === undefined).map(({ position }) => position.symbol),
    realizedPnl: microUsd(world.realized),
    openPnl,
    dailyPnl: microUsd(world.realized + openPnl),
    consecutiveLosses: 0,
    unreconciled: [],
  };
}

export function cardsOf(world: World): readonly EntryCard[] {
  return ['MGC', 'MES', 'MHG'].map((name) => {
    const last = priceOf(world, name);
    const tick = 1 / specOf(name).ticksPerPoint;
    const trend = world.trends[name];
    return {
      root: name,
      side: 'LONG',
      entryLow: last - 12 * tick,
      entryHigh: last + 4 * tick,
      stop: last - 40 * tick,
      lastPrice: last,
      atr: ATR_TICKS * tick,
      dominantRatio: trend?.ratio,
      waveDirection: trend?.wave,
    };
  });
}
