import { describe, expect, test } from 'vitest';
import { epochMs } from '../../../../src/kernel/units.js';
import type { FocusAsset } from '../../../../src/messages/focus-plan.js';
import { cardView } from '../../../../src/roles/web/panels/card.js';
import { panels } from '../../../../src/roles/web/panels/index.js';
import type { ViewContext } from '../../../../src/roles/web/panels/panel.js';
import { createRender, createViews } from '../../../../src/roles/web/render.js';
import { type DashboardState, fromSnapshot } from '../../../../src/roles/web/state.js';
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

const render = createRender(createViews());
const full = fromSnapshot(fullSnapshot(MORNING));

const context = (state: Partial<DashboardState> = {}, more: Partial<ViewContext> = {}): ViewContext => ({
  state: { ...full, ...state },
  now: MORNING,
  freshness: { stale: false },
  mode: 'demo',
  speed: 1,
  ...more,
});
const html = (id: string, at: ViewContext): string => {
  const panel = panels.find((candidate) => candidate.id === id);
  if (!panel) throw new Error(`no panel ${id}`);
  return render.panel(panel, at);
};
const text = (id: string, at: ViewContext): string =>
  html(id, at)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
const EMPTY: DashboardState = {
  plan: undefined,
  risk: undefined,
  noTrade: undefined,
  session: undefined,
  positions: undefined,
  alerts: [],
  status: undefined,
};
const staleAt = epochMs(MORNING - 30_000);

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
    expect(text('no-trade', context({ risk: undefined }))).toContain('the account has not been heard');
  });
  test('without news the answer is not known, whatever the last one was', () => {
    const stale = { stale: true, since: staleAt, why: 'engine' } as const;
    expect(html('no-trade', context({}, { freshness: stale }))).toContain('data-verdict="unknown"');
    expect(html('no-trade', context(EMPTY))).toContain('data-verdict="unknown"');
  });
});

describe('positions', () => {
  test('a platform that was never heard is not flat', () => {
    for (const positions of [undefined, positionsAt(MORNING, { verdict: 'UNKNOWN', accounts: [], positions: [] })]) {
      expect(text('positions', context({ positions }))).toContain('No news from the platform yet');
      expect(text('positions', context({ positions }))).not.toContain('No open positions');
    }
  });
  test('a platform that fell silent is not flat', () => {
    const accounts = positionsAt(MORNING).accounts.map((a) => ({
      ...a,
      verdict: 'STALE' as const,
      heard_at: ago(MORNING, 65),
    }));
    const out = text(
      'positions',
      context({ positions: positionsAt(MORNING, { verdict: 'STALE', accounts, positions: [] }) }),
    );
    expect(out).toContain('No news from the platform since 04:56:07. Whether anything is open is not known.');
    expect(out).toContain('stale 0:01:05');
  });
  test('a silent platform’s last positions are called that', () => {
    expect(text('positions', context({ positions: positionsAt(MORNING, { verdict: 'STALE' }) }))).toContain(
      'Last known positions:',
    );
  });
  test('flat has a check mark when in sync, and only then', () => {
    expect(text('positions', context({ positions: positionsAt(MORNING, { positions: [] }) }))).toContain(
      '✓ No open positions',
    );
    const gap = positionsAt(MORNING, { verdict: 'GAP', positions: [] });
    expect(text('positions', context({ positions: gap }))).not.toContain('No open positions');
  });
  test('a missing stop and an unknown contract stand out', () => {
    const row = {
      ...positionsAt(MORNING).positions[0],
      root: null,
      contract: null,
      symbol: 'XYZ 12-26',
      stop_price: null,
      risk_basis: 'unmanaged',
    };
    const positions = { ...positionsAt(MORNING), positions: [row] } as ReturnType<typeof positionsAt>;
    const out = text('positions', context({ positions }));
    expect(out).toContain('no stop');
    expect(out).toContain('unknown contract');
  });
  test('signs go with colours', () => {
    expect(text('positions', context())).toContain(
      'MGC Dec LONG ▲ 2 @ 4205.3 last 4207.0 +$34.00 +0.3 R stop 4199.8 risk $110',
    );
  });
});

describe('risk', () => {
  test('says the day, the open risk, counts and the time left for entries', () => {
    const out = text('risk', context());
    expect(out).toContain('$86.50 of $500 lost');
    expect(out).toContain('0.3 % of 5 % $150');
    expect(out).toContain('trades 1 of 2');
    expect(out).toContain('until 10:00 5:02:48');
  });
  test('is a red banner when the open risk is over its limit', () => {
    expect(html('risk', context({ risk: riskAt(MORNING, { total_risk_pct: 5.1 }) }))).toContain(
      'Open risk 5.1 % is over the 5 % limit',
    );
    expect(html('risk', context({ risk: riskAt(MORNING, { total_risk_pct: 5 }) }))).not.toContain('is over');
  });
  test('never shows an unknown figure as zero', () => {
    const risk = riskAt(MORNING, {
      daily_pnl: null,
      realized_pnl: null,
      open_pnl: null,
      total_risk_pct: null,
      open_trades: null,
      consecutive_losses: null,
      open_risk_dollars: null,
    });
    expect(text('risk', context({ risk }))).toContain('– of $500 lost');
    expect(text('risk', context({ risk }))).toContain('trades – of 2');
  });
  test('a gain is told as one', () => {
    expect(text('risk', context({ risk: riskAt(MORNING, { daily_pnl: 120 }) }))).toContain('+$120.00 today');
  });
  test('entries have ended at the cut-off itself', () => {
    const at = epochMs(Date.parse('2026-11-20T15:00:00Z'));
    expect(text('risk', context({}, { now: at }))).toContain('ended at 10:00');
    expect(text('risk', context({}, { now: epochMs(at - 1000) }))).toContain('until 10:00 0:00:01');
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
    expect(cold.why.quality.head).toContain('not enough bars');
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
  test('says that confluence is not counted yet', () => {
    expect(text('focus', context())).toContain('confluence not counted yet');
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
