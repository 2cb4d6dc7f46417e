import { describe, expect, test } from 'vitest';
import { type EpochMs, epochMs, iso } from '../../../../src/kernel/units.js';
import type { SystemStatus } from '../../../../src/messages/dashboard.js';
import { overlapView } from '../../../../src/roles/web/panels/overlap.js';
import { MORNING, statusAt } from '../../../support/web-source.js';
import { context, EMPTY, html, text } from './panel-view.js';

const at = (utc: string): EpochMs => epochMs(Date.parse(utc));
const SATURDAY = at('2026-11-21T14:28:00Z'); // 09:28 in New York: active hours by the clock

/** All six markets in one state. */
const all = (now: EpochMs, market: Partial<SystemStatus['markets'][number]>): SystemStatus =>
  statusAt(now, { markets: statusAt(now).markets.map((it) => ({ ...it, ...market })) });
const shut = (now: EpochMs, changes_at: string, phase = 'weekend'): SystemStatus =>
  all(now, { open: false, phase, changes_at });

describe('the session', () => {
  test('says what it is, how long it lasts and what follows', () => {
    expect(text('session', context())).toBe('printed 04:57:12 ET PRE-MARKET 0:02:48 left then ACTIVE at 05:00');
  });

  test('is not active on a weekend, and names the day of the reopening', () => {
    const state = { ...EMPTY, status: shut(SATURDAY, '2026-11-22T23:00:00.000Z') };
    expect(text('session', context(state, { now: SATURDAY }))).toContain('MARKETS SHUT 32:32:00 left reopen Sun 18:00');
    expect(html('session', context(state, { now: SATURDAY }))).toContain('data-session="shut"');
  });

  test('names no day when the markets reopen today', () => {
    const break_ = at('2026-11-19T22:15:00Z');
    const status = shut(break_, '2026-11-19T23:00:00.000Z', 'daily-break');
    expect(text('session', context({ status }, { now: break_ }))).toContain('MARKETS SHUT 0:45:00 left reopen 18:00');
  });

  test('is the clock’s as soon as one market is open', () => {
    const some = shut(SATURDAY, '2026-11-22T23:00:00.000Z');
    const markets = some.markets.map((it, i) => (i === 0 ? { ...it, open: true } : it));
    const state = { ...EMPTY, status: { ...some, markets } };
    expect(text('session', context(state, { now: SATURDAY }))).toContain('ACTIVE');
  });

  test('does not keep the markets shut beyond what a silent engine last said', () => {
    const monday = at('2026-11-23T14:28:00Z');
    const state = { ...EMPTY, status: shut(SATURDAY, '2026-11-22T23:00:00.000Z') };
    expect(text('session', context(state, { now: monday }))).toContain('ACTIVE');
  });
});

describe('the markets', () => {
  test('tell when a holiday that runs into a weekend ends, not when the one becomes the other', () => {
    // Good Friday 2026: equities and metals do not open; after it comes the weekend.
    const friday = at('2026-04-03T15:00:00Z');
    const status = shut(friday, '2026-04-03T21:00:00.000Z', 'holiday');
    expect(text('session', context({ status }, { now: friday }))).toContain('reopen Sun 18:00');
    expect(text('status', context({ status }, { now: friday }))).toContain('closed holiday, opens Sun 18:00');
  });

  test('are grouped by what they share, and the odd one stands out with its hours', () => {
    const markets = statusAt(MORNING).markets.map((it) =>
      it.symbol === 'MCL' ? { ...it, changes_at: '2026-11-20T18:30:00.000Z', note: 'Thanksgiving' } : it,
    );
    const out = text('status', context({ status: statusAt(MORNING, { markets }) }));
    expect(out).toContain('MGC MNQ MES SIL MHG open until 17:00 MCL open until 13:30, Thanksgiving');
  });

  test('say when they will be named while the engine has said nothing', () => {
    expect(text('status', context(EMPTY))).toContain('The engine names the markets of the watch list when it starts.');
  });
});

describe('London and New York', () => {
  const says = (utc: string): string | undefined => {
    const view = overlapView(at(utc));
    return view && `${view.text} ${view.when}${view.isBoth ? ' (both)' : ''}`;
  };
  test.each([
    ['2026-11-20T07:30:00Z', 'London opens 03:00'],
    ['2026-11-20T09:57:12Z', 'London; overlap with New York from 09:30'],
    ['2026-11-20T15:00:00Z', 'London and New York overlap until 11:30 (both)'],
    ['2026-11-20T17:00:00Z', 'New York until 16:00'],
    ['2026-11-20T21:30:00Z', undefined],
    ['2026-11-21T15:00:00Z', undefined],
    // New York changes its clocks two or three weeks before London does, so London is an hour later there.
    ['2026-03-16T07:30:00Z', 'London opens 04:00'],
    ['2026-03-16T15:00:00Z', 'London and New York overlap until 12:30 (both)'],
  ])('at %s: %s', (utc, words) => expect(says(utc)).toBe(words));

  test('changes at the instant it names', () => {
    expect(overlapView(at('2026-11-20T15:00:00Z'))?.at).toBe(iso(at('2026-11-20T16:30:00Z')));
  });
});

describe('an empty plan', () => {
  test('says when its first cards can be there', () => {
    expect(text('focus', context(EMPTY))).toContain('the next closes at 05:00 ET');
    const state = { ...EMPTY, status: shut(SATURDAY, '2026-11-22T23:00:00.000Z') };
    expect(text('focus', context(state, { now: SATURDAY }))).toContain('after the markets reopen, Sun 18:00 ET');
    const silent = { stale: true, since: undefined, why: 'engine' } as const;
    expect(text('focus', context(EMPTY, { freshness: silent }))).toContain('The engine has to be heard first');
  });
});

test('every part of the machinery says its reason in words, not only to a pointer', () => {
  const parts = statusAt(MORNING).parts.map((it) => ({ ...it, state: 'down' as const, reason: `${it.part} broke` }));
  const out = text('status', context({ status: statusAt(MORNING, { parts }) }));
  for (const part of ['engine', 'feed', 'bridge']) expect(out).toContain(`${part} broke`);
  expect(html('status', context())).not.toContain('title=');
});
