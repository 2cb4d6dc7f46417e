import { emptyBook } from '../../src/domain/accounts/book.js';
import type { AccountSnapshot } from '../../src/domain/accounts/snapshot.js';
import type { Bar } from '../../src/domain/bars/bar.js';
import type { CopilotEvent } from '../../src/domain/copilot/event.js';
import { type CopilotState, createCopilot } from '../../src/domain/copilot/state.js';
import { instrument } from '../../src/domain/instruments/catalogue/index.js';
import { onGrid } from '../../src/domain/instruments/contract.js';
import { defaultLimits } from '../../src/domain/risk/limits.js';
import { sessionCalendar } from '../../src/domain/sessions/calendars/index.js';
import { createRng } from '../../src/kernel/rng.js';
import { after, type EpochMs, epochMs, fromUsd, MINUTE, ticks } from '../../src/kernel/units.js';
import { dueBetween } from '../../src/roles/engine/schedule.js';

const START_PRICE: Readonly<Record<string, number>> = { MGC: 4200, MES: 6800 };
const SIZE = fromUsd(50_000);

/** A seeded random walk of 1-minute bars in the minutes in which the market is open. */
export function walk(root: string, from: EpochMs, until: EpochMs, seed = '1'): readonly Bar[] {
  const spec = instrument(root);
  if (!spec) throw new Error(`no instrument ${root}`);
  const calendar = sessionCalendar(spec.calendar);
  const rng = createRng(`${seed}/${root}`);
  const bars: Bar[] = [];
  let close = Number(onGrid(START_PRICE[root] ?? 100, spec));
  for (let at = Number(from); at < until; at += MINUTE) {
    if (!calendar.isOpen(epochMs(at))) continue;
    const open = close;
    const path = [1, 2, 3].map(() => open + Math.round(rng.normal() * 4));
    close = path[2] ?? open;
    const [low, high] = [Math.min(open, ...path), Math.max(open, ...path)];
    const volume = 10 + Math.floor(rng.next() * 90);
    bars.push({ at: epochMs(at), open: ticks(open), high: ticks(high), low: ticks(low), close: ticks(close), volume });
  }
  return bars;
}

export const newCopilot = (start: EpochMs, roots: readonly string[] = ['MGC', 'MES']): CopilotState =>
  createCopilot({ roots, accountSize: SIZE, limits: defaultLimits(SIZE), book: emptyBook, start });

/** Bars and due jobs in the order in which the engine decides them. */
export function eventsOf(roots: readonly string[], from: EpochMs, until: EpochMs): readonly CopilotEvent[] {
  const bars = roots.flatMap((root) => walk(root, from, until).map((bar) => ({ root, bar })));
  const events = bars
    .map(
      ({ root, bar }): CopilotEvent => ({ kind: 'bar', at: after(bar.at, MINUTE), root, contract: `${root}Z6`, bar }),
    )
    .toSorted((a, b) => a.at - b.at);
  const jobs = dueJobsEachMinute(from, until);
  return [...events, ...jobs].toSorted((a, b) => a.at - b.at || Number(a.kind === 'job') - Number(b.kind === 'job'));
}

function dueJobsEachMinute(from: EpochMs, until: EpochMs): readonly CopilotEvent[] {
  const jobs: CopilotEvent[] = [];
  for (let at = Number(from); at < until; at += MINUTE) {
    for (const job of dueBetween(epochMs(at), epochMs(at + MINUTE), defaultLimits(SIZE)))
      jobs.push({ kind: 'job', at: job.at, name: job.name });
  }
  return jobs;
}

export const flatSnapshot = (at: EpochMs, seq: number, more: Partial<AccountSnapshot> = {}): AccountSnapshot => ({
  bridge: 'ninjatrader',
  bridgeVersion: '1.0.0',
  epoch: 'e1',
  seq,
  sentAt: at,
  receivedAt: at,
  account: 'Sim101',
  ordersConnected: true,
  pricesConnected: true,
  cashBalance: SIZE,
  realizedPnl: fromUsd(0),
  positions: [],
  orders: [],
  ...more,
});
