import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { epochMs, iso } from '../../../src/kernel/units.js';
import { type PlainTab, plainBrowser } from '../../support/devtools.js';
import { eventually } from '../../support/eventually.js';
import { alertsAt, asset, noTradeAt, planAt, positionsAt, riskAt, seedOf } from '../../support/web-source.js';
import { type Served, serve } from './serve.js';

let server: Served;
let browser: Awaited<ReturnType<typeof plainBrowser>>;
beforeEach(async () => {
  server = await serve();
  browser = await plainBrowser();
});
afterEach(async () => {
  await browser.close();
  await server.close();
});

/** Notes what the page showed at the moment of its return: nothing of what was published while it stood still. */
const WATCH = `window.faults = [];
  addEventListener('error', ({ message }) => faults.push(message));
  addEventListener('unhandledrejection', ({ reason }) => faults.push(String(reason)));
  document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => faults.push(violatedDirective));
  document.addEventListener('resume', () => { window.atReturn = document.getElementById('panel-risk').textContent; });`;

async function openLive(script = ''): Promise<PlainTab> {
  const tab = await browser.open('about:blank');
  await tab.send('Page.enable');
  await tab.send('Page.addScriptToEvaluateOnNewDocument', { source: `${script};${WATCH}` });
  await tab.send('Page.navigate', { url: server.url });
  await says(tab, `document.documentElement.dataset.live === 'on'`, 10_000);
  return tab;
}
const says = (tab: PlainTab, condition: string, timeout = 2_000): Promise<unknown> =>
  eventually(async () => (await tab.value(condition)) === true, { timeout });
const contains = (selector: string, text: string): string =>
  `document.querySelector('${selector}').textContent.includes('${text}')`;

/** Puts a tab behind another and stops it, as a browser does with one that nobody has looked at. */
async function freeze(tab: PlainTab): Promise<void> {
  await (await browser.open('about:blank')).front();
  await says(tab, 'document.hidden');
  await tab.send('Page.setWebLifecycleState', { state: 'frozen' });
}
async function comeBack(tab: PlainTab): Promise<void> {
  await tab.front();
  await tab.send('Page.setWebLifecycleState', { state: 'active' });
}

/** What the engine says in two minutes: prices a second apart, and everything else that moves. */
function twoMinutes(server: Served): void {
  const now = server.clock.now();
  for (let second = 1; second <= 120; second += 1) {
    const last = 4200 + second / 10;
    server.source.publish('mgc-update', asset({ ...seedOf('mgc'), last }, now));
    server.source.publish('mnq-update', asset({ ...seedOf('mnq'), last: 25_000 + second / 4 }, now));
    server.source.publish('risk-update', riskAt(now, { daily_pnl: -second }));
    server.source.publish('positions-update', positionsAt(now));
    if (second % 30 === 0) {
      const id = `two-minutes-${second}`;
      const at = iso(epochMs(now + second));
      server.source.publish('alert', { ...alertsAt(now)[0], id, at, text: `Minute note ${second}` });
      server.source.publish('focus-update', planAt(now, { assets: [asset({ ...seedOf('mgc'), last }, now)] }));
    }
  }
  server.source.publish('no-trade-alert', noTradeAt(now));
}

/** What the page shows, without what counts on by itself. */
const STATE = `[...document.querySelectorAll('.card .last, .card .quality, #panel-risk .headline, #panel-risk .gauge-used, #panel-no-trade .verdict, #alerts-newest .alert-text')]
  .map((node) => node.textContent.replace(/\\s+/g, ' ').trim()).join('\\n')`;

describe('a tab that stood still while two minutes of updates passed', () => {
  test.each([
    ['on the connection all tabs share', ''],
    ['on a connection of its own', 'delete window.SharedWorker'],
  ])('shows what the server shows less than 2 s after its return, %s', async (_where, script) => {
    const tab = await openLive(script);
    await freeze(tab);
    twoMinutes(server);
    await comeBack(tab);
    const back = performance.now();
    await says(tab, contains('#panel-risk', '$120 of'));
    await says(tab, `document.getElementById('panel-no-trade').dataset.verdict === 'no-trade'`);
    await says(tab, contains('#card-mgc .last', '4212.0'));
    expect(performance.now() - back).toBeLessThan(2_000);
    expect(await tab.value('atReturn'), 'it stood still').toContain('$86.50 of');
    const fresh = await openLive();
    await eventually(async () => (await tab.value(STATE)) === (await fresh.value(STATE)));
    expect(await tab.value('faults')).toEqual([]);
  });

  test('holds up no other tab', async () => {
    const tab = await openLive();
    const other = await openLive();
    await freeze(tab);
    twoMinutes(server);
    await says(other, contains('#panel-risk', '$120 of'));
    await comeBack(tab);
    await says(tab, contains('#panel-risk', '$120 of'));
  });

  test('is right as well when the server was started again meanwhile', async () => {
    const tab = await openLive();
    await freeze(tab);
    const { port, clock } = server;
    await server.close();
    const risk = riskAt(clock.now(), { daily_pnl: -222 });
    server = await serve({ port, snapshot: { risk, cursor: '2000-0' } });
    await comeBack(tab);
    await says(tab, contains('#panel-risk', '$222 of'), 3_000);
    await says(tab, `document.getElementById('lost').hidden`);
  });
});

test('a tab behind another stays live: its title tells what happens', async () => {
  const tab = await openLive();
  await (await browser.open('about:blank')).front();
  await says(tab, 'document.hidden');
  server.source.publish('no-trade-alert', noTradeAt(server.clock.now()));
  await says(tab, `document.title === 'NO TRADE · +$34.00 · Futures Co-Pilot'`);
});
