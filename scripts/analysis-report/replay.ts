import { readBarFile } from '../../src/adapters/feeds/csv/bar-file.js';
import { type MarketMinute, marketMinutes } from '../../src/adapters/feeds/demo/market.js';
import { emptyBook } from '../../src/domain/accounts/book.js';
import type { FeedBar } from '../../src/domain/bars/feed-bar.js';
import { decide } from '../../src/domain/copilot/decide.js';
import { type CopilotState, createCopilot } from '../../src/domain/copilot/state.js';
import { instrument } from '../../src/domain/instruments/catalogue/index.js';
import { defaultLimits } from '../../src/domain/risk/limits.js';
import { tradingDayOf } from '../../src/domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, fromUsd, MINUTE } from '../../src/kernel/units.js';
import { dueBetween } from '../../src/roles/engine/schedule.js';

/** Called after each minute, when everything due has been decided. */
export type Visitor = (state: CopilotState, now: EpochMs) => void;

const SIZE = fromUsd(50_000);

/** The co-pilot itself, fed by a market minute by minute; no account is connected. */
export function replay(minutes: Iterable<MarketMinute>, roots: readonly string[], visit: Visitor): void {
  let state: CopilotState | undefined;
  let through = epochMs(0);
  for (const { close, bars } of minutes) {
    const start = after(close, -MINUTE);
    if (!state) through = start;
    state ??= createCopilot({ roots, accountSize: SIZE, limits: defaultLimits(SIZE), book: emptyBook, start });
    for (const { root, contract, bar } of bars) decide(state, { kind: 'bar', at: close, root, contract, bar });
    decide(state, { kind: 'clock', at: close });
    for (const { name, at } of dueBetween(through, close, state.limits.inForce))
      decide(state, { kind: 'job', name, at });
    through = close;
    visit(state, close);
  }
}

/** A number of trading days of the demo, from the first of its history on. */
export function* demoDays(seed: number, options: { start: EpochMs; roots: readonly string[]; days: number }) {
  const seen = new Set<string>();
  for (const minute of marketMinutes({ seed, ...options })) {
    seen.add(tradingDayOf(after(minute.close, -MINUTE)));
    if (seen.size > options.days) return;
    yield minute;
  }
}

/** Recorded files as minutes of one market. */
export async function recorded(files: readonly { root: string; path: string }[]): Promise<readonly MarketMinute[]> {
  const byClose = new Map<EpochMs, FeedBar[]>();
  for (const { root, path } of files) {
    const spec = instrument(root);
    if (!spec) throw new Error(`impossible: ${root} is not in the catalogue`);
    for await (const item of (await readBarFile(path, spec)).items) {
      if (item.kind !== 'bar') continue;
      const close = after(item.bar.at, MINUTE);
      const bars = byClose.get(close) ?? [];
      bars.push({ root, contract: root, bar: item.bar });
      byClose.set(close, bars);
    }
  }
  return [...byClose].sort(([a], [b]) => a - b).map(([close, bars]) => ({ close, bars }));
}
