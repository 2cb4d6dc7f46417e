import { afterAll, expect, test } from 'vitest';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { dayHistory } from '../../../src/adapters/postgres/day-history.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { keepPastDay, REASON } from '../../support/past-day.js';
import { testPostgres } from '../../support/services.js';
import { browsing, panelSays, textOf, until } from './browser.js';

const { url } = await testPostgres();
const sql = connectPostgres({ url });
afterAll(() => sql.end());
await migrate(sql);
const history = dayHistory(sql);
const { started, visit } = browsing({ strict: true });

test('before the first day is kept the page says what will appear', async () => {
  const page = await visit(await started({ history }), { path: '/history' });
  expect(await textOf(page, 'main')).toContain('A day appears here with its first plan');
  await keepPastDay(sql);
});

test('the list leads to a day, which opens at its last plan and says that it is history', async () => {
  const page = await visit(await started({ history }), { path: '/history' });
  expect(await textOf(page, '.history-days tbody')).toContain('−$25.24');
  await page.click('.history-days a');
  expect(await textOf(page, '.history-banner')).toContain('HISTORY');
  expect(await textOf(page, '.history-clock')).toBe('05:00 ET');
  expect(await page.locator('.card').count()).toBeGreaterThan(0);
  expect(await page.locator('[hx-sse\\:connect], #refresh').count(), 'nothing live, nothing to ask for').toBe(0);
});

test('the slider goes by minutes and PageDown by plans; the address follows, and an opened list stays open', async () => {
  const server = await started({ history });
  const page = await visit(server, { path: '/history/2026-11-20?at=04:59' });
  expect(await textOf(page, '#panel-no-trade')).toContain(REASON.text);
  await page.click('.history-plans summary');
  await page.focus('#history-minute');
  await page.keyboard.press('ArrowLeft');
  await panelSays(page, '.history-clock', '04:58');
  await page.keyboard.press('ArrowLeft');
  await panelSays(page, '.history-clock', '04:57');
  expect(await textOf(page, '#panel-no-trade')).not.toContain(REASON.text);
  expect(page.url()).toContain('minute=657');
  expect(await page.locator('.history-plans[open]').count()).toBe(1);
  await page.keyboard.press('PageUp');
  await panelSays(page, '.history-clock', '05:00');
  await page.keyboard.press('PageDown');
  await panelSays(page, '.history-clock', '04:55');
  await page.reload();
  expect(await textOf(page, '.history-clock')).toBe('04:55 ET');
});

test('a minute before the first plan says when there is one', async () => {
  const page = await visit(await started({ history }), { path: '/history/2026-11-20?at=04:00' });
  expect(await textOf(page, '.history-now')).toContain('The first of 2 plans was made at 04:55 ET');
  expect(await page.locator('.card').count()).toBe(0);
});

test('without JavaScript the slider is a form and the plans are links', async () => {
  const page = await visit(await started({ history }), { path: '/history/2026-11-20', javaScriptEnabled: false });
  await page.click('.history-plans summary');
  await page.click('.history-plans a >> nth=0');
  expect(await textOf(page, '.history-clock')).toBe('04:55 ET');
  await page.fill('#history-minute', '659');
  await page.click('.history-time button');
  expect(await textOf(page, '.history-clock')).toBe('04:59 ET');
});

test('when the server is away the page says that it still shows another minute', async () => {
  const server = await started({ history });
  const page = await visit(server, { path: '/history/2026-11-20' });
  await page.route('**/history/**', (route) => route.abort());
  await page.focus('#history-minute');
  await page.keyboard.press('ArrowLeft');
  await until(page, `document.querySelector('.history-trouble')?.textContent.includes('another minute')`);
});

test('fits a phone without scrolling sideways', async () => {
  const page = await visit(await started({ history }), { path: '/history/2026-11-20', width: 390 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
});

test.each([
  ['/history/2026-11-21', 400, 'trading_day is "2026-11-21"'],
  ['/history/yesterday', 400, 'expected a weekday'],
  ['/history/2026-11-18', 404, 'There is 2026-11-20 to 2026-11-20'],
  ['/history/2026-11-20?at=25:00', 400, 'at is "25:00"'],
  ['/history/2026-11-20?minute=1381', 400, 'minute must be'],
  ['/history/2026-11-18/plan.csv', 404, 'Nothing is kept of 2026-11-18'],
])('%s is refused with %d', async (path, status, words) => {
  const answer = await fetch(`${(await started({ history })).url}${path}`);
  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain(JSON.stringify(words).slice(1, -1));
});

test('every file of a day has a header, a row for each fact, and no cell a spreadsheet would run', async () => {
  const server = await started({ history });
  const file = async (name: string): Promise<string[]> => {
    const answer = await fetch(`${server.url}/history/2026-11-20/${name}.csv`);
    expect(answer.headers.get('content-type')).toContain('text/csv');
    expect(answer.headers.get('content-disposition')).toContain(`2026-11-20-${name}.csv`);
    return (await answer.text()).trimEnd().split('\r\n');
  };
  const plan = await file('plan');
  expect(plan[0]).toContain('as_of,as_of_et,symbol');
  expect(plan[1]).toContain('2026-11-20T09:55:00.000Z,2026-11-20 04:55:00,');
  expect(await file('no-trade')).toHaveLength(4);
  expect((await file('alerts'))[1]).toContain("'=SUM(A1) is no formula here");
  const positions = await file('positions');
  expect(positions[1]).toContain('Sim101,,FLAT,0');
  expect(positions[2]).toContain('Sim101,MGC 12-26,LONG,2,4205.3,4207,34');
  expect((await file('trades'))[1]).toContain('-24,1.24,-25.24');
});
