import fc from 'fast-check';
import { entryFacts } from '../../../../src/domain/risk/entry.js';
import { judgeRisk } from '../../../../src/domain/risk/judge.js';
import type { RiskFacts } from '../../../../src/domain/risk/rule.js';
import { epochMs, SECOND } from '../../../../src/kernel/units.js';
import {
  ACCOUNTS,
  bookOf,
  cardsOf,
  factsOf,
  type Line,
  priced,
  priceOf,
  specOf,
  type World,
} from './platform-world.js';

const ROOTS = ['MGC', 'GC', 'MES', 'MHG'] as const;

export type Step =
  | ({
      readonly kind: 'ask';
      readonly account: number | undefined;
      readonly root: string;
      readonly side: 'LONG' | 'SHORT';
    } & {
      readonly quantity: number;
      readonly stopTicks: number | undefined;
      readonly namesEntry: boolean;
      readonly isForAll: boolean;
      /** An open line whose market, side and account it takes over. */
      readonly joins: number | undefined;
    })
  | { readonly kind: 'price'; readonly root: string; readonly ticks: number }
  | {
      readonly kind: 'trend';
      readonly root: string;
      readonly ratio: number;
      readonly wave: World['trends'][string]['wave'];
    }
  | { readonly kind: 'stop'; readonly line: number; readonly ticks: number | undefined }
  | { readonly kind: 'close'; readonly line: number }
  | { readonly kind: 'clock'; readonly seconds: number; readonly isHeard: boolean }
  | { readonly kind: 'feed'; readonly silent: readonly string[] };

const root = fc.constantFrom(...ROOTS);
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      account: fc.constantFrom(0, 0, 1, undefined),
      root,
      side: fc.constantFrom('LONG' as const, 'LONG' as const, 'SHORT' as const),
      quantity: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 17 })),
      stopTicks: fc.option(fc.integer({ min: -5, max: 160 }), { nil: undefined, freq: 6 }),
      namesEntry: fc.boolean(),
      isForAll: fc.boolean(),
      joins: fc.option(fc.nat(1), { nil: undefined, freq: 2 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('price' as const), root, ticks: fc.integer({ min: -50, max: 120 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('trend' as const),
      root,
      ratio: fc.constantFrom(1.2, 1.8, 1.81, 2.5),
      wave: fc.constantFrom('BULLISH' as const, 'BULLISH' as const, 'BEARISH' as const, 'NEUTRAL' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('stop' as const),
      line: fc.nat(4),
      ticks: fc.option(fc.oneof(fc.integer({ min: -20, max: 200 }), fc.integer({ min: 500, max: 3_000 })), {
        nil: undefined,
        freq: 8,
      }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), line: fc.nat(4) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('clock' as const),
      seconds: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 90 })),
      isHeard: fc.constantFrom(true, true, true, false),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('feed' as const), silent: fc.subarray([...ROOTS], { maxLength: 1 }) }),
  },
);

export interface Entered {
  readonly world: World;
  readonly before: RiskFacts;
  readonly line: Line;
}

/** Asks, and where it is allowed fills at the entry named or at the last price, with the stop the answer counted on. */
export function ask(world: World, step: Extract<Step, { kind: 'ask' }>): Entered | 'refused' | 'closed' {
  const sign = step.side === 'LONG' ? 1 : -1;
  const last = priceOf(world, step.root);
  const tick = 1 / specOf(step.root).ticksPerPoint;
  const stop = step.stopTicks === undefined ? undefined : last - sign * step.stopTicks * tick;
  const book = bookOf(world);
  const before = factsOf(world, book);
  const cards = cardsOf(world);
  const open = book.map(({ position, ...exposure }) => ({ ...position, ...exposure }));
  const freshRoots = cards.map((card) => card.root).filter((name) => !world.silent.includes(name));
  const entry = entryFacts(
    { accounts: ACCOUNTS, open, cards, freshRoots },
    {
      root: step.root,
      account: step.account === undefined ? undefined : ACCOUNTS[step.account],
      side: step.side,
      quantity: step.quantity,
      entry: step.namesEntry ? last : undefined,
      stop,
    },
  );
  if (!judgeRisk({ ...before, entry }).canEnter) return 'refused';
  if (entry.kind === 'closes') return 'closed';
  const counted = entry.riskBasis === 'plan' ? cards.find((card) => card.root === priced(step.root))?.stop : stop;
  const { account = ACCOUNTS[step.account ?? 0] } = entry.request;
  const line = fill(world, { ...step, account: account ?? 'Sim101', last, stop: counted });
  return { world, before, line };
}

interface Fill {
  readonly account: string;
  readonly root: string;
  readonly side: 'LONG' | 'SHORT';
  readonly quantity: number;
  readonly last: number;
  readonly stop: number | undefined;
  readonly isForAll: boolean;
}

/** One line per account and root. A stop stands for its own contracts or, as some platforms do it, for all of them. */
function fill(world: World, { account, root: name, side, quantity, last, stop, isForAll }: Fill): Line {
  const isHere = (line: Line) => line.account === account && line.root === name;
  const held = world.lines.find(isHere);
  const both = quantity + (held?.quantity ?? 0);
  const own = stop === undefined ? [] : [{ price: stop, quantity: isForAll ? both : quantity }];
  const line: Line = {
    account,
    root: name,
    side,
    quantity: both,
    avgPrice: held ? (held.avgPrice * held.quantity + last * quantity) / both : last,
    stops: isForAll ? own : [...(held?.stops ?? []), ...own],
  };
  world.lines = [...world.lines.filter((other) => !isHere(other)), line];
  return line;
}

export function live(world: World, next: Exclude<Step, { kind: 'ask' }>): void {
  switch (next.kind) {
    case 'price':
      world.prices[priced(next.root)] = (world.prices[priced(next.root)] ?? 0) + next.ticks;
      break;
    case 'trend':
      world.trends[priced(next.root)] = next;
      break;
    case 'feed':
      world.silent = next.silent;
      break;
    case 'clock':
      world.now = epochMs(world.now + next.seconds * SECOND);
      if (next.isHeard) world.heardAt = world.now;
      break;
    case 'stop': {
      const { line: at, ticks } = next;
      world.lines = world.lines.map((line, i) => {
        if (i !== at) return line;
        const away = (line.side === 'LONG' ? -1 : 1) * (ticks ?? 0);
        const tick = 1 / specOf(line.root).ticksPerPoint;
        const price = priceOf(world, line.root) + away * tick;
        return { ...line, stops: ticks === undefined ? [] : [{ price, quantity: line.quantity }] };
      });
      break;
    }
    case 'close': {
      const closing = world.lines[next.line];
      if (!closing) break;
      const book = bookOf(world);
      const gone = book.find(({ account, position }) => account === closing.account && position.root === closing.root);
      world.realized += gone?.position.unrealizedPnl ?? 0;
      world.lines = world.lines.filter((line) => line !== closing);
      break;
    }
    default:
      next satisfies never;
  }
}
