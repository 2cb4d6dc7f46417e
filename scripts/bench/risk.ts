import { micros } from '../../src/domain/instruments/catalogue/index.js';
import {
  type EntryCard,
  type EntryContext,
  type EntryRequest,
  entryFacts,
  type OpenTrade,
} from '../../src/domain/risk/entry.js';
import { measured } from '../../src/domain/risk/exposure.js';
import { judgeRisk } from '../../src/domain/risk/judge.js';
import { defaultLimits } from '../../src/domain/risk/limits.js';
import type { RiskFacts } from '../../src/domain/risk/rule.js';
import { etMinuteOfDay, sessionAt } from '../../src/domain/sessions/session.js';
import { createRng, type Rng } from '../../src/kernel/rng.js';
import { epochMs, fromUsd, HOUR, microUsd } from '../../src/kernel/units.js';
import type { Benches, Figure } from './support/figure.js';

interface Question {
  readonly facts: RiskFacts;
  readonly context: EntryContext;
  readonly request: EntryRequest;
}

const DECISIONS = 200_000;
const WARM_UPS = 20_000;
const QUESTIONS = 512;
const SIZE = fromUsd(50_000);
// 05:00 New York of an ordinary Friday in winter time.
const MORNING = Date.parse('2026-11-20T10:00:00Z');

export const benches: Benches = [{ name: 'risk.decision', run: async () => decision() }];

/** Microseconds from a trade asked about to the answer with all its reasons: its facts and every rule. */
function decision(): Figure {
  const rng = createRng('bench/risk');
  const questions = Array.from({ length: QUESTIONS }, () => question(rng));
  const spent = new Float64Array(DECISIONS);
  let allowed = 0;
  for (let i = -WARM_UPS; i < DECISIONS; i += 1) {
    const asked = questions[(i + WARM_UPS) % QUESTIONS];
    if (!asked) throw new Error('impossible: a question is missing');
    const begun = performance.now();
    const { canEnter } = judgeRisk({ ...asked.facts, entry: entryFacts(asked.context, asked.request) });
    const took = performance.now() - begun;
    if (canEnter) allowed += 1;
    if (i >= 0) spent[i] = took * 1_000;
  }
  // Both answers must occur, or a shortcut was measured.
  if (allowed === 0 || allowed === DECISIONS + WARM_UPS) throw new Error('impossible: one answer to every question');
  spent.sort();
  const at = (share: number): number => spent[Math.floor(share * DECISIONS)] ?? Number.NaN;
  const mean = spent.reduce((sum, it) => sum + it, 0) / DECISIONS;
  return { value: mean, unit: 'us', n: DECISIONS, p99: at(0.99), limit: 50 };
}

const ACCOUNTS = ['Sim101', 'Sim102'];
const PRICE = 4_000;
const SIDES = ['LONG', 'SHORT'] as const;

function pick<T>(list: readonly T[], rng: Rng): T {
  const found = list[Math.floor(rng.next() * list.length)];
  if (found === undefined) throw new Error('impossible: nothing to pick from');
  return found;
}

const maybe = <T>(value: T, rng: Rng): T | undefined => (rng.next() < 0.6 ? value : undefined);

/** Two accounts, up to three open trades with stops, six cards, and a trade that may open, add, close or turn. */
function question(rng: Rng): Question {
  const open = Array.from({ length: Math.floor(rng.next() * 4) }, () => openTrade(rng));
  const spec = pick(micros, rng);
  const side = pick(SIDES, rng);
  const stop = PRICE + ((side === 'LONG' ? -1 : 1) * 25) / spec.ticksPerPoint;
  return {
    facts: factsOf(open, rng),
    context: { accounts: ACCOUNTS, open, cards: cards(rng), freshRoots: micros.map(({ root }) => root) },
    request: {
      root: spec.root,
      account: maybe(pick(ACCOUNTS, rng), rng),
      side,
      quantity: 1 + Math.floor(rng.next() * 4),
      entry: maybe(PRICE, rng),
      stop: maybe(stop, rng),
    },
  };
}

function openTrade(rng: Rng): OpenTrade {
  const spec = pick(micros, rng);
  const tick = 1 / spec.ticksPerPoint;
  const side = pick(SIDES, rng);
  const quantity = 1 + Math.floor(rng.next() * 3);
  const stops = [{ price: PRICE + (side === 'LONG' ? -20 : 20) * tick, quantity }];
  const held = { side, quantity, avgPrice: PRICE, lastPrice: PRICE + Math.round(40 * (rng.next() - 0.4)) * tick };
  const { root } = spec;
  const line = { account: pick(ACCOUNTS, rng), symbol: `${root} 12-26`, root, contract: `${root}Z6` };
  return { ...line, ...held, ...measured(held, stops, spec) };
}

function factsOf(open: readonly OpenTrade[], rng: Rng): RiskFacts {
  const now = epochMs(MORNING + Math.floor(rng.next() * 6 * HOUR));
  const dailyPnl = fromUsd(Math.round(600 * (rng.next() - 0.8)));
  return {
    now,
    etMinute: etMinuteOfDay(now),
    session: sessionAt(now),
    limits: defaultLimits(SIZE),
    accountSize: SIZE,
    accounts: ACCOUNTS.map((account) => ({ account, verdict: 'IN_SYNC', ageMs: 2_000 })),
    silentRoots: [],
    anyMarketOpen: true,
    openTrades: open.length,
    openRisk: microUsd(open.reduce((sum, { risk }) => sum + (risk ?? 0), 0)),
    unmanaged: [],
    withoutStop: [],
    realizedPnl: dailyPnl,
    openPnl: microUsd(0),
    dailyPnl,
    consecutiveLosses: Math.floor(rng.next() * 4),
    unreconciled: [],
  };
}

const cards = (rng: Rng): readonly EntryCard[] =>
  micros.map(({ root, ticksPerPoint }) => ({
    root,
    side: 'LONG',
    entryLow: PRICE - 10 / ticksPerPoint,
    entryHigh: PRICE + 4 / ticksPerPoint,
    stop: PRICE - 40 / ticksPerPoint,
    lastPrice: PRICE,
    atr: 24 / ticksPerPoint,
    dominantRatio: 1.5 + rng.next(),
    waveDirection: 'BULLISH',
  }));
