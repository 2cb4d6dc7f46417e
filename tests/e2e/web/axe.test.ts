import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { dayHistory } from '../../../src/adapters/postgres/day-history.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { keepPastDay } from '../../support/past-day.js';
import { testPostgres } from '../../support/services.js';
import { MORNING, noTradeAt } from '../../support/web-source.js';
import { browsing, isLive, until } from './browser.js';

const { url } = await testPostgres();
const sql = connectPostgres({ url });
afterAll(() => sql.end());
await migrate(sql);
await keepPastDay(sql);
const history = dayHistory(sql);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { started, visit } = browsing();

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** What axe-core calls serious or critical, as `rule: element: what to mend`. */
async function grave(page: Page): Promise<readonly string[]> {
  // Through the debugger, which the page's own policy does not bind.
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as { readonly violations: readonly Finding[] };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
}

const PAGES = [
  '/',
  '/limits',
  '/alerts',
  '/data',
  '/jobs',
  '/research/quality',
  '/history',
  '/history/2026-11-20?at=04:59',
  '/history/2020-01-01',
];

test.each(PAGES.flatMap((path) => [1280, 390].map((width) => [path, width] as const)))(
  'axe finds nothing serious on %s, %d wide',
  async (path, width) => {
    const page = await visit(await started({ history }), { path, width });
    if (path === '/') await isLive(page);
    expect(await grave(page)).toEqual([]);
  },
);

test.each([1280, 390])('axe finds nothing serious when trading is not allowed, %d wide', async (width) => {
  const reason = { id: 'daily-loss', text: 'The day is lost: $500 of $500', facts: {} };
  const noTrade = {
    ...noTradeAt(MORNING),
    active: true,
    reasons: [reason, { ...reason, id: 'low-quality', text: 'Quality is low' }],
  };
  const page = await visit(await started({ snapshot: { noTrade } }), { width });
  await isLive(page);
  expect(await grave(page)).toEqual([]);
});

test('axe finds nothing serious when the engine is gone, with help and reasons open', async () => {
  const server = await started();
  const page = await visit(server);
  await isLive(page);
  await page.locator('.why summary').first().click();
  server.stopBeating();
  await until(page, `document.querySelector('#panel-risk')?.dataset.stale === 'true'`, 15_000);
  await page.keyboard.press('?');
  expect(await grave(page)).toEqual([]);
});
