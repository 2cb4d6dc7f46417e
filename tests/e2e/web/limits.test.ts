import { describe, expect, test, vi } from 'vitest';
import { after, MINUTE } from '../../../src/kernel/units.js';
import { positionsAt, riskAt } from '../../support/web-source.js';
import { browsing, isLive, panelSays, textOf, until } from './browser.js';

const { started, visit } = browsing();

/** Nothing open, everything in sync, for longer than a test lasts. */
async function flat() {
  const server = await started();
  const later = after(server.clock.now(), 10 * MINUTE);
  server.source.publish('positions-update', positionsAt(later, { positions: [] }));
  server.source.publish('risk-update', riskAt(later, { open_trades: 0, open_risk_dollars: 0, total_risk_pct: 0 }));
  return server;
}

describe('the entry check', () => {
  test('answers beside the form with sign, word, reasons and risk', async () => {
    const page = await visit(await flat());
    await isLive(page);
    await page.keyboard.press('e');
    await page.keyboard.type('mgc');
    await page.locator('.check [name=size]').fill('2');
    await page.locator('.check [name=stop]').fill('4199.8');
    await page.keyboard.press('Enter');
    await page.locator('[data-answer=yes]').waitFor();
    expect(await textOf(page, '#check-answer')).toMatch(/^✓ YES LONG 2 MGC risk \$162 to your stop asked 04:57:\d\d$/);
    await page.locator('.sides').getByText('SHORT').click();
    await page.locator('.check [name=size]').fill('40');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.locator('[data-answer=no]').waitFor();
    expect(await page.locator('#check-answer li').count()).toBeGreaterThan(1);
    expect(page.url()).not.toContain('risk/check');
  });

  test('keeps what is being typed through live updates, and greys an answer that is no longer of now', async () => {
    const server = await flat();
    const page = await visit(server);
    await isLive(page);
    await page.locator('.check [name=symbol]').fill('MGC');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.locator('#check-answer .check-word').waitFor();
    expect(await page.locator('.check-old').isVisible()).toBe(false);
    await page.locator('.check [name=stop]').pressSequentially('4199');
    const later = after(server.clock.now(), 10 * MINUTE);
    server.source.publish('risk-update', riskAt(later, { daily_pnl: -222 }));
    server.source.publish('positions-update', positionsAt(later));
    await panelSays(page, '#panel-risk', '$222 of');
    expect(await page.locator('.check [name=stop]').inputValue()).toBe('4199');
    expect(await page.evaluate('document.activeElement?.name')).toBe('stop');
    expect(await page.locator('#check-answer .check-word').count(), 'the answer stays too').toBe(1);
    await page.evaluate(`document.getElementById('check-answer').dataset.oldAt = '2026-11-20T00:00:00Z'`);
    await page.locator('.check-old').waitFor({ state: 'visible' });
  });

  test('does not leave an old yes standing when the next question cannot be asked', async () => {
    const server = await flat();
    const page = await visit(server);
    await isLive(page);
    await page.locator('.check [name=symbol]').fill('MGC');
    await page.locator('.check [name=stop]').fill('4199.8');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.locator('[data-answer=yes]').waitFor();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('The question did not reach the server. Ask again.').waitFor();
    expect(await page.locator('.check-old').isVisible()).toBe(true);
  });

  test('works without JavaScript, and says what is wrong with the question', async () => {
    const page = await visit(await flat(), { javaScriptEnabled: false });
    await page.locator('.check [name=symbol]').fill('MGC');
    await page.locator('.check [name=size]').fill('two');
    await page.getByRole('button', { name: 'Check' }).click();
    expect(await textOf(page, 'main')).toContain('size must be a whole number of contracts from 1 to 1000');
    await page.locator('.check [name=size]').fill('1');
    await page.getByRole('button', { name: 'Check' }).click();
    expect(await textOf(page, '#check-answer')).toMatch(/YES|NO/);
    expect(await page.locator('.check [name=symbol]').inputValue()).toBe('MGC');
  });

  test.each([390, 1280])(
    'answers at %i pixels without JavaScript under the same header, covering nothing',
    async (width) => {
      const page = await visit(await flat(), { javaScriptEnabled: false, width });
      await page.locator('.check [name=symbol]').fill('MGC');
      await page.getByRole('button', { name: 'Check' }).click();
      expect(await textOf(page, '.top')).toMatch(/04:57:\d\d ET .*engine ok /);
      expect(await textOf(page, '.site')).toContain('DEMO');
      await page.getByRole('link', { name: 'Back to the dashboard' }).click({ timeout: 2_000 });
      expect(new URL(page.url()).pathname).toBe('/');
    },
  );
});

describe('the limits page', () => {
  test('is reached from the dashboard, sends a change, and shows it when the engine has answered', async () => {
    const server = await flat();
    const page = await visit(server);
    await isLive(page);
    await page.locator('.panel-risk').getByRole('link', { name: 'limits' }).click();
    await isLive(page);
    expect(await textOf(page, '[data-limit=daily_loss]')).toContain('$500');
    await page.getByLabel('daily loss').fill('600');
    await page.getByLabel('losses in a row').fill('1');
    await page.getByRole('button', { name: 'Change the limits' }).click();
    await page.getByText('Sent to the engine.').waitFor();
    expect(await textOf(page, '.sent')).toContain('losses in a row 1 at once daily loss $600 from Mon 23 Nov');
    await vi.waitFor(() =>
      expect(server.source.commands).toMatchObject([
        { kind: 'set-limits', change: { daily_loss: 600, losses_in_a_row: 1 } },
      ]),
    );
    const { limits } = riskAt(server.clock.now());
    const now = { ...limits, losses_in_a_row: 1 };
    const limits_pending = { from: '2026-11-23', limits: { ...now, daily_loss: 600 } };
    server.source.publish(
      'risk-update',
      riskAt(after(server.clock.now(), 10 * MINUTE), { limits: now, limits_pending }),
    );
    await panelSays(page, '[data-limit=losses_in_a_row] .limit-now', '1');
    expect(await textOf(page, '[data-limit=daily_loss]')).toMatch(/\$500\s+\$600/);
    expect(await textOf(page, '#panel-limits thead')).toContain('Mon 23 Nov');
  });

  test('marks a wrong field and keeps what was typed, with a push in between', async () => {
    const server = await flat();
    const page = await visit(server, { path: '/limits' });
    await isLive(page);
    await page.getByLabel('daily loss').fill('9000');
    server.source.publish('risk-update', riskAt(after(server.clock.now(), 10 * MINUTE), { limits_pending: null }));
    await page.getByRole('button', { name: 'Change the limits' }).click();
    await page.locator('.is-wrong .problem').waitFor();
    expect(await page.getByLabel('daily loss').inputValue()).toBe('9000');
    expect(server.source.commands).toEqual([]);
  });

  test('greys itself and says since when, when the server is lost', async () => {
    const server = await flat();
    const page = await visit(server, { path: '/limits' });
    await isLive(page);
    await server.close();
    await page.locator('#lost').waitFor({ state: 'visible' });
    await until(page, `getComputedStyle(document.querySelector('#panel-limits')).borderTopStyle === 'dashed'`);
  });

  test('is grey and promises nothing while the engine is silent', async () => {
    const server = await flat();
    const page = await visit(server, { path: '/limits' });
    await isLive(page);
    const colour = (selector: string) => `getComputedStyle(document.querySelector('${selector}')).color`;
    expect(await page.evaluate(colour('td.limit-now'))).toBe('rgb(250, 250, 250)');
    server.stopBeating();
    await page.locator('#panel-limits[data-stale=true]').waitFor();
    await until(page, `${colour('td.limit-now')} === 'rgb(161, 161, 170)'`);
    await page.getByLabel('daily loss').fill('400');
    await page.getByRole('button', { name: 'Change the limits' }).click();
    await page.getByText('Waiting for the engine.').waitFor();
    expect(await textOf(page, '.sent')).toContain('daily loss $400 when the engine is back');
    expect(await textOf(page, '.panel-form')).not.toMatch(/✓|at once/);
  });

  test('takes nothing under a name that is not ours, and says which setting would allow it', async () => {
    const server = await flat();
    const page = await visit(server, { path: '/limits' });
    // Browsers lead every name below localhost to this machine, as a rebound name would be.
    await page.goto(`http://evil.localhost:${server.port}/limits`);
    await isLive(page);
    await page.getByLabel('daily loss').fill('400');
    await page.getByRole('button', { name: 'Change the limits' }).click();
    await page.getByText('put the name into the setting WEB_HOSTS').waitFor();
    await page.goto(`http://evil.localhost:${server.port}/`);
    await isLive(page);
    await page.locator('#refresh').click();
    await page.locator('.toast').getByText('put the name into the setting WEB_HOSTS').waitFor();
    expect(server.source.commands).toEqual([]);
  });

  test.each([320, 390, 768, 1280])('at %i pixels needs no sideways scrolling', async (width) => {
    const page = await visit(await flat(), { path: '/limits', width });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  test('works without JavaScript', async () => {
    const server = await flat();
    const page = await visit(server, { path: '/limits', javaScriptEnabled: false });
    await page.getByLabel('daily loss').fill('400');
    await page.getByRole('button', { name: 'Change the limits' }).click();
    expect(await textOf(page, 'main')).toContain('daily loss $400 at once');
    expect(await textOf(page, '.sent')).not.toContain('It answers on this page');
    expect(server.source.commands).toHaveLength(1);
    await page.getByRole('link', { name: 'Load the limits again' }).click();
    expect(await page.locator('.sent').count()).toBe(0);
  });
});
