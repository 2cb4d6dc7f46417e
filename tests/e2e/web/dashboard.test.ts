import { describe, expect, test, vi } from 'vitest';
import { ago, alertsAt, asset, planAt, positionsAt, riskAt, seedOf, sessionStateAt } from '../../support/web-source.js';
import { browsing, focused, isLive, panelSays, textOf, until } from './browser.js';

const { started, visit, forget } = browsing();

test('the first paint is complete without JavaScript', async () => {
  const page = await visit(await started(), { javaScriptEnabled: false });
  const text = await textOf(page, 'body');
  for (const part of [
    '04:57:1',
    'PRE-MARKET',
    'CLEAR',
    'MGC',
    '4204.1 – 4207.9',
    '3 contracts',
    '$291 of $375',
    '$86.50 of $500 lost',
    'Sim101',
    'MHG had no bar',
    'DEMO',
  ]) {
    expect(text).toContain(part);
  }
  await page.locator('#card-mgc summary').click();
  expect(await textOf(page, '#card-mgc')).toContain('Quality 72.5 of 100, tradeable from 55');
  await page.locator('#refresh').click();
  expect(await textOf(page, 'main')).toContain('The engine recomputes the plan now.');
});

test('the clock ticks in New York time', async () => {
  const page = await visit(await started());
  const first = await textOf(page, '[data-clock]');
  expect(first).toMatch(/^04:57:\d\d$/);
  await until(page, `document.querySelector('[data-clock]').textContent !== '${first}'`, 2_000);
});

/**
 * Notes which cards and panels are touched. Ages and clocks tick by themselves, charts are drawn when they are, and their
 * library measures each colour on an element of its own that nobody sees; what counts is who else was.
 */
const WATCH_MUTATIONS = `
  const isUnseen = (node) => node.style?.display === 'none';
  document.getElementById('card-mgc').setAttribute('data-kept', 'same element');
  window.touched = new Set();
  new MutationObserver((changes) => {
    for (const { target, addedNodes, removedNodes } of changes) {
      if (target === document.body && [...addedNodes, ...removedNodes].every(isUnseen)) continue;
      const element = target instanceof Element ? target : target.parentElement;
      if (element?.closest('[data-age],[data-until],[data-clock],#panel-status,#panel-session,#toasts,.chart-drawing')) continue;
      window.touched.add(element?.closest('.card,.panel')?.id ?? element?.tagName ?? '');
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
  undefined`;

describe('a push', () => {
  test('changes its own card and nothing else, and keeps typed text and open details', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await page.locator('#alert-filter').fill('MGC');
    await page.locator('#card-mgc summary').click();
    await page.evaluate(WATCH_MUTATIONS);
    server.source.publish('mgc-update', asset({ ...seedOf('mgc'), last: 4211.5 }, server.clock.now()));
    await panelSays(page, '#card-mgc .last', '4211.5');
    expect(await page.evaluate('[...window.touched]')).toEqual(['card-mgc']);
    expect(await page.locator('#card-mgc details').getAttribute('open')).not.toBeNull();
    expect(await page.locator('#alert-filter').inputValue()).toBe('MGC');
    expect(await page.locator('#card-mgc').getAttribute('data-kept'), 'the element itself was kept').toBe(
      'same element',
    );
  });

  test('keeps the alert filter’s text, its focus and its effect when an alert arrives', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await page.keyboard.press('/');
    await page.keyboard.type('bar');
    const shown = (): Promise<string[]> => page.locator('.alert:visible .alert-text').allInnerTexts();
    expect(await shown()).toEqual(['MHG had no bar for 0:06:00']);
    const alert = alertsAt(server.clock.now())[0];
    server.source.publish('alert', { ...alert, id: 'x', text: 'SIL had no bar for 0:04:00', symbol: 'SIL' });
    await until(page, `document.querySelectorAll('.alert').length === 6`);
    await vi.waitFor(async () =>
      expect(await shown()).toEqual(['SIL had no bar for 0:04:00', 'MHG had no bar for 0:06:00']),
    );
    expect(await page.locator('#alert-filter').inputValue()).toBe('bar');
    expect(await focused(page)).toBe('alert-filter');
  });

  test('reorders the grid without losing what was opened', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await page.locator('#card-mcl summary').click();
    const plan = planAt(server.clock.now());
    server.source.publish('focus-update', { ...plan, assets: [...plan.assets].reverse() });
    await until(page, `document.querySelector('.card').id === 'card-mes'`);
    expect(await page.locator('.card').evaluateAll((cards) => cards.map(({ id }) => id))).toEqual([
      'card-mes',
      'card-mcl',
      'card-mnq',
      'card-mgc',
    ]);
    expect(await page.locator('#card-mcl details').getAttribute('open')).not.toBeNull();
  });

  test('reaches the screen within 250 ms', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    const spans: number[] = [];
    for (let n = 1; n <= 20; n += 1) {
      const begun = performance.now();
      server.source.publish('risk-update', riskAt(server.clock.now(), { daily_pnl: -n }));
      await panelSays(page, '#panel-risk', `$${n} of`);
      spans.push(performance.now() - begun);
    }
    expect(spans.sort((a, b) => a - b)[18]).toBeLessThan(250);
  });

  test('1,000 swaps later there is one stream and no more nodes than before', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    // Charts are drawn in their own time; chart.test.ts counts what is in them.
    const count = () => page.evaluate('document.querySelectorAll("*:not(.chart-drawing *)").length');
    const before = await count();
    for (let n = 1; n <= 1_000; n += 1)
      server.source.publish('risk-update', riskAt(server.clock.now(), { daily_pnl: -(n % 400) - 1 }));
    await panelSays(page, '#panel-risk', '$201 of', 30_000);
    expect(await count()).toBe(before);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('copilot_web_streams 1');
  });
});

describe('staleness', () => {
  test('shows within 10 s of the last heartbeat, on every panel, and heals by itself', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    expect(await textOf(page, 'body')).not.toContain('stale since');
    server.stopBeating();
    await until(page, `document.querySelectorAll('.panel[data-stale="true"]').length === 8`);
    expect(await textOf(page, '#panel-no-trade')).toContain('NOT KNOWN');
    expect(await textOf(page, '#card-mgc')).toMatch(/stale since 04:57:\d\d/);
    server.startBeating();
    await until(page, `document.querySelectorAll('[data-stale="true"]').length === 0`, 5_000);
    expect(await textOf(page, '#panel-no-trade')).toContain('CLEAR');
  });

  test('a lost server is said at once; the page reconnects and has the newest state', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await server.close();
    await page.locator('#lost').waitFor({ state: 'visible', timeout: 5_000 });
    expect(await textOf(page, '#lost')).toMatch(/Stale since 04:57:\d\d ET/);
    forget(server);
    const now = server.clock.now();
    await started({ port: server.port, snapshot: { risk: riskAt(now, { daily_pnl: -333 }), cursor: '2000-0' } });
    await panelSays(page, '#panel-risk', '$333 of', 15_000);
    await page.locator('#lost').waitFor({ state: 'hidden' });
  });

  test('a page that was refused its stream says so and asks again', async () => {
    const server = await started();
    const many = await Promise.all([1, 2, 3, 4, 5].map(() => fetch(`${server.url}/sse/dashboard`)));
    const page = await visit(server);
    await page.locator('#lost').waitFor({ state: 'visible' });
    await Promise.all(many.map((response) => response.body?.cancel()));
    await page.locator('#lost').waitFor({ state: 'hidden', timeout: 10_000 });
    server.source.publish('risk-update', riskAt(server.clock.now(), { daily_pnl: -77 }));
    await panelSays(page, '#panel-risk', '$77 of', 15_000);
  });
});

describe('layout', () => {
  test.each([320, 390, 768, 1280, 1920])(
    '%i pixels wide needs no sideways scrolling and cuts nothing off',
    async (width) => {
      const server = await started();
      const page = await visit(server, { width });
      await page.locator('#card-mgc summary').click();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const cut = await page
        .locator('.card, .panel')
        .evaluateAll((boxes) => boxes.filter((box) => box.scrollWidth > box.clientWidth + 2).map(({ id }) => id));
      expect(cut).toEqual([]);
    },
  );

  test('in active hours risk and positions lead and stay in sight; before the open the plan leads', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    const top = (id: string): Promise<number> => page.locator(id).evaluate((box) => box.getBoundingClientRect().top);
    expect(await top('#panel-focus')).toBeLessThan(await top('#panel-risk'));
    const now = server.clock.now();
    server.source.publish(
      'session-change',
      sessionStateAt(now, { session: 'active', next: 'off-hours', next_at: '2026-11-20T17:00:00.000Z' }),
    );
    await until(page, `document.querySelector('#panel-session').dataset.session === 'active'`);
    expect(await top('#panel-risk')).toBeLessThan(await top('#panel-focus'));
    await page.setViewportSize({ width: 1280, height: 400 });
    await page.evaluate('scrollTo(0, 800)');
    expect(await top('#panel-risk')).toBeGreaterThanOrEqual(0);
    expect(await top('#panel-focus')).toBeLessThan(0);
  });
});

describe('hands on the keyboard', () => {
  test('1-6 open a card, ? the help, Esc closes, R asks the engine and says so', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await page.keyboard.press('2');
    expect(await focused(page)).toBe('card-mnq');
    expect(await page.locator('#card-mnq details').getAttribute('open')).not.toBeNull();
    await page.keyboard.press('Escape');
    expect(await page.locator('#card-mnq details').getAttribute('open')).toBeNull();
    await page.keyboard.press('?');
    expect(await page.locator('#help').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('#help').isVisible()).toBe(false);
    await page.keyboard.press('r');
    await page.getByText('Computing…').waitFor();
    await vi.waitFor(() => expect(server.source.commands).toHaveLength(1));
    const now = server.clock.now();
    server.source.publish('focus-update', planAt(now, { as_of: ago(now, 0) }));
    await page.getByText('Recomputed 04:57').waitFor();
    expect(page.url()).toBe(`${server.url}/`);
  });

  test('a click on a price copies it', async () => {
    const server = await started();
    const page = await visit(server);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('#card-mgc .level-stop .price').click();
    await page.getByText('Copied 4198.2').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('4198.2');
  });
});

test('/docs works under the content security policy', async () => {
  const page = await visit(await started(), { path: '/docs' });
  await page.getByText('Futures Co-Pilot').first().waitFor({ timeout: 15_000 });
  await page.getByText('/api/focus/{symbol}').waitFor();
});

test('the dashboard prints on one page', async () => {
  const page = await visit(await started());
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g)).toHaveLength(1);
});

test('a platform never heard of is not shown as flat', async () => {
  const server = await started();
  const page = await visit(server);
  await isLive(page);
  server.source.publish(
    'positions-update',
    positionsAt(server.clock.now(), { verdict: 'UNKNOWN', accounts: [], positions: [] }),
  );
  await page.getByText('No news from the platform yet').waitFor();
});
