import { describe, expect, test } from 'vitest';
import type { FocusAsset } from '../../../../src/messages/focus-plan.js';
import { cardView } from '../../../../src/roles/web/panels/card.js';
import { panels } from '../../../../src/roles/web/panels/index.js';
import { fromSnapshot } from '../../../../src/roles/web/state.js';
import {
  ago,
  asset,
  fullSnapshot,
  MORNING,
  planAt,
  positionsAt,
  riskAt,
  seedOf,
  statusAt,
} from '../../../support/web-source.js';
import { context, EMPTY, html, staleAt, text } from './panel-view.js';

describe.each(panels.map((panel) => panel.id))('the %s panel', (id) => {
  test('looks like its snapshot', async () => {
    await expect(html(id, context())).toMatchFileSnapshot(`snapshots/${id}.snap`);
  });
  test('shows something sensible before anything is known', () => {
    const out = html(id, context(EMPTY));
    expect(out).not.toMatch(/undefined|NaN|null|\[object/);
    expect(out.length).toBeGreaterThan(50);
  });
  test('marks itself stale and says since when', () => {
    const out = html(id, context({}, { freshness: { stale: true, since: staleAt, why: 'engine' } }));
    expect(out).toContain('data-stale="true"');
    expect(out).toContain('stale since 04:56:42');
    expect(html(id, context())).toContain('data-stale="false"');
  });
});

describe('may I trade?', () => {
  const noTrade = {
    active: true,
    reasons: [
      { id: 'a', text: 'first', facts: {} },
      { id: 'b', text: 'second', facts: {} },
    ],
    warnings: [{ id: 'c', text: 'careful', facts: {} }],
  };
  test('shows NO TRADE with all reasons, heaviest first, and all warnings', () => {
    expect(text('no-trade', context({ noTrade }))).toBe('■ NO TRADE first second warning careful');
  });
  test('does not say clear when the account rules refuse entries', () => {
    const risk = riskAt(MORNING, {
      can_enter: false,
      reasons: [{ rule: 'entry-cutoff', text: 'No new entries at or after 10:00 ET', facts: {} }],
    });
    expect(text('no-trade', context({ risk }))).toBe('▲ NO NEW ENTRIES No new entries at or after 10:00 ET');
  });
  test('does not say clear while the feed or the bridge is down', () => {
    const part = { part: 'feed', state: 'down', at: null, reason: 'the data service is silent for 7 s' } as const;
    const status = statusAt(MORNING, { parts: [part] });
    expect(text('no-trade', context({ status }))).toBe(
      '▲ NO NEW ENTRIES feed down: the data service is silent for 7 s',
    );
  });
  test('says clear only when guards and account rules agree', () => {
    expect(html('no-trade', context())).toContain('data-verdict="clear"');
    expect(text('no-trade', context({ risk: undefined }))).toBe(
      '? NOT KNOWN No guard objects; the account has not been heard.',
    );
  });
  test('without news the answer is not known, whatever the last one was', () => {
    const stale = { stale: true, since: staleAt, why: 'engine' } as const;
    expect(html('no-trade', context({}, { freshness: stale }))).toContain('data-verdict="unknown"');
    expect(html('no-trade', context(EMPTY))).toContain('data-verdict="unknown"');
  });
});

describe('a card', () => {
  const card = (more: Partial<FocusAsset> = {}, symbol: Parameters<typeof seedOf>[0] = 'mgc') =>
    cardView(asset(seedOf(symbol), MORNING, more), context());
  test('counts distances from the entry edge farthest from the stop, in ticks, dollars and R', () => {
    expect(card().levels?.rows).toMatchObject([
      { label: 'stop', price: '4198.2', ticks: '97 t', dollars: '−$291', r: '' },
      { label: 'tp1', price: '4217.4', ticks: '95 t', dollars: '+$285', r: '+1.0 R' },
      { label: 'tp2', price: '4228.0', ticks: '201 t', dollars: '+$603', r: '+2.1 R' },
    ]);
  });
  test('mirrors them for a short', () => {
    expect(card({}, 'mnq').levels?.rows[0]).toMatchObject({ ticks: '191 t', dollars: '−$286.50' });
    expect(card({}, 'mnq').levels?.rows[2]?.dollars).toBe('+$562.50');
  });
  test('of size zero shows one contract’s dollars and what would fix it', () => {
    const out = card({}, 'sil');
    expect(out.levels?.basis).toBe('$ for one contract');
    expect(out.size).toMatchObject({ lots: 0, problem: 'Stop $415 > cap $375: needs a $55,334 account.' });
  });
  test('that misses its quality by a hair does not look as if it had it', () => {
    expect(card({ quality: 54.9 }).quality).toBe('54');
  });
  test('without warm indicators has no levels and invents none', () => {
    const cold = card({
      entry_low: null,
      entry_high: null,
      stop: null,
      tp1: null,
      tp2: null,
      side: null,
      quality: null,
      dominant_ratio: null,
      wave_direction: null,
      atr: null,
      quality_parts: {},
      bias_parts: {},
    });
    expect(cold.levels).toBeUndefined();
    expect(cold.quality).toBe('–');
    expect(cold.why.find(({ id }) => id === 'quality')?.says).toBe('not enough bars yet');
  });
  test('says what is open in it, before its own plan', () => {
    const out = text('focus', context());
    expect(out).toMatch(
      /MGC LONG ▲ quality 72 Micro Gold · Dec 26 ADD 04:50 open LONG ▲ 2 @ 4205\.3 \+\$34\.00 \+0\.3 R stop 4199\.8 4207\.0/,
    );
    expect(html('focus', context()).match(/data-held="LONG"/g)).toHaveLength(1);
    expect(html('focus', context()).match(/data-held=""/g)).toHaveLength(3);
  });
  test('shows an open position of its full-size sibling under that name, and whose it is', () => {
    const positions = positionsAt(MORNING);
    const [account] = positions.accounts;
    const [row] = positions.positions;
    if (!account || !row) throw new Error('the fixture is empty');
    const gold = {
      ...row,
      account: 'Apex02',
      symbol: 'GC 12-26',
      root: 'GC',
      contract: 'GCZ6',
      side: 'SHORT' as const,
      stop_price: null,
    };
    const two = { ...positions, accounts: [account, { ...account, account: 'Apex02' }], positions: [row, gold] };
    expect(text('focus', context({ positions: two }))).toMatch(/open SHORT ▼ 2 @ .* ■ no stop GC · Apex02/);
    expect(html('others', context({ positions: { ...positions, positions: [{ ...row, root: 'SI' }] } }))).toMatch(
      /id="held-sil" class="held" data-held="LONG"/,
    );
  });
  test('carries its data attributes', () => {
    expect(html('focus', context())).toMatch(
      /data-symbol="MGC" data-bias="LONG" data-quality="72.5" data-wave="1.92" data-stale="false"/,
    );
  });
  test('that is stale says since when although the engine is well', () => {
    const plan = planAt(MORNING, {
      assets: [asset(seedOf('mgc'), MORNING, { stale: true, price_at: ago(MORNING, 700) })],
    });
    expect(text('focus', context({ plan }))).toContain('stale since 04:45:32');
  });
  test.each(['down', 'unknown'] as const)('is stale with all others while the header says the feed is %s', (state) => {
    const parts = statusAt(MORNING).parts.map((it) => (it.part === 'feed' ? { ...it, state } : it));
    const at = context({ status: statusAt(MORNING, { parts }) });
    expect(html('focus', at).match(/class="card bias-\w+ is-idle is-stale"/g)).toHaveLength(4);
    expect(text('focus', at).match(/stale since 04:57:09/g)).toHaveLength(4);
    expect(html('others', at).match(/data-stale="true"/g)).toHaveLength(2);
  });
  test('text from outside cannot become markup', () => {
    const plan = planAt(MORNING, { assets: [asset(seedOf('mgc'), MORNING, { note: '<img src=x onerror=alert(1)>' })] });
    expect(html('focus', context({ plan }))).not.toContain('<img');
  });
});

test('the header names closed markets with their reason and groups the rest', () => {
  const status = statusAt(MORNING, {
    markets: statusAt(MORNING).markets.map((m) =>
      m.symbol === 'MHG' ? { ...m, open: false, phase: 'daily-break', note: null } : m,
    ),
  });
  expect(text('status', context({ status }))).toContain('MGC MNQ MES MCL SIL open MHG closed daily break, until 17:00');
});

test('a demo and a replay wear their badge, a live run none', () => {
  expect(text('status', context())).toContain('DEMO');
  expect(text('status', context({}, { mode: 'replay' }))).toContain('REPLAY');
  expect(text('status', context({}, { mode: 'live' }))).not.toMatch(/DEMO|REPLAY|LIVE/);
});

test('alerts are newest first and bounded', () => {
  const alerts = Array.from({ length: 90 }, (_, i) => ({
    id: `a${i}`,
    at: ago(MORNING, 1000 - i),
    kind: 'system' as const,
    severity: 'info' as const,
    symbol: null,
    text: `number ${i}`,
  }));
  const state = fromSnapshot(fullSnapshot(MORNING, { alerts }));
  const out = text('alerts', context({ alerts: state.alerts }));
  expect(out.indexOf('number 89')).toBeLessThan(out.indexOf('number 88'));
  expect(out).toContain('30 earlier alerts not shown');
});
