import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { type EpochMs, epochMs } from '../../../../src/kernel/units.js';
import type { Mode } from '../../../../src/messages/focus-plan.js';
import type { BackfillRun } from '../../../../src/ports/backfill-store.js';
import { createApp } from '../../../../src/roles/web/app.js';
import { memoryBackfills, movingRun } from '../../../support/backfill-runs.js';
import { fakeSource, fullSnapshot, MORNING, manualTime, quietLog } from '../../../support/web-source.js';
import { BROWSER, words } from './set-up.js';

/** 13:00 New York; MORNING is 04:57. */
const OFF_HOURS = epochMs(Date.parse('2026-11-20T18:00:00Z'));
const OWN = { host: 'localhost:8000', origin: 'http://localhost:8000', 'sec-fetch-site': 'same-origin' };
const open: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

async function started(runs: readonly BackfillRun[] = [], start: EpochMs = OFF_HOURS, mode: Mode = 'live') {
  const { clock, timers } = manualTime(start);
  const { world, store } = memoryBackfills(runs);
  const source = fakeSource(fullSnapshot(clock.now()), clock);
  const version = { sha: 'abc', builtAt: 'now', configHash: 'f00d' };
  const jobs = { backfills: store, watchlist: ['MGC', 'MCL'] };
  const app = await createApp({ source, clock, timers, mode, log: quietLog, version, ...jobs });
  open.push(app);
  const get = (url: string, headers: Record<string, string> = BROWSER) => app.inject({ url, headers });
  const post = (url: string, body: string, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url,
      payload: body,
      headers: { ...OWN, ...BROWSER, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  return { world, get, post };
}

describe('GET /jobs', () => {
  test('shows share, rate, time left, and of each symbol what is missing and why', async () => {
    const { get } = await started([
      movingRun({ at: OFF_HOURS }),
      movingRun({ at: OFF_HOURS, id: 'old', state: 'done' }),
    ]);
    const { body, statusCode } = await get('/jobs');
    expect(statusCode).toBe(200);
    const text = words(body);
    expect(text).toContain('MCL, MGC: 2025-03-01 to 2026-02-26 running');
    expect(text).toContain('25 % 990 bars, 100 minutes of market a second, 0:00:30 left');
    expect(text).toContain('MGC 33 % 33 % 990 bars running');
    expect(text).toContain('&lt;b&gt;1,000 minutes are missing');
    expect(body).toContain('<progress value="1000" max="4000"');
    expect(body.match(/action="\/actions\/backfill-stop"/g), 'only what runs can be stopped').toHaveLength(1);
    expect(body).not.toMatch(/<style|style="|<script>| on[a-z]+="/);
  });

  test('calls a run incomplete that had nobody to ask, and one that had nothing to ask for done', async () => {
    const ended = { at: OFF_HOURS, state: 'done', parts: [] } as const;
    const { get } = await started([
      movingRun({ ...ended, id: 'nobody', reason: 'MGC, MCL: no feed that is configured has the past' }),
      movingRun({ ...ended, id: 'nothing', reason: 'nothing is missing' }),
    ]);
    const states = [...(await get('/jobs')).body.matchAll(/data-run="(\w+)">.*?class="job-state">(\w+)</gs)];
    expect(states.map(([, run, state]) => [run, state])).toEqual([
      ['nobody', 'incomplete'],
      ['nothing', 'done'],
    ]);
  });

  test('as JSON has the same numbers', async () => {
    const { get } = await started([movingRun({ at: OFF_HOURS })]);
    const { body } = await get('/jobs', { accept: 'application/json' });
    expect(JSON.parse(body)).toMatchObject([{ id: 'page-1', state: 'running', share: 0.25, bars: 990 }]);
  });

  test('says 503 in a sentence when the database is away', async () => {
    const { get, world } = await started();
    world.isAway = true;
    const { statusCode, body } = await get('/jobs');
    expect([statusCode, words(body).includes('The jobs cannot be read')]).toEqual([503, true]);
  });
});

describe('POST /actions/backfill', () => {
  test('asks for one symbol or all of the watch list, and leads back to the page', async () => {
    const { post, world } = await started();
    const { statusCode, headers } = await post('/actions/backfill', 'symbol=mgc&from=2026-03-01&to=2026-11-19');
    expect([statusCode, headers.location]).toEqual([303, '/jobs']);
    await post('/actions/backfill', 'symbol=&from=&to=');
    const [all, one] = world.runs;
    expect(one).toMatchObject({
      roots: ['MGC'],
      range: { from: '2026-03-01', to: '2026-11-19' },
      isForced: false,
      by: 'page',
    });
    expect(all).toMatchObject({ roots: ['MGC', 'MCL'], range: { from: '2025-11-20', to: '2026-11-19' } });
  });

  test('in live hours is refused on the page with the reason, and taken with the box ticked', async () => {
    const { post, world } = await started([], MORNING);
    const { statusCode, body } = await post('/actions/backfill', 'symbol=MGC');
    expect(statusCode).toBe(409);
    expect(words(body)).toContain('Nothing was started: it is 04:57 in New York');
    expect(body).toContain('name="force"');
    expect(world.runs).toEqual([]);
    expect((await post('/actions/backfill', 'symbol=MGC&force=yes')).statusCode).toBe(303);
    expect(world.runs).toMatchObject([{ isForced: true }]);
  });

  test.each([
    ['a stranger', 'symbol=XX', 409, 'XX is not an instrument we know'],
    ['more than a year', 'from=2024-01-01&to=2026-01-01', 409, 'more than a year'],
    ['a date that is none', 'from=soon', 400, 'from must be a date'],
  ])('refuses %s', async (_, body, status, why) => {
    const { post, world } = await started();
    const answer = await post('/actions/backfill', body);
    expect([answer.statusCode, words(answer.body).includes(why)]).toEqual([status, true]);
    expect(world.runs).toEqual([]);
  });

  test('is taken from our own page only', async () => {
    const { post, world } = await started([movingRun({ at: OFF_HOURS })]);
    const foreign = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const url of ['/actions/backfill', '/actions/backfill-stop'])
      expect((await post(url, 'run=page-1', foreign)).statusCode).toBe(403);
    expect(world.runs).toMatchObject([{ state: 'running' }]);
  });

  test('has nobody to ask in a replay', async () => {
    const { post } = await started([], OFF_HOURS, 'replay');
    expect((await post('/actions/backfill', 'symbol=MGC')).statusCode).toBe(409);
  });
});

test('POST /actions/backfill-stop stops what runs, and says so when there is nothing to stop', async () => {
  const { post, world } = await started([movingRun({ at: OFF_HOURS })]);
  expect((await post('/actions/backfill-stop', 'run=page-1')).statusCode).toBe(303);
  expect(world.runs).toMatchObject([{ state: 'stopped' }]);
  const again = await post('/actions/backfill-stop', 'run=page-1');
  expect([again.statusCode, words(again.body).includes('That job is over')]).toEqual([409, true]);
});
