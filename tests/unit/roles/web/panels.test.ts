import { describe, expect, test } from 'vitest';
import type { FocusAsset } from '../../../../src/messages/focus-plan.js';
import { cardView } from '../../../../src/roles/web/panels/card.js';
import { panels } from '../../../../src/roles/web/panels/index.js';
import { BADGES } from '../../../../src/roles/web/panels/status.js';
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
import { context, EMPTY, html, render, staleAt, text } from './panel-view.js';

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
  test('shows NO TRADE with the heaviest reason, and counts the others it opens to', () => {
    expect(text('no-trade', context({ noTrade }))).toBe(
      '■ NO TRADE first 1 more reason and 1 warning second warning careful',
    );
    expect(html('no-trade', context({ noTrade }))).toMatch(/<details[^>]*><summary>1 more reason and 1 warning</);
  });
  test('hides nothing behind a click where there is one reason only', () => {
    const one = { ...noTrade, reasons: noTrade.reasons.slice(0, 1), warnings: [] };
    expect(html('no-trade', context({ noTrade: one }))).not.toContain('<details');
  });
  test('speaks up with its headline only, so that a reason counting on is not shouted', () => {
    const shouted = /<(\w+)[^>]*aria-live="assertive"[^>]*>(.*?)<\/\1>/s.exec(html('no-trade', context({ noTrade })));
    expect(shouted?.[2]?.replace(/<[^>]*>/g, '').trim()).toBe('■ NO TRADE');
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
  test('says clear only when guards and account rules agree, what may be traded, and until when', () => {
    expect(html('no-trade', context())).toContain('data-verdict="clear"');
    expect(text('no-trade', context())).toBe(
      '✓ CLEAR You may trade: MGC LONG, MNQ SHORT, MCL LONG. Entries until 10:00, 5:02:48 left.',
    );
    const none = planAt(MORNING, { assets: [asset(seedOf('mes'), MORNING)] });
    expect(text('no-trade', context({ plan: none }))).toBe(
      '✓ CLEAR No guard and no account rule objects, but no card can be traded now.',
    );
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
      { label: 'stop', price: '4198.2', ticks: '97 t', dollars: '−$291', r: '−1.0 R' },
      { label: 'tp1', price: '4217.4', ticks: '95 t', dollars: '+$285', r: '+1.0 R' },
      { label: 'tp2', price: '4228.0', ticks: '201 t', dollars: '+$603', r: '+2.1 R' },
    ]);
  });
  test('mirrors them for a short', () => {
    expect(card({}, 'mnq').levels?.rows[0]).toMatchObject({ ticks: '191 t', dollars: '−$286.50' });
    expect(card({}, 'mnq').levels?.rows[2]?.dollars).toBe('+$562.50');
  });
  test.each([
    [4207, { where: 'in it', ticks: '0 t', dollars: '$0', r: '0.0 R' }],
    [4210, { where: 'down', ticks: '21 t', dollars: '$63', r: '0.2 R' }],
    [4200, { where: 'up', ticks: '41 t', dollars: '$123', r: '0.4 R' }],
  ])('says how far %d is from its entry zone, in ticks, dollars and R', (last_price, away) => {
    expect(card({ last_price }).levels?.away).toEqual(away);
  });
  test('without a price claims no distance to its entry', () => {
    expect(card({ last_price: null }).levels?.away).toMatchObject({ ticks: '–', dollars: '–', r: '–' });
  });
  test('says which side its levels lean to only where no bias says it', () => {
    expect(card().levels?.lean).toBe('');
    expect(card({}, 'mes').levels?.lean).toBe('long');
  });
  test('of size zero shows one contract’s dollars and what would fix it', () => {
    const out = card({}, 'sil');
    expect(out.levels?.basis).toBe('dollars above are for one contract');
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
      /MGC LONG ▲ quality 72 of 100 Micro Gold · Dec 26 ADD 04:50 open LONG ▲ 2 @ 4205\.3 \+\$34\.00 \+0\.3 R stop 4199\.8 4207\.0/,
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
    expect(html('focus', context({ positions: { ...positions, positions: [{ ...row, root: 'SI' }] } }))).toMatch(
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
      m.symbol === 'MHG' ? { ...m, open: false, phase: 'halt', changes_at: '2026-11-20T10:30:00.000Z' } : m,
    ),
  });
  expect(text('status', context({ status }))).toContain(
    'MGC MNQ MES MCL SIL open until 17:00 MHG closed halt, opens 05:30',
  );
});

test('a demo and a replay wear their badge, a live run none', () => {
  expect(BADGES).toEqual({ demo: 'DEMO', replay: 'REPLAY', live: undefined });
  expect(render.part('site', { page: 'dashboard', badge: BADGES.replay })).toContain('REPLAY');
  expect(render.part('site', { page: 'dashboard', badge: BADGES.live })).not.toMatch(/DEMO|REPLAY|LIVE/);
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
  expect(out).toContain('Show all 90');
});
