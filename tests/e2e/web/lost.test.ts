import { expect, test } from 'vitest';
import { activeSession, BUSY } from '../../support/full-day.js';
import { MORNING, riskAt } from '../../support/web-source.js';
import { browsing, isLive, textOf, until } from './browser.js';

const { started, visit, forget } = browsing({ strict: true });
/** Hue is what is meant by a colour here: grey has none. */
const isGrey = (selector: string, property: string): string => `(() => {
  const [r, g, b] = getComputedStyle(document.querySelector('${selector}')).${property}.match(/\\d+/g).map(Number);
  return Math.max(r, g, b) - Math.min(r, g, b) < 24;
})()`;

test('without a connection the verdict gives no permission, and no light is green', async () => {
  const server = await started({ start: BUSY, snapshot: { session: activeSession(BUSY) } });
  const page = await visit(server);
  await isLive(page);
  expect(await textOf(page, '.verdict-row')).toContain('CLEAR You may trade');
  expect(await page.locator('.verdict-lost').isVisible()).toBe(false);
  const dot = '#panel-status .part.tone-good .dot';
  expect(await page.evaluate(isGrey('.session-name', 'color'))).toBe(false);
  expect(await page.evaluate(isGrey(dot, 'backgroundColor'))).toBe(false);
  await server.close();
  forget(server);
  await until(page, `'lost' in document.documentElement.dataset`);
  const said = await textOf(page, '.verdict-row');
  expect(said).toContain('? NOT KNOWN');
  for (const word of ['CLEAR', 'may trade', 'Entries until']) expect(said).not.toContain(word);
  expect(await page.locator('.verdict-row').ariaSnapshot()).not.toContain('CLEAR');
  expect(await page.evaluate(isGrey('.session-name', 'color'))).toBe(true);
  expect(await page.evaluate(isGrey(dot, 'borderTopColor'))).toBe(true);
  expect(await page.evaluate(isGrey(dot, 'backgroundColor'))).toBe(true);
  await started({ port: server.port, start: BUSY, snapshot: { session: activeSession(BUSY) } });
  await page.getByRole('heading', { name: 'CLEAR' }).waitFor();
  expect(await page.locator('.verdict-lost').isVisible()).toBe(false);
});

test('the title says NO ENTRIES, with the sign of a stop, while a rule of the account refuses', async () => {
  const reasons = [{ rule: 'daily-loss', text: 'The day is lost: $500 of $500', facts: {} }];
  const page = await visit(await started({ snapshot: { risk: riskAt(MORNING, { can_enter: false, reasons }) } }));
  await isLive(page);
  expect(await textOf(page, '.verdict-row')).toContain('NO NEW ENTRIES');
  expect(await page.title()).toMatch(/^NO ENTRIES · /);
  expect(await page.locator('link[rel=icon]').getAttribute('href')).toBe('/img/icon-stop.svg');
});
