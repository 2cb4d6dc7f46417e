import type { Page } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import { after, type EpochMs, epochMs, MINUTE } from '../../../src/kernel/units.js';
import type { PositionRow, PositionsState } from '../../../src/messages/dashboard.js';
import { asset, feedDown, positionsAt, riskAt, seedOf, statusAt } from '../../support/web-source.js';
import { browsing, isLive, panelSays, textOf, until } from './browser.js';
import type { Served } from './serve.js';

const { started, visit } = browsing();
/** Reports of a bridge that stay young for the length of a test. */
const young = (server: Served): EpochMs => after(server.clock.now(), 10 * MINUTE);
const gold = (server: Served, more: Partial<PositionRow> = {}): PositionsState => {
  const state = positionsAt(young(server));
  return { ...state, positions: state.positions.map((row) => ({ ...row, ...more })) };
};
const open = async (options: Parameters<typeof started>[0] = {}): Promise<{ server: Served; page: Page }> => {
  const server = await started(options);
  const page = await visit(server);
  await isLive(page);
  return { server, page };
};

describe('the card of an open position', () => {
  test('shows it in the first paint, without JavaScript', async () => {
    const page = await visit(await started(), { javaScriptEnabled: false });
    expect((await textOf(page, '#card-mgc .held')).toLowerCase()).toBe(
      'open long ▲ 2 @ 4205.3 +$34.00 +0.3 r stop 4199.8',
    );
    expect(await page.locator('#card-mnq .held').isVisible()).toBe(false);
  });

  test('is changed by a positions update at once, however lately the card itself was', async () => {
    const { server, page } = await open();
    for (const last of [4208, 4209])
      server.source.publish('mgc-update', asset({ ...seedOf('mgc'), last }, server.clock.now()));
    await panelSays(page, '#card-mgc .last', '4208.0');
    await page.locator('#card-mgc summary').click();
    server.source.publish('positions-update', gold(server, { quantity: 3, unrealized_pnl: -60, stop_price: null }));
    await panelSays(page, '#held-mgc', '3 @ 4205.3', 1_000);
    expect(await textOf(page, '#held-mgc')).toContain('no stop');
    expect(await page.locator('#card-mgc details').getAttribute('open')).not.toBeNull();
    // What is held decides which cards there are, so the grid comes with it and holds the newest price.
    await panelSays(page, '#card-mgc .last', '4209.0', 1_000);
    server.source.publish('positions-update', positionsAt(young(server), { positions: [] }));
    await until(page, `document.querySelector('#held-mgc').dataset.held === ''`);
    expect(await page.locator('#held-mgc').isVisible()).toBe(false);
  });

  test('reaches the screen within 250 ms', async () => {
    const { server, page } = await open();
    const spans: number[] = [];
    for (let n = 1; n <= 20; n += 1) {
      const begun = performance.now();
      server.source.publish('positions-update', gold(server, { quantity: 100 + n }));
      await panelSays(page, '#held-mgc', `${100 + n} @`);
      await panelSays(page, '#panel-positions', `${100 + n} @`);
      spans.push(performance.now() - begun);
    }
    expect(spans.sort((a, b) => a - b)[18]).toBeLessThan(250);
  });
});

describe('the positions panel', () => {
  test('shows the same in two tabs', async () => {
    const { server, page } = await open();
    const other = await visit(server, { width: 390 });
    await isLive(other);
    server.source.publish('positions-update', gold(server, { quantity: 7 }));
    for (const tab of [page, other]) await panelSays(tab, '#panel-positions', '7 @ 4205.3');
    server.source.publish('positions-update', positionsAt(young(server), { positions: [] }));
    for (const tab of [page, other]) await panelSays(tab, '#panel-positions', 'No open positions');
  });

  test('has a green check for flat only while every account is in sync', async () => {
    const { server, page } = await open();
    const [account] = positionsAt(young(server)).accounts;
    if (!account) throw new Error('the fixture has no account');
    const two = (verdict: 'IN_SYNC' | 'STALE') =>
      positionsAt(young(server), {
        verdict,
        positions: [],
        accounts: [account, { ...account, account: 'Apex02', verdict }],
      });
    server.source.publish('positions-update', two('IN_SYNC'));
    await page.locator('.flat-check').waitFor();
    server.source.publish('positions-update', two('STALE'));
    await panelSays(page, '#panel-positions', 'No news from Apex02 since');
    expect(await page.locator('.flat-check').count()).toBe(0);
  });

  test('loses the check at once when the connection does', async () => {
    const { server, page } = await open();
    server.source.publish('positions-update', positionsAt(young(server), { positions: [] }));
    await page.locator('.flat-check').waitFor();
    await server.close();
    await page.locator('#lost').waitFor({ state: 'visible' });
    expect(await page.locator('.flat-check').isVisible()).toBe(false);
  });

  test('says over 5 % in red, in sight above the plan even before the open', async () => {
    const { server, page } = await open();
    const top = (id: string): Promise<number> => page.locator(id).evaluate((box) => box.getBoundingClientRect().top);
    expect(await top('#panel-focus')).toBeLessThan(await top('#panel-positions'));
    server.source.publish('risk-update', riskAt(young(server), { total_risk_pct: 5.4, open_risk_dollars: 2_700 }));
    await page.getByText('Open risk 5.4 % is over the 5 % limit: cut it now').waitFor();
    await vi.waitFor(async () => expect(await top('#panel-positions')).toBeLessThan(await top('#panel-focus')));
    await page.setViewportSize({ width: 1280, height: 500 });
    await page.evaluate('scrollTo(0, 500)');
    expect(await top('.alarm-stop')).toBeGreaterThanOrEqual(0);
    server.source.publish('risk-update', riskAt(young(server)));
    await page.locator('.alarm-stop').waitFor({ state: 'detached' });
  });

  test('counts down to noon from 11:30 ET while something is open', async () => {
    const start = epochMs(Date.parse('2026-11-20T16:29:50Z'));
    const { page } = await open({ start, snapshot: { risk: riskAt(start) } });
    expect(await page.locator('.alarm-warning').count()).toBe(0);
    await page.locator('.alarm-warning').waitFor();
    const left = await textOf(page, '.alarm-warning [data-until]');
    expect(left).toMatch(/^0:(30:00|29:\d\d)$/);
    await until(page, `document.querySelector('.alarm-warning [data-until]').textContent !== '${left}'`, 3_000);
  });
});

describe('old and missing numbers', () => {
  const colours = (page: Page, selector: string): Promise<unknown> =>
    page.evaluate(
      `[...new Set([...document.querySelectorAll('${selector}')].map((it) => getComputedStyle(it).color))]`,
    );
  const GREY = 'rgb(161, 161, 170)';
  const RED = 'rgb(248, 113, 113)';

  test('a position that cannot be counted stands beside the open risk in red', async () => {
    const { server, page } = await open();
    const [row] = gold(server).positions;
    if (!row) throw new Error('the fixture has no position');
    const odd = { ...row, symbol: 'ZN 12-26', root: null, contract: null, stop_price: null, r_multiple: null };
    const bonds = {
      ...odd,
      side: 'SHORT' as const,
      quantity: 50,
      risk_dollars: null,
      risk_basis: 'unmanaged' as const,
    };
    const facts = { ...riskAt(young(server)).facts, unmanaged: ['ZN 12-26'] };
    server.source.publish('positions-update', gold(server, {}));
    server.source.publish('positions-update', { ...gold(server), positions: [row, bonds] });
    server.source.publish('risk-update', riskAt(young(server), { total_risk_pct: 0.1, facts }));
    await panelSays(page, '#panel-risk', 'at least 0.1 % of 5 %');
    expect(await textOf(page, '#panel-positions .strip-head')).toMatch(/at least 0\.1 % open risk ■ 1 not counted/);
    expect(await colours(page, '#panel-positions .big')).toEqual([RED]);
    expect(await colours(page, '[data-rule=total-risk] .gauge-left')).toEqual([RED]);
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
  });

  test('the open risk is grey as soon as one account is not in sync', async () => {
    const { server, page } = await open();
    const state = gold(server);
    const accounts = state.accounts.map((it) => ({ ...it, verdict: 'STALE' as const }));
    server.source.publish('positions-update', { ...state, verdict: 'STALE', accounts });
    await panelSays(page, '#panel-positions', 'No news from');
    expect(await colours(page, '#panel-positions .big')).toEqual([GREY]);
  });

  test('a feed that is down greys every card with the header, and colours them again when it is back', async () => {
    const { server, page } = await open();
    server.source.publish('status', feedDown(server.clock.now()));
    await panelSays(page, '#panel-status', 'down');
    await until(page, `document.querySelectorAll('.card.is-stale .stale-note').length === 4`, 1_000);
    expect(await textOf(page, '#card-mgc')).toMatch(/stale since 04:57:\d\d/);
    const numbers = '.num:not(.held .num), .price, .bias, .dir';
    expect(
      await colours(
        page,
        numbers
          .split(', ')
          .map((it) => `.card ${it}`)
          .join(', '),
      ),
    ).toEqual([GREY]);
    server.source.publish('status', statusAt(server.clock.now()));
    await until(page, `document.querySelectorAll('.card.is-stale').length === 0`, 2_000);
  });
});
