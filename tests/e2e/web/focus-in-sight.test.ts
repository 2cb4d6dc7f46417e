import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { activeSession, BUSY, fullDay } from '../../support/full-day.js';
import { browsing, isLive } from './browser.js';

const { started, visit } = browsing();
/** Positions are open: the strips stick. Four cards and two rows of others. */
const { plan: _, ...day } = fullDay(BUSY);
const trading = { start: BUSY, snapshot: { ...day, session: activeSession(BUSY) } };

/** What has the focus, and whether any of it can be seen: at its top, in its middle or at its bottom. */
const SEEN = `(() => {
  const it = document.activeElement;
  const { left, top, bottom, width } = it.getBoundingClientRect();
  const at = (y) => document.elementFromPoint(left + Math.min(width / 2, 20), y);
  const shows = [top + 2, (top + bottom) / 2, bottom - 2].some((y) => {
    const seen = at(y);
    return seen !== null && (it.contains(seen) || seen.contains(it));
  });
  return { name: it.tagName + ' ' + (it.textContent ?? '').trim().slice(0, 30), isSeen: it === document.body || shows };
})()`;
const toTheEnd = (page: Page) =>
  page.evaluate('document.activeElement.blur(); scrollTo(0, document.documentElement.scrollHeight)');

describe.each([1280, 390])('while the strips stick, at a width of %i', (width) => {
  test('a number shows the head of its card or row below them', async () => {
    const page = await visit(await started(trading), { width });
    await isLive(page);
    for (const [key, place] of [
      ['5', '.others > [data-symbol=SIL]'],
      ['6', '.others > [data-symbol=MHG]'],
      ['1', '#card-mgc'],
      ['3', '#card-mcl'],
    ] as const) {
      await toTheEnd(page);
      await page.keyboard.press(key);
      const isHead = `(() => {
        const { left, top, bottom } = document.activeElement.getBoundingClientRect();
        const [x, y] = [left + 20, Math.min(top + 4, (top + bottom) / 2)];
        return document.activeElement.matches('${place}') && document.activeElement.contains(document.elementFromPoint(x, y));
      })()`;
      expect(await page.evaluate(isHead), key).toBe(true);
    }
  });

  test('whatever Shift+Tab comes to is in sight', async () => {
    const page = await visit(await started(trading), { width });
    await isLive(page);
    await toTheEnd(page);
    await page.locator('.site-foot a').last().focus();
    const hidden: string[] = [];
    let stops = 0;
    for (;;) {
      await page.keyboard.press('Shift+Tab');
      const { name, isSeen } = (await page.evaluate(SEEN)) as { name: string; isSeen: boolean };
      if (name.startsWith('BODY') || name.startsWith('HTML')) break;
      stops += 1;
      if (!isSeen) hidden.push(name);
      if (stops > 300) throw new Error('the focus goes round');
    }
    expect(hidden).toEqual([]);
    expect(stops).toBeGreaterThan(40);
  });

  test('the page stays where it is when the focus comes into the strips', async () => {
    const page = await visit(await started(trading), { width });
    await isLive(page);
    const prices = page.locator('.strip-now .price:visible');
    expect(await prices.count()).toBeGreaterThan(1);
    for (const price of await prices.all()) {
      await page.evaluate('scrollTo(0, 900)');
      await price.focus();
      expect(await page.evaluate('scrollY'), await price.innerText()).toBe(900);
      expect(await page.evaluate(SEEN)).toMatchObject({ isSeen: true });
    }
  });
});
