import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { after, epochMs, MINUTE } from '../../../src/kernel/units.js';
import { activeSession, BUSY, fourReasons, fullDay, twoPositions } from '../../support/full-day.js';
import { positionsAt, statusAt } from '../../support/web-source.js';
import { browsing, isLive, panelSays, textOf, until } from './browser.js';

const { started, visit } = browsing();
const busy = () => started({ start: BUSY, snapshot: fullDay(BUSY) });
const box = (page: Page, selector: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((it) => {
      const { top, bottom, left, right, height } = it.getBoundingClientRect();
      return { top, bottom, left, right, height };
    });

describe('every width', () => {
  test.each([320, 390, 768, 1280, 1920, 3840])(
    'shows the fullest day at %i pixels without sideways scrolling, and cuts nothing off',
    async (width) => {
      const page = await visit(await busy(), { width });
      await page.locator('#card-mgc summary').click();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const cut = await page
        .locator('.card, .card .levels, .panel, .site, .top')
        .evaluateAll((all) =>
          all.filter((it) => it.scrollWidth > it.clientWidth + 2).map((it) => it.id || it.className),
        );
      expect(cut).toEqual([]);
    },
  );

  test('a 4K screen gets larger type and more beside each other, and no line that an eye loses', async () => {
    const page = await visit(await started({ start: BUSY, snapshot: { session: activeSession(BUSY) } }), {
      width: 3840,
    });
    expect(await page.evaluate('getComputedStyle(document.documentElement).fontSize')).toBe('24px');
    const tops = await page.locator('.card').evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top));
    expect(new Set(tops).size).toBe(1);
    expect((await box(page, '#panel-risk')).top).toBe((await box(page, '#panel-positions')).top);
    // A line of text holds at most about a hundred characters of half an em.
    const long = await page.locator('p, li, td').evaluateAll((all) =>
      all
        .filter((it) => it.childElementCount === 0 && (it.textContent ?? '').trim().length > 100)
        .filter((it) => it.getBoundingClientRect().width > 24 * 60)
        .map((it) => it.textContent),
    );
    expect(long).toEqual([]);
  });

  test('a wide card shows its chart beside the numbers, a narrow one above them', async () => {
    const page = await visit(await started(), { width: 1920 });
    expect((await box(page, '#card-mgc .card-act')).left).toBeGreaterThan((await box(page, '#chart-mgc')).right);
    await page.setViewportSize({ width: 390, height: 844 });
    expect((await box(page, '#card-mgc .card-act')).top).toBeGreaterThanOrEqual((await box(page, '#chart-mgc')).bottom);
  });
});

describe('active hours on a phone', () => {
  test.each([
    [390, 844],
    [375, 667],
  ])('risk and positions stay in sight at %i x %i and take at most a third of the screen', async (width, height) => {
    const now = after(BUSY, 10 * MINUTE);
    const snapshot = { session: activeSession(BUSY), positions: twoPositions(now), noTrade: fourReasons(BUSY) };
    const page = await visit(await started({ start: BUSY, snapshot }), { width });
    await page.setViewportSize({ width, height });
    await page.locator('#card-mcl').evaluate((it) => it.scrollIntoView());
    const [risk, positions] = [await box(page, '.risk-now'), await box(page, '.positions-now')];
    expect(risk.top).toBe(0);
    expect(positions.top).toBeCloseTo(risk.bottom, 0);
    expect(positions.bottom).toBeLessThanOrEqual(height / 3);
    for (const text of ['-$86.50'.replace('-', '−'), '0:17:', 'LONG ▲ 2', '+$34.00'])
      expect(`${await textOf(page, '.risk-now')} ${await textOf(page, '.positions-now')}`).toContain(text);
    const [first] = [await box(page, '.position')];
    expect(first.bottom).toBeLessThanOrEqual(positions.bottom + 1);
  });

  test('the plan follows risk and positions, and the entry check follows the plan', async () => {
    const page = await visit(await started({ start: BUSY, snapshot: { session: activeSession(BUSY) } }), {
      width: 390,
    });
    const tops = [];
    for (const one of ['.panel-no-trade', '.risk-now', '.positions-now', '#panel-focus', '.check', '#panel-alerts'])
      tops.push((await box(page, one)).top);
    expect(tops).toEqual([...tops].sort((a, b) => a - b));
  });
});

test('a weekend morning is not active: the markets are shut, the plan leads and nothing sticks', async () => {
  const start = epochMs(Date.parse('2026-11-21T14:28:00Z'));
  const status = statusAt(start, {
    markets: statusAt(start).markets.map((it) => ({
      ...it,
      open: false,
      phase: 'weekend',
      changes_at: '2026-11-22T23:00:00.000Z',
    })),
  });
  const snapshot = { session: activeSession(start), status, positions: positionsAt(start, { positions: [] }) };
  const page = await visit(await started({ start, snapshot }));
  await isLive(page);
  expect(await textOf(page, '#panel-session')).toMatch(/MARKETS SHUT 32:31:\d\d left reopen Sun 18:00/);
  expect(await textOf(page, '#panel-session')).not.toContain('ACTIVE');
  expect((await box(page, '#panel-focus')).top).toBeLessThan((await box(page, '#panel-risk')).top);
  expect(await page.evaluate(`getComputedStyle(document.querySelector('.strips')).position`)).toBe('static');
});

describe('on paper', () => {
  const pagesOf = (pdf: Buffer): number => pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;

  test.each(['A4', 'Letter'])('the fullest day takes one sheet of %s', async (format) => {
    const server = await busy();
    const page = await visit(server);
    await isLive(page);
    await page.locator('#card-mgc summary').click();
    for (const landscape of [false, true]) expect(pagesOf(await page.pdf({ format, landscape }))).toBe(1);
    server.source.publish('focus-update', { ...fullDay(BUSY).plan, assets: fullDay(BUSY).plan?.assets.slice(0, 4) });
    await until(page, `document.querySelectorAll('.card').length === 4`);
    for (const landscape of [false, true]) expect(pagesOf(await page.pdf({ format, landscape }))).toBe(1);
  });

  test('it says when it was printed, how old plan and prices are, and every reason against trading', async () => {
    const page = await visit(await busy());
    await page.emulateMedia({ media: 'print' });
    expect(await textOf(page, '.clock')).toMatch(/^printed 09:42:\d\d ET$/);
    expect(await textOf(page, '.plan-head')).toMatch(/20 Nov · computed 09:39, 0:02:\d\d ago/);
    expect(await textOf(page, '#card-mgc .age')).toMatch(/^price \d+ s old, of 09:42:07 ET$/);
    const verdict = await box(page, '#panel-no-trade');
    for (const text of ['Extreme volatility: MNQ', 'the best has 48.8', 'Volatility looks extreme: MGC']) {
      const line = page.getByText(text).first();
      expect(await line.isVisible()).toBe(true);
      const at = await line.evaluate((it) => it.getBoundingClientRect().bottom);
      expect(at).toBeLessThanOrEqual(verdict.bottom);
    }
    for (const gone of ['.actions', '.check', '.side', '.site nav', '.why'])
      expect(await page.locator(gone).first().isVisible()).toBe(false);
  });
});

describe('without JavaScript', () => {
  test('every panel of the fullest day has its content, and what is folded opens', async () => {
    const page = await visit(await busy(), { javaScriptEnabled: false });
    for (const panel of ['session', 'status', 'no-trade', 'risk', 'positions', 'focus', 'others', 'alerts'])
      expect((await textOf(page, `#panel-${panel}`)).length, panel).toBeGreaterThan(20);
    expect(await page.getByText('the best has 48.8').first().isVisible()).toBe(false);
    await page.locator('.more-reasons summary').click();
    expect(await page.getByText('the best has 48.8').first().isVisible()).toBe(true);
    await page.locator('.status-more summary').click();
    expect(await textOf(page, '.status-in')).toContain('Sim101 is in sync');
  });

  test('the refresh is a plain post', async () => {
    const server = await busy();
    const page = await visit(server, { javaScriptEnabled: false });
    await page.locator('#refresh').click();
    expect(await textOf(page, 'main')).toContain('The engine recomputes the plan now.');
    expect(server.source.commands).toHaveLength(1);
  });
});

describe('what is folded', () => {
  test('opens by keyboard and touch with reason and hours, and stays open through updates', async () => {
    const server = await started({ start: BUSY, snapshot: fullDay(BUSY) });
    const page = await visit(server, { width: 390 });
    await isLive(page);
    await page.locator('.status-more summary').focus();
    await page.keyboard.press('Enter');
    await page.locator('.status-in').waitFor({ state: 'visible' });
    for (let n = 1; n <= 20; n += 1) {
      const parts = statusAt(BUSY).parts.map((it) => ({ ...it, reason: `${it.part} says ${n}` }));
      server.source.publish('status', statusAt(server.clock.now(), { parts }));
    }
    await panelSays(page, '.status-in', 'bridge says 20');
    expect(await page.locator('.status-in').isVisible()).toBe(true);
    const { left, right } = await box(page, '.status-in');
    expect(left).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(390);
    await page.keyboard.press('Escape');
    await page.locator('.more-reasons summary').focus();
    await page.keyboard.press('Enter');
    for (let n = 1; n <= 20; n += 1) {
      const blocked = fourReasons(server.clock.now());
      const reasons = blocked.reasons.map((reason) => ({ ...reason, text: `${reason.text} (${n})` }));
      server.source.publish('no-trade-alert', { ...blocked, reasons });
    }
    await panelSays(page, '.more-reasons ul', 'the best has 48.8 (20)');
    expect(await page.locator('.more-reasons ul').isVisible()).toBe(true);
  });
});
