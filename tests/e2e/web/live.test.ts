import { describe, expect, test, vi } from 'vitest';
import { iso } from '../../../src/kernel/units.js';
import { eventually } from '../../support/eventually.js';
import { ago, asset, noTradeAt, planAt, positionsAt, riskAt, seedOf } from '../../support/web-source.js';
import { browsing, focused, isLive, panelSays, textOf, until } from './browser.js';
import type { Served } from './serve.js';

const { started, visit, forget, tab } = browsing({ strict: true });

const streamsOf = async (server: Served): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/copilot_web_streams (\d+)/.exec(text)?.[1]);
};

describe('the refresh button', () => {
  const word = '[data-refresh-word]';

  test('is busy at once, says when the engine was asked and when the plan is there, and is ready again', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await page.evaluate(`window.states = [];
      new MutationObserver(() => states.push([document.querySelector('${word}').textContent, performance.now() - pressed]))
        .observe(document.getElementById('refresh'), { attributes: true });
      document.getElementById('refresh').addEventListener('click', () => { window.pressed = performance.now(); }, true);`);
    await page.locator('#refresh').click();
    await panelSays(page, word, 'Computing…');
    expect(await page.locator('#refresh').getAttribute('aria-busy')).toBe('true');
    const [first] = (await page.evaluate('states')) as [string, number][];
    expect(first?.[0]).toBe('Asking…');
    expect(first?.[1]).toBeLessThan(100);
    const now = server.clock.now();
    // A plan that was computed before the question is not its answer.
    server.source.publish('focus-update', planAt(now, { as_of: ago(now, 60) }));
    await panelSays(page, '#panel-focus', '04:56');
    expect(await textOf(page, word)).toBe('Computing…');
    server.source.publish('focus-update', planAt(now, { as_of: iso(now) }));
    await until(page, `/^✓ 04:57:\\d\\d$/.test(document.querySelector('${word}').textContent)`);
    await page.getByText(/^Recomputed 04:57:\d\d ET$/).waitFor();
    await panelSays(page, word, 'Refresh', 6_000);
    expect(await page.locator('#refresh').getAttribute('aria-busy')).toBe('false');
  });

  test('asks once however often it is pressed, by mouse or by R', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    const at = await page.locator('#refresh').boundingBox();
    for (let n = 0; n < 3; n += 1) {
      await page.mouse.click((at?.x ?? 0) + 9, (at?.y ?? 0) + 9);
      await page.keyboard.press('r');
    }
    await panelSays(page, word, 'Computing…');
    expect(server.source.commands).toHaveLength(1);
  });

  test('says the server’s own sentence when the engine cannot be asked', async () => {
    const server = await started();
    server.source.failCommands();
    const page = await visit(server);
    await isLive(page);
    await page.keyboard.press('r');
    await page.getByText('The engine cannot be reached, so nothing was asked of it. Try again.').waitFor();
    await panelSays(page, word, 'Not done');
  });

  test('gives up in words after 10 s, and still tells the plan when it comes', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await page.keyboard.press('r');
    await panelSays(page, word, 'Computing…');
    await page.getByText('no new plan came within 10 s').waitFor({ timeout: 12_000 });
    server.source.publish('focus-update', planAt(server.clock.now(), { as_of: iso(server.clock.now()) }));
    await page.getByText(/^Recomputed 04:57:\d\d ET$/).waitFor();
  });

  test('says that nothing was asked when the server is away, and works again after it', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await server.close();
    forget(server);
    await page.keyboard.press('r');
    await page.getByText('Refresh did not reach the server.').waitFor();
    const next = await started({ port: server.port });
    await page.locator('#lost').waitFor({ state: 'hidden' });
    await panelSays(page, word, 'Refresh', 6_000);
    await page.keyboard.press('r');
    await vi.waitFor(() => expect(next.source.commands).toHaveLength(1), { timeout: 10_000 });
  });

  test('keeps its question through a lost connection: the plan that comes with the new one answers it', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await page.keyboard.press('r');
    await panelSays(page, word, 'Computing…');
    await server.close();
    forget(server);
    await page.locator('#lost').waitFor({ state: 'visible' });
    const now = server.clock.now();
    await started({ port: server.port, snapshot: { plan: planAt(now, { as_of: iso(now) }), cursor: '2000-0' } });
    await page.getByText(/^Recomputed 04:57:\d\d ET$/).waitFor();
  });
});

describe('the title of the page', () => {
  test('is the open result while something is open, NO TRADE while that holds, and STALE before both', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    const says = (title: string, timeout?: number) => until(page, `document.title === '${title}'`, timeout);
    await says('+$34.00 · Futures Co-Pilot');
    const now = server.clock.now();
    server.source.publish('risk-update', riskAt(now, { open_pnl: -12.5 }));
    await says('−$12.50 · Futures Co-Pilot');
    server.source.publish('positions-update', positionsAt(now, { positions: [] }));
    server.source.publish('risk-update', riskAt(now, { open_trades: 0, open_pnl: 0 }));
    await says('Futures Co-Pilot');
    server.source.publish('no-trade-alert', noTradeAt(now));
    await says('NO TRADE · Futures Co-Pilot');
    expect(await page.locator('link[rel=icon]').getAttribute('href')).toBe('/img/icon-stop.svg');
    server.stopBeating();
    await says('STALE · Futures Co-Pilot', 10_000);
    server.startBeating();
    await says('NO TRADE · Futures Co-Pilot');
    await server.close();
    forget(server);
    await says('STALE · Futures Co-Pilot');
  });
});

describe('a push', () => {
  test('leaves typed text, the caret and open details alone, 100 times', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await page.locator('#card-mgc details.why').first().locator('summary').first().click();
    await page.keyboard.press('e');
    await page.keyboard.type('MNQ');
    await page.locator('.check [name=stop]').fill('25052.5');
    await page.locator('#alert-filter').fill('bar had');
    await page.evaluate(`document.getElementById('alert-filter').setSelectionRange(2, 5)`);
    const now = server.clock.now();
    for (let n = 1; n <= 100; n += 1) {
      server.source.publish('risk-update', riskAt(now, { daily_pnl: -n }));
      server.source.publish('positions-update', positionsAt(now));
      server.source.publish(
        'focus-update',
        planAt(now, { assets: [asset({ ...seedOf('mgc'), last: 4200 + n }, now)] }),
      );
      server.source.publish('alert', {
        id: `many-${n}`,
        at: iso(now),
        kind: 'system',
        severity: 'info',
        symbol: null,
        text: `Note ${n}`,
      });
    }
    await panelSays(page, '#panel-risk', '$100 of', 20_000);
    await until(page, `document.querySelector('.alert').dataset.id.startsWith('many')`, 20_000);
    await panelSays(page, '#card-mgc', '4300.0', 20_000);
    expect(await page.locator('#card-mgc details.why').first().getAttribute('open')).not.toBeNull();
    expect(await page.locator('.check [name=symbol]').inputValue()).toBe('MNQ');
    expect(await page.locator('.check [name=stop]').inputValue()).toBe('25052.5');
    expect(await page.locator('#alert-filter').inputValue()).toBe('bar had');
    expect(await focused(page)).toBe('alert-filter');
    expect(await page.evaluate('[document.activeElement.selectionStart, document.activeElement.selectionEnd]')).toEqual(
      [2, 5],
    );
  });

  test('lights up the number that changed for 600 ms, moves nothing, and not at all with reduced motion', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    // Noted as each begins: frames may be far apart on a busy machine, and a flash would be over before the next look.
    await page.evaluate(`window.flashed = [];
      const animate = Element.prototype.animate;
      Element.prototype.animate = function (...how) {
        const animation = animate.apply(this, how);
        const { effect, id } = animation;
        if (id === 'flash') window.flashed.push([this.textContent, effect.getTiming().duration,
          Object.keys(effect.getKeyframes()[0]).includes('backgroundColor')]);
        return animation;
      };`);
    const change = async (last: string): Promise<void> => {
      await page.evaluate('window.flashed.length = 0');
      server.source.publish('risk-update', riskAt(server.clock.now(), { daily_pnl: -Number(last) }));
      await panelSays(page, '#panel-risk', `$${last} of`);
    };
    await change('101');
    await until(page, 'window.flashed.length > 0');
    const seen = (await page.evaluate('window.flashed')) as [string, number, boolean][];
    expect(seen.map(([text]) => text).join(' ')).toContain('101');
    for (const [, duration, isBackground] of seen) expect([duration, isBackground]).toEqual([600, true]);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await change('102');
    expect(await page.evaluate('window.flashed')).toEqual([]);
  });
});

describe('the connection', () => {
  test('is back less than 3 s after the server, with the newest state', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    const spans: number[] = [];
    let current = server;
    for (let n = 1; n <= 3; n += 1) {
      await current.close();
      forget(current);
      await page.locator('#lost').waitFor({ state: 'visible' });
      // Long enough away for the pauses between the attempts to have grown to their longest.
      const awaySince = performance.now();
      await eventually(() => performance.now() - awaySince > 4_000, { timeout: 6_000, every: 100 });
      const risk = riskAt(current.clock.now(), { daily_pnl: -300 - n });
      current = await started({ port: server.port, snapshot: { risk, cursor: `${2000 + n}-0` } });
      const back = performance.now();
      await panelSays(page, '#panel-risk', `$${300 + n} of`);
      spans.push(performance.now() - back);
    }
    expect(Math.max(...spans)).toBeLessThan(3_000);
    await page.locator('#lost').waitFor({ state: 'hidden' });
    expect(await streamsOf(current)).toBe(1);
  });

  test('that the server refuses is explained in the server’s own words', async () => {
    const server = await started();
    const many = await Promise.all([1, 2, 3, 4, 5].map(() => fetch(`${server.url}/sse/dashboard`)));
    const page = await visit(server);
    await page.locator('#lost').waitFor({ state: 'visible' });
    expect(await textOf(page, '#lost')).toContain(
      'This client already holds 5 live streams. Close another dashboard tab',
    );
    await Promise.all(many.map((response) => response.body?.cancel()));
    await page.locator('#lost').waitFor({ state: 'hidden' });
  });

  test('that is refused without a shared worker is explained as well, and asked for again', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await page.context().addInitScript('delete window.SharedWorker');
    const many = await Promise.all([1, 2, 3, 4].map(() => fetch(`${server.url}/sse/dashboard`)));
    const alone = await tab(page);
    await alone.locator('#lost').waitFor({ state: 'visible' });
    expect(await textOf(alone, '#lost')).toContain('This client already holds 5 live streams.');
    await Promise.all(many.map((response) => response.body?.cancel()));
    await alone.locator('#lost').waitFor({ state: 'hidden', timeout: 10_000 });
    server.source.publish('risk-update', riskAt(server.clock.now(), { daily_pnl: -77 }));
    await panelSays(alone, '#panel-risk', '$77 of');
  });
});
