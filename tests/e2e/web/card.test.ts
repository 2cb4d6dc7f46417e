import { expect, test } from 'vitest';
import { after, MINUTE } from '../../../src/kernel/units.js';
import { gateAt, regimeAt } from '../../support/card-source.js';
import { asset, planAt, seedOf } from '../../support/web-source.js';
import { browsing, isLive, panelSays, textOf } from './browser.js';

const { started, visit } = browsing();

test('a card has three sizes of type and no more, whatever it says and however far it is opened', async () => {
  const page = await visit(await started());
  for (const summary of await page.locator('.card summary').all()) await summary.click();
  const sizes = await page.evaluate(`[...document.querySelectorAll('.card')].map((card) =>
    [...new Set([...card.querySelectorAll('*')]
      .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
      .filter((one) => !one.closest('.unseen'))
      .map((one) => getComputedStyle(one).fontSize))].sort())`);
  expect(sizes).toEqual(Array(4).fill(['13px', '15px', '22px']));
});

/** Text against the nearest painted ground under it, by the formula of WCAG 2, opacity included. */
const POOR_CONTRAST = `(() => {
  const channels = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const up = (one) => (one ? [one, ...up(one.parentElement)] : []);
  return [...document.querySelectorAll('.card *')]
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '') && !one.closest('.unseen, meter'))
    .map((one) => {
      const grounds = up(one).map((each) => channels(getComputedStyle(each).backgroundColor)).filter(([, , , a = 1]) => a > 0);
      const [ground] = grounds;
      const opacity = up(one).reduce((share, each) => share * Number(getComputedStyle(each).opacity), 1);
      const ink = channels(getComputedStyle(one).color).slice(0, 3).map((c, i) => c * opacity + ground[i] * (1 - opacity));
      const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
      return { text: one.textContent.trim().slice(0, 40), contrast: (high + 0.05) / (low + 0.05) };
    })
    .filter(({ contrast }) => !(contrast >= 4.5));
})()`;

test('every word on a card can be read against its ground, on a stale card too', async () => {
  const server = await started();
  const page = await visit(server);
  await isLive(page);
  for (const summary of await page.locator('.card summary').all()) await summary.click();
  expect(await page.evaluate(POOR_CONTRAST)).toEqual([]);
  server.source.publish('mgc-update', asset(seedOf('mgc'), server.clock.now(), { stale: true, tradeable: false }));
  await panelSays(page, '#card-mgc', 'stale since');
  expect(await page.evaluate(POOR_CONTRAST)).toEqual([]);
});

test('an update changes regime, gate and hint in place while why stays open', async () => {
  const server = await started();
  const page = await visit(server);
  await isLive(page);
  await page.locator('#card-mcl summary').click();
  expect(await textOf(page, '#card-mcl .face')).toContain('no model yet');
  const now = after(server.clock.now(), MINUTE);
  const known = { gate: gateAt(now), regime: regimeAt(), hint: { kind: 'LOW VOL', at: planAt(now).as_of } } as const;
  server.source.publish('mcl-update', asset(seedOf('mcl'), server.clock.now(), known));
  await panelSays(page, '#card-mcl .face', 'trending, 12 bars');
  expect(await textOf(page, '#card-mcl .face')).toContain('✓ passes LONG ADX 27.3 · 15m ▲');
  expect(await textOf(page, '#card-mcl .hint')).toMatch(/^LOW VOL \d\d:\d\d$/);
  expect(await page.locator('#card-mcl details').getAttribute('open')).not.toBeNull();
  const widths = await page
    .locator('#card-mcl .strip rect')
    .evaluateAll((parts) => parts.map((part) => Math.round(part.getBoundingClientRect().width)));
  expect(widths).toHaveLength(3);
  expect(widths[1]).toBeGreaterThan(5 * (widths[0] ?? 0));
});

test('the nearest levels can be copied like every other price', async () => {
  const page = await visit(await started());
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.locator('#card-mgc .face-ict-above .price').click();
  await page.getByText('Copied 4215.2').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('4215.2');
});
