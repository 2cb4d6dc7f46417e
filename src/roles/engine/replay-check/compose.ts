import { readFile, writeFile } from 'node:fs/promises';
import { DEMO_START } from '../../../adapters/feeds/demo/feed.js';
import { demoRoots, type MarketMinute, marketMinutes } from '../../../adapters/feeds/demo/market.js';
import { shiftTradingDay, tradingDayEnd, tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { fromUsd } from '../../../kernel/units.js';
import { type CheckRequest, compared, type Recording } from './check.js';
import { replayed } from './replay.js';
import { type ReplaySummary, replaySummarySchema, summaryOf } from './summary.js';

const SEED = 1;
const DAYS = 3;
// Named from the project root, so that the compiled file finds the same recording.
const FILE = new URL('../../../../tests/recordings/replay-check.json', import.meta.url);

const recording: Recording = {
  async read() {
    const text = await readFile(FILE, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : replaySummarySchema.safeParse(JSON.parse(text)).data;
  },
  write: (summary) => writeFile(FILE, `${JSON.stringify(summary, null, 2)}\n`),
};

/** Three demo days through the engine's decisions, against what was recorded. */
export function runReplayCheck(request: Omit<CheckRequest, 'recording'>): Promise<boolean> {
  return compared(demoSummary(), { ...request, recording });
}

function demoSummary(): ReplaySummary {
  const accountSize = fromUsd(50_000);
  return summaryOf(replayed({ roots: demoRoots, accountSize, start: DEMO_START, minutes: threeDays() }));
}

function* threeDays(): Generator<MarketMinute> {
  const end = tradingDayEnd(shiftTradingDay(tradingDayOf(DEMO_START), DAYS - 1));
  for (const minute of marketMinutes({ seed: SEED, start: DEMO_START, roots: demoRoots })) {
    if (minute.close > end) return;
    yield minute;
  }
}
