import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { browsing, focused, isLive, textOf, until } from './browser.js';

const { started, visit } = browsing({ strict: true });

const inFocus = (page: Page): Promise<unknown> =>
  page.evaluate(`document.activeElement?.closest('[data-symbol]')?.dataset.symbol ?? ''`);
/** Milliseconds from the key's event to the state it brings about. */
const TIMED = `window.took = {};
  addEventListener('keydown', ({ key }) => {
    const begun = performance.now();
    requestAnimationFrame(() => { window.took[key] = performance.now() - begun; });
  }, true); undefined`;

describe('the numbers', () => {
  test('1 to 4 go to the cards and open why, 5 and 6 to the rows of the others; the same number again closes it', async () => {
    const page = await visit(await started());
    await isLive(page);
    for (const [key, symbol] of [
      ['1', 'MGC'],
      ['2', 'MNQ'],
      ['3', 'MCL'],
      ['4', 'MES'],
      ['5', 'SIL'],
      ['6', 'MHG'],
    ] as const) {
      await page.keyboard.press(key);
      expect(await inFocus(page)).toBe(symbol);
    }
    const why = page.locator('#card-mnq details.why').first();
    expect(await why.getAttribute('open')).not.toBeNull();
    await page.keyboard.press('2');
    expect(await why.getAttribute('open'), 'it was open, and now has the focus').not.toBeNull();
    await page.keyboard.press('2');
    expect(await why.getAttribute('open')).toBeNull();
  });

  test('bring the card into sight', async () => {
    const page = await visit(await started(), { width: 390 });
    await isLive(page);
    await page.keyboard.press('4');
    await until(
      page,
      `(() => { const { top } = document.getElementById('card-mes').getBoundingClientRect(); return top >= 0 && top < innerHeight; })()`,
    );
  });

  test('do nothing while the help is open or while somebody types', async () => {
    const page = await visit(await started());
    await isLive(page);
    await page.keyboard.press('?');
    expect(await page.locator('#help').isVisible()).toBe(true);
    for (const key of ['1', 'r', 'e', '/']) await page.keyboard.press(key);
    expect(await inFocus(page)).toBe('');
    expect(await page.locator('#help').isVisible()).toBe(true);
    await page.keyboard.press('?');
    expect(await page.locator('#help').isVisible()).toBe(false);
    await page.keyboard.press('/');
    await page.keyboard.type('12r?e');
    expect(await page.locator('#alert-filter').inputValue()).toBe('12r?e');
    expect(await focused(page)).toBe('alert-filter');
  });
});

test('every key shows its effect within 100 ms', async () => {
  const page = await visit(await started());
  await isLive(page);
  await page.evaluate(TIMED);
  for (const key of ['1', '6', 'r', '?', 'Escape', 'e']) {
    await page.keyboard.press(key);
    await until(page, `window.took['${key}'] !== undefined`);
  }
  const took = (await page.evaluate('window.took')) as Record<string, number>;
  for (const [key, ms] of Object.entries(took)) expect(ms, key).toBeLessThan(100);
});

test('E goes to the entry check, and Esc leaves the field before it closes what is open', async () => {
  const page = await visit(await started());
  await isLive(page);
  await page.keyboard.press('1');
  await page.keyboard.press('e');
  expect(await page.evaluate('document.activeElement.name')).toBe('symbol');
  await page.keyboard.press('Escape');
  expect(await page.evaluate('document.activeElement === document.body')).toBe(true);
  const why = page.locator('#card-mgc details.why').first();
  expect(await why.getAttribute('open')).not.toBeNull();
  await page.keyboard.press('Escape');
  expect(await why.getAttribute('open')).toBeNull();
});

test('Esc closes the topmost alone: the help, then the toast, then what is open', async () => {
  const page = await visit(await started());
  await isLive(page);
  await page.keyboard.press('2');
  await page.locator('#card-mgc .price').first().click();
  await page.locator('.toast').waitFor();
  await page.locator('.toast').hover();
  await page.keyboard.press('?');
  const open = async (): Promise<boolean[]> => [
    await page.locator('#help').isVisible(),
    await page.locator('.toast').isVisible(),
    (await page.locator('#card-mnq details.why').first().getAttribute('open')) !== null,
  ];
  expect(await open()).toEqual([true, true, true]);
  await page.keyboard.press('Escape');
  expect(await open()).toEqual([false, true, true]);
  await page.keyboard.press('Escape');
  expect(await open()).toEqual([false, false, true]);
  await page.keyboard.press('Escape');
  expect(await open()).toEqual([false, false, false]);
});

test('details that lie over the page close by Esc, before what is open in the page, and by a click elsewhere', async () => {
  const page = await visit(await started());
  await isLive(page);
  await page.keyboard.press('1');
  const summary = page.locator('#status-more > summary');
  const isOpen = (): Promise<unknown> => page.evaluate(`document.getElementById('status-more').open`);
  await summary.click();
  expect(await isOpen()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await isOpen()).toBe(false);
  expect(await page.evaluate(`document.activeElement.parentElement.id`), 'the focus goes back').toBe('status-more');
  expect(await page.locator('#card-mgc details.why').first().getAttribute('open')).not.toBeNull();
  await summary.click();
  await page.locator('#card-mgc .symbol').first().click();
  expect(await isOpen()).toBe(false);
});

describe('a price', () => {
  test('is copied by one click or by Enter, and cursor, tick mark and toast say so', async () => {
    const page = await visit(await started());
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const stop = '#card-mgc .level-stop .price';
    const price = page.locator(stop);
    const text = await textOf(page, stop);
    const paste = (): Promise<unknown> => page.evaluate('navigator.clipboard.readText()');
    expect(await page.evaluate(`getComputedStyle(document.querySelector('${stop}')).cursor`)).toBe('copy');
    await price.click();
    await page.getByText(`Copied ${text}`).waitFor();
    expect(await paste()).toBe(text);
    expect(await page.evaluate(`getComputedStyle(document.querySelector('${stop}'), '::after').content`)).toContain(
      '✓',
    );
    await until(page, `!document.querySelector('[data-kept="copied"]')`);
    const last = page.locator('#card-mnq .last .price');
    await last.focus();
    await page.keyboard.press('Enter');
    await until(page, `document.querySelector('#card-mnq .last .price').dataset.kept === 'copied'`);
    expect(await paste()).toBe(await textOf(page, '#card-mnq .last .price'));
  });

  test('is copied as well where the browser has no clipboard for the page', async () => {
    const page = await visit(await started());
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))`);
    await page.locator('#card-mgc [data-copy="4217.4"]').click();
    await page.getByText('Copied 4217.4').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('4217.4');
    expect(await page.evaluate(`document.activeElement.dataset.copy`)).toBe('4217.4');
  });
});
