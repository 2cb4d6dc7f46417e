import { expect, onTestFinished, test } from 'vitest';
import { epochMs } from '../../../src/kernel/units.js';
import { createApp } from '../../../src/roles/web/app.js';
import { listen } from '../../../src/roles/web/server.js';
import { memoryBackfills, movingRun } from '../../support/backfill-runs.js';
import { fakeSource, fullSnapshot, manualTime, quietLog } from '../../support/web-source.js';
import { browsing, focused, panelSays, until } from './browser.js';

const { started, visit } = browsing();
const NOW = epochMs(Date.parse('2026-11-20T18:00:00Z'));

async function jobs(runs = [movingRun({ at: NOW })]) {
  const { clock, timers } = manualTime(NOW);
  const { world, store } = memoryBackfills(runs);
  const version = { sha: 'test', builtAt: 'now', configHash: 'none' };
  const source = fakeSource(fullSnapshot(NOW), clock);
  const more = { backfills: store, watchlist: ['MGC', 'MCL'] };
  const app = await createApp({ source, clock, timers, mode: 'live', log: quietLog, version, ...more });
  const port = await listen(app, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  return { world, served: { ...(await started()), url: `http://127.0.0.1:${port}` } };
}

test('the page of jobs moves on by itself, survives a reload, and stops a job', async () => {
  const { world, served } = await jobs();
  const page = await visit(served, { path: '/jobs' });
  await panelSays(page, '#jobs', '25 %');
  world.runs = [
    movingRun({
      at: NOW,
      parts: [{ root: 'MGC', state: 'running', minutes: 4, minutesDone: 3, bars: 3, reasons: [] }],
    }),
  ];
  await panelSays(page, '#jobs', '75 %');
  await page.reload();
  await panelSays(page, '#jobs', '75 %');
  await page.getByRole('button', { name: 'Stop' }).click();
  await panelSays(page, '#jobs', 'stopped');
  expect(world.runs).toMatchObject([{ state: 'stopped' }]);
});

test('"Stop" keeps the focus while its job moves on and another one comes above it', async () => {
  const { world, served } = await jobs();
  const page = await visit(served, { path: '/jobs' });
  await page.getByRole('button', { name: 'Stop' }).focus();
  world.runs = [
    movingRun({
      at: NOW,
      parts: [{ root: 'MGC', state: 'running', minutes: 4, minutesDone: 3, bars: 3, reasons: [] }],
    }),
  ];
  await panelSays(page, '#jobs', '75 %');
  expect(await focused(page)).toBe('stop-page-1');
  world.runs = [movingRun({ at: NOW, id: 'page-2' }), ...world.runs];
  await page.locator('[data-run="page-2"]').waitFor();
  expect(await focused(page)).toBe('stop-page-1');
  await page.keyboard.press('Enter');
  await panelSays(page, '#jobs [data-run="page-1"]', 'stopped');
  expect(world.runs).toMatchObject([{ state: 'running' }, { state: 'stopped' }]);
});

test('a job is started from the page, without JavaScript too, and fits a phone', async () => {
  const { world, served } = await jobs([]);
  const page = await visit(served, { path: '/jobs', width: 360, javaScriptEnabled: false });
  await page.getByRole('combobox', { name: 'Symbol' }).selectOption('MGC');
  await page.getByRole('button', { name: 'Load bars' }).click();
  await page.locator('.job[data-state=asked]').waitFor();
  expect(world.runs).toMatchObject([{ roots: ['MGC'] }]);
  await until(page, 'document.documentElement.scrollWidth <= 360');
});
