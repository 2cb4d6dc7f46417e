import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { demoRoots, marketMinutes } from '../../../src/adapters/feeds/demo/market.js';
import { emptyBook } from '../../../src/domain/accounts/book.js';
import { decide } from '../../../src/domain/copilot/decide.js';
import type { CopilotEvent } from '../../../src/domain/copilot/event.js';
import { type CopilotState, createCopilot } from '../../../src/domain/copilot/state.js';
import { defaultLimits } from '../../../src/domain/risk/limits.js';
import { after, epochMs, fromUsd, HOUR, MINUTE } from '../../../src/kernel/units.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import { decodeEvent, encodeEvent } from '../../../src/roles/engine/event-codec.js';
import { outputOf } from '../../../src/roles/engine/outputs.js';
import { dueBetween } from '../../../src/roles/engine/schedule.js';

/**
 * The first hour of the demo, seed 1: what the engine is told and what it answers. A change of either is a change of what
 * a trader sees, so it must be meant: `npx vitest run --project unit tests/unit/recordings -u` writes both files anew.
 */
const SEED = 1;
const START = epochMs(Date.parse('2026-11-19T09:50:00Z'));
const SIZE = fromUsd(50_000);
const EVENTS = '../../recordings/demo-seed-1-morning.jsonl';
const AUDIT = '../../recordings/demo-seed-1-morning.audit.txt';

let history: readonly FeedBar[] = [];
let events: readonly CopilotEvent[] = [];

beforeAll(() => {
  const past: FeedBar[] = [];
  const live: CopilotEvent[] = [];
  for (const { close, bars } of marketMinutes({ seed: SEED, start: START, roots: demoRoots })) {
    if (close > START + HOUR) break;
    if (close <= START) {
      past.push(...bars);
      continue;
    }
    live.push(...bars.map((bar): CopilotEvent => ({ kind: 'bar', at: close, ...bar })));
    live.push({ kind: 'clock', at: close });
    for (const { name, at } of dueBetween(after(close, -MINUTE), close, defaultLimits(SIZE)))
      live.push({ kind: 'job', name, at });
  }
  history = past;
  events = live;
});

function openingState(): CopilotState {
  const config = { roots: demoRoots, accountSize: SIZE, limits: defaultLimits(SIZE), book: emptyBook, start: START };
  const state = createCopilot(config);
  for (const root of demoRoots)
    state.seed(
      root,
      history.filter((bar) => bar.root === root),
    );
  return state;
}

/** One line per event: where in the recording, what came of it, and the hash of everything said. */
function auditOf(recorded: readonly CopilotEvent[]): string {
  const state = openingState();
  const hash = createHash('sha256');
  const lines = recorded.flatMap((event, index) => {
    const outputs = decide(state, event).effects.map((effect) => outputOf(effect, 'demo'));
    hash.update(JSON.stringify(outputs));
    return outputs.length === 0 ? [] : [`${index} ${event.kind} ${outputs.map((it) => it.event).join(' ')}`];
  });
  return `sha256 ${hash.digest('hex')}\n${lines.join('\n')}\n`;
}

function recordedEvents(): readonly CopilotEvent[] {
  const lines = readFileSync(new URL(EVENTS, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const event = decodeEvent(JSON.parse(line));
    if (!event.ok) throw new Error(event.error);
    return event.value;
  });
}

describe('the recorded morning of the demo', () => {
  test('the seed still makes the recorded market', async () => {
    const lines = events.map((event) => JSON.stringify(encodeEvent(event)));
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(EVENTS);
  });

  test('the recorded events still give the recorded audit', async () => {
    await expect(auditOf(recordedEvents())).toMatchFileSnapshot(AUDIT);
  });

  test('the audit does not depend on having run before', () => {
    expect(auditOf(events)).toBe(auditOf(events));
  });
});
