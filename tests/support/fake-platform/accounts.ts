import type { Execution } from '../../../src/domain/accounts/execution.js';
import { inOrder } from '../../../src/domain/accounts/journal-book.js';
import { instrument } from '../../../src/domain/instruments/catalogue/index.js';
import { type ContractSpec, priceOf, snap } from '../../../src/domain/instruments/contract.js';
import { parsePlatformSymbol } from '../../../src/domain/instruments/roll.js';
import type { Rng } from '../../../src/kernel/rng.js';
import { after, type EpochMs, fromUsd, microUsd, ticks } from '../../../src/kernel/units.js';
import type { SimAccount } from '../../../src/roles/data/sim-bridge/standing.js';

/** A trading account whose trader knows no rest: entries, adds, partial exits, reversals, amended and withdrawn fills. */
export interface BusyAccount {
  /** As it stands: every fill once, amended, without the withdrawn ones. */
  truth(): SimAccount;
  /** Everything ever reported of fills, in the order in which the platform said it. */
  reports(): readonly Execution[];
  /** One fill at a random price and size. */
  trade(at: EpochMs): void;
  /** Corrects or withdraws a fill that was not touched before. */
  amend(at: EpochMs): void;
}

const SYMBOLS: Readonly<Record<string, number>> = { 'MGC 12-26': 42_000, 'MES 12-26': 27_000, 'MNQ 12-26': 100_000 };
const HELD_MAX = 6;

export function busyAccount(name: string, rng: Rng, skewMs: number): BusyAccount {
  const fills = new Map<string, Execution>();
  const reports: Execution[] = [];
  const amended = new Set<string>();
  let count = 0;
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(rng.next() * from.length)];
  return {
    truth: () => ({ name, cash: fromUsd(50_000), fills: [...fills.values()] }),
    reports: () => reports,
    trade(at) {
      count += 1;
      const symbol = pick(Object.keys(SYMBOLS)) ?? '';
      const { root, contract, spec } = marketOf(symbol, at);
      const net = netOf([...fills.values()], symbol);
      const wanted = rng.next() < 0.5 ? 'BUY' : 'SELL';
      const side = net >= HELD_MAX ? 'SELL' : net <= -HELD_MAX ? 'BUY' : wanted;
      const price = ticks((SYMBOLS[symbol] ?? 0) + Math.round(rng.normal() * 40));
      const fill: Execution = {
        account: name,
        executionId: `${name}-x${String(count).padStart(5, '0')}`,
        orderId: `${name}-o${count}`,
        symbol,
        root,
        contract,
        side,
        quantity: 1 + Math.floor(rng.next() * 4),
        price: priceOf(price, spec),
        commission: microUsd(620_000 * (1 + Math.floor(rng.next() * 4))),
        // The platform stamps fills with its own clock.
        at: after(at, skewMs),
        operation: 'add',
        receivedAt: at,
      };
      fills.set(fill.executionId, fill);
      reports.push(fill);
    },
    amend(at) {
      const fill = pick([...fills.values()].filter(({ executionId }) => !amended.has(executionId)));
      if (!fill) return;
      amended.add(fill.executionId);
      if (rng.next() < 0.4) {
        fills.delete(fill.executionId);
        reports.push({ ...fill, operation: 'remove', receivedAt: at });
        return;
      }
      const spec = marketOf(fill.symbol, at).spec;
      const price = ticks(snap(fill.price, spec, 'nearest') + 1 + Math.floor(rng.next() * 9));
      const next = { ...fill, price: priceOf(price, spec), commission: microUsd(fill.commission + 10_000) };
      fills.set(fill.executionId, next);
      reports.push({ ...next, operation: 'update', receivedAt: at });
    },
  };
}

function marketOf(symbol: string, at: EpochMs): { root: string; contract: string; spec: ContractSpec } {
  const known = parsePlatformSymbol(symbol, at);
  const spec = known && instrument(known.root);
  if (!known || !spec) throw new Error(`the fake platform trades an unknown ${symbol}`);
  return { ...known, spec };
}

const signed = ({ side, quantity }: Execution): number => (side === 'BUY' ? quantity : -quantity);
const netOf = (fills: readonly Execution[], symbol: string): number =>
  fills.filter((fill) => fill.symbol === symbol).reduce((sum, fill) => sum + signed(fill), 0);

export interface RoundTrip {
  readonly openedBy: string;
  readonly side: 'LONG' | 'SHORT';
  readonly closedAt: EpochMs;
  /** Micro-dollars after fees. */
  readonly net: number;
}

/**
 * Round trips by what was paid and received between two times of being flat, which needs no rule of which lot goes first:
 * a second opinion on the journal.
 */
export function roundTrips({ fills }: SimAccount): readonly RoundTrip[] {
  return Object.keys(SYMBOLS)
    .flatMap((symbol) => tripsOf(fills.filter((fill) => fill.symbol === symbol).toSorted(inOrder)))
    .toSorted((a, b) => (a.openedBy < b.openedBy ? -1 : 1));
}

function tripsOf(fills: readonly Execution[]): readonly RoundTrip[] {
  const trips: RoundTrip[] = [];
  let open: { openedBy: string; side: 'LONG' | 'SHORT'; cash: number } | undefined;
  let net = 0;
  for (const fill of fills) {
    const spec = instrument(fill.root ?? '');
    if (!spec) throw new Error('a fill without a market');
    const value = Math.round(fill.price * spec.ticksPerPoint) * spec.microUsdPerTick;
    const sign = Math.sign(signed(fill));
    const closing = Math.sign(net) === -sign ? Math.min(Math.abs(net), fill.quantity) : 0;
    const closingFee = Math.round((fill.commission * closing) / fill.quantity);
    if (open && closing > 0) {
      open.cash -= sign * closing * value + closingFee;
      if (closing === Math.abs(net)) {
        trips.push({ openedBy: open.openedBy, side: open.side, closedAt: fill.at, net: open.cash });
        open = undefined;
      }
    }
    const opening = fill.quantity - closing;
    if (opening > 0) {
      open ??= { openedBy: fill.executionId, side: sign > 0 ? 'LONG' : 'SHORT', cash: 0 };
      open.cash -= sign * opening * value + (fill.commission - closingFee);
    }
    net += signed(fill);
  }
  return trips;
}
