import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { focusPlanSchema } from '../../../../src/messages/focus-plan.js';
import type { DashboardSnapshot } from '../../../../src/ports/dashboard-source.js';
import { createApp } from '../../../../src/roles/web/app.js';
import {
  fakeSource,
  feedDown,
  fullSnapshot,
  MORNING,
  manualTime,
  quietLog,
  statusAt,
} from '../../../support/web-source.js';

const open: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

async function setUp(more: Partial<DashboardSnapshot> | undefined = {}) {
  const time = manualTime();
  const snapshot: DashboardSnapshot = { ...fullSnapshot(time.clock.now()), ...more };
  const source = fakeSource(snapshot, time.clock);
  const version = { sha: 'abc123', builtAt: '2026-11-20T00:00:00.000Z', configHash: 'f00d' };
  const app = await createApp({
    source,
    clock: time.clock,
    timers: time.timers,
    mode: 'demo',
    log: quietLog,
    version,
    hosts: ['desk.local'],
  });
  open.push(app);
  await app.ready();
  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });
  return { app, time, source, get };
}

/** The engine has never spoken. */
async function setUpSilent() {
  const time = manualTime();
  const source = fakeSource({ cursor: '1-0', alerts: [] }, time.clock);
  const silent = { ...source, heartbeat: async () => undefined };
  const version = { sha: 'abc123', builtAt: 'now', configHash: 'f00d' };
  const app = await createApp({
    source: silent,
    clock: time.clock,
    timers: time.timers,
    mode: 'live',
    log: quietLog,
    version,
  });
  open.push(app);
  await app.ready();
  return { app };
}

describe('GET /', () => {
  test('is the whole dashboard, without any inline script or style', async () => {
    const { get } = await setUp();
    const { body, headers, statusCode } = await get('/');
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    for (const part of ['CLEAR', 'MGC', '4204.1', '$86.50 of $500 lost', 'MGC focus LONG', 'Sim101', 'DEMO'])
      expect(body).toContain(part);
    expect(body.match(/hx-sse:connect/g)).toHaveLength(1);
    expect(body).not.toMatch(/<style|style="|<script(?![^>]*src=)|javascript:| on[a-z]+="/);
    expect(String(headers['content-security-policy'])).toContain("default-src 'self'");
    expect(String(headers['content-security-policy'])).not.toContain('unsafe');
  });
  test('shows a change with the next request', async () => {
    const { get, source, time } = await setUp();
    expect((await get('/')).body).toBe((await get('/')).body);
    source.publish('focus-update', { ...fullSnapshot(time.clock.now()).plan, assets: [] });
    expect((await get('/')).body).toContain('No bar of MGC, MNQ, MES, MCL has been heard yet');
  });
  test('says so when nothing is known yet', async () => {
    const { app } = await setUpSilent();
    const { body, statusCode } = await app.inject('/');
    expect(statusCode).toBe(200);
    expect(body).toContain('No news from the engine yet');
    expect(body).toContain('No news from the platform yet');
  });
});

describe('GET /api/focus', () => {
  test('is JSON for programs and for plain clients, with ages counted to now', async () => {
    const { get, time } = await setUp();
    await time.pass(2_000);
    for (const accept of ['application/json', '*/*', '']) {
      const { headers, body } = await get('/api/focus', accept === '' ? {} : { accept });
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      const plan = focusPlanSchema.parse(JSON.parse(body));
      expect(plan.assets.map(({ symbol, data_age_s }) => [symbol, data_age_s])).toEqual([
        ['MGC', 5],
        ['MNQ', 5],
        ['MCL', 5],
        ['MES', 5],
      ]);
      expect(plan.others.map(({ symbol }) => symbol)).toEqual(['SIL', 'MHG']);
    }
  });
  test('is all cards as HTML for htmx and browsers', async () => {
    const { get } = await setUp();
    for (const headers of [{ 'hx-request': 'true' }, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }]) {
      const answer = await get('/api/focus', headers);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers.vary).toContain('Accept');
      expect(answer.body.match(/<article/g)).toHaveLength(4);
    }
  });
  test('prefers what is asked for more', async () => {
    const { get } = await setUp();
    const answer = await get('/api/focus', { accept: 'text/html;q=0.5, application/json' });
    expect(answer.headers['content-type']).toContain('json');
  });
  test('is refused with a sentence before the first plan', async () => {
    const { app } = await setUpSilent();
    const answer = await app.inject('/api/focus');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ status: 'error', error: expect.stringContaining('There is no plan yet') });
  });
  test('offers nothing as tradeable once the engine is silent', async () => {
    const { get, time } = await setUp();
    await time.pass(7_000);
    const plan = focusPlanSchema.parse((await get('/api/focus')).json());
    expect(plan.assets.map(({ tradeable, stale }) => [tradeable, stale])).toEqual(Array(4).fill([false, true]));
    expect(plan.assets[0]?.note).toBe('stale: no news from the engine since 04:57:12 ET');
  });
});

test('GET /api/focus offers nothing as tradeable while the header says that the feed is down', async () => {
  const { get } = await setUp({ status: feedDown(MORNING) });
  const plan = focusPlanSchema.parse((await get('/api/focus')).json());
  expect(plan.assets.map(({ tradeable, stale }) => [tradeable, stale])).toEqual(Array(4).fill([false, true]));
  expect(plan.assets[0]?.note).toBe('stale: no price since 04:57:09 ET');
});

describe('GET /api/focus/:symbol', () => {
  test('is one card in either form and any case, of the grid or of the others', async () => {
    const { get } = await setUp();
    expect((await get('/api/focus/mgc')).json()).toMatchObject({ symbol: 'MGC', contract: 'MGCZ6', data_age_s: 3 });
    expect((await get('/api/focus/SIL')).json()).toMatchObject({ symbol: 'SIL' });
    expect((await get('/api/focus/MNQ', { 'hx-request': 'true' })).body).toMatch(/^<article id="card-mnq"/);
    expect((await get('/api/focus/sil', { accept: 'text/html' })).body).toContain('id="card-sil"');
  });
  test('names an unknown symbol', async () => {
    const { get } = await setUp();
    const answer = await get('/api/focus/ZZZ');
    expect(answer.statusCode).toBe(404);
    expect(answer.json().error).toBe('ZZZ is not on the watch list. It holds MGC, MNQ, MCL, MES, SIL, MHG.');
    const page = await get('/api/focus/<b>', { accept: 'text/html' });
    expect(page.statusCode).toBe(404);
    expect(page.body).not.toContain('<b>');
  });
});

test.each([
  ['/api/positions/html', 'id="panel-positions"'],
  ['/api/alerts/html', 'id="panel-alerts"'],
  ['/api/risk/html', 'id="panel-risk"'],
  ['/api/time', '04:57:12'],
])('GET %s is that panel', async (url, part) => {
  const { get } = await setUp();
  const { body, headers } = await get(url);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(body).toContain(part);
});

describe('POST /actions/force-refresh', () => {
  const post = (app: FastifyInstance, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url: '/actions/force-refresh', headers: { host: 'desk.local:8000', ...headers } });

  test('sends one command and answers 202', async () => {
    const { app, source, time } = await setUp();
    const answer = await post(app);
    expect(answer.statusCode).toBe(202);
    expect(source.commands).toEqual([
      { kind: 'force-refresh', id: `force-refresh-${time.clock.now()}`, at: new Date(time.clock.now()).toISOString() },
    ]);
  });
  test('is taken from our own page, by htmx and by a plain form', async () => {
    const { app, source } = await setUp();
    const own = { origin: 'http://desk.local:8000', 'sec-fetch-site': 'same-origin' };
    expect((await post(app, { ...own, 'hx-request': 'true' })).statusCode).toBe(202);
    const form = await post(app, { ...own, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' });
    expect(form.statusCode).toBe(202);
    expect(form.body).toContain('Back to the dashboard');
    expect(source.commands).toHaveLength(2);
  });
  test('is refused from any other page', async () => {
    const { app, source } = await setUp();
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'http://desk.local:9999' },
    ]) {
      expect((await post(app, headers)).statusCode, JSON.stringify(headers)).toBe(403);
    }
    expect(source.commands).toEqual([]);
  });
  test('says so when the engine cannot be reached', async () => {
    const { app, source } = await setUp();
    source.failCommands();
    const answer = await post(app);
    expect(answer.statusCode).toBe(503);
    expect(answer.json().error).toContain('cannot be reached');
  });
});

describe('GET /health', () => {
  test('tells state, age and reason of every dependency', async () => {
    const { get, time } = await setUp();
    await time.pass(2_000);
    const answer = await get('/health');
    expect(answer.statusCode).toBe(200);
    const { status, dependencies } = answer.json();
    expect(status).toBe('ok');
    expect(Object.keys(dependencies).sort()).toEqual(['bridge', 'engine', 'feed', 'postgres', 'redis']);
    for (const part of Object.values(dependencies))
      expect(part).toMatchObject({ state: 'ok', age_s: expect.any(Number), reason: expect.any(String) });
    expect(dependencies.engine.age_s).toBe(2);
  });
  test('is 503 and says that the system starts until an engine was heard, and until what it missed is decided', async () => {
    const { app } = await setUpSilent();
    const unheard = await app.inject({ url: '/health' });
    expect([unheard.statusCode, unheard.json().status]).toEqual([503, 'starting']);
    const { get, source, time } = await setUp();
    const now = time.clock.now();
    source.publish('status', { ...statusAt(now), starting: true });
    await time.pass(1_000);
    const catching = await get('/health');
    expect([catching.statusCode, catching.json().status]).toEqual([503, 'starting']);
    source.publish('status', statusAt(now));
    await time.pass(1_000);
    expect((await get('/health')).json().status).toBe('ok');
  });
  test('is 503 when the engine falls silent or a store is gone', async () => {
    const { get, time, source } = await setUp();
    source.setHealth({ redis: true, postgres: false, reason: 'connection refused' });
    const gone = await get('/health');
    expect(gone.statusCode).toBe(503);
    expect(gone.json().dependencies.postgres).toEqual({ state: 'down', age_s: null, reason: 'connection refused' });
    source.setHealth({ redis: true, postgres: true });
    await time.pass(7_000);
    const silent = await get('/health');
    expect(silent.statusCode).toBe(503);
    expect(silent.json().status).toBe('down');
    expect(silent.json().dependencies.engine).toMatchObject({ state: 'down', reason: 'its heartbeat stopped' });
  });
});

test('/metrics counts and /api/version identifies', async () => {
  const { get, source } = await setUp();
  source.publish('risk-update', { broken: true });
  const metrics = await get('/metrics');
  expect(metrics.headers['content-type']).toContain('text/plain');
  expect(metrics.body).toMatch(/copilot_web_streams 0/);
  expect(metrics.body).toMatch(/copilot_web_entries_refused_total 1/);
  expect((await get('/api/version')).json()).toEqual({
    sha: 'abc123',
    built_at: '2026-11-20T00:00:00.000Z',
    config_hash: 'f00d',
    mode: 'demo',
  });
});

test('/docs describes every JSON route', async () => {
  const { get } = await setUp();
  const { paths } = (await get('/docs/json')).json();
  expect(Object.keys(paths).sort()).toEqual([
    '/actions/backfill',
    '/actions/backfill-stop',
    '/actions/force-refresh',
    '/actions/limits',
    '/actions/retire-account',
    '/api/chart/{symbol}',
    '/api/focus',
    '/api/focus/{symbol}',
    '/api/version',
    '/health',
    '/jobs',
    '/research/quality',
    '/risk/check',
  ]);
  expect((await get('/docs', { accept: 'text/html' })).statusCode).toBe(200);
});

test('what is not there answers 404 as a page for people and JSON for programs', async () => {
  const { get } = await setUp();
  const page = await get('/nowhere?x=1', { accept: 'text/html' });
  expect([page.statusCode, page.body.includes('There is nothing at /nowhere.')]).toEqual([404, true]);
  expect((await get('/api/briefing/html')).json()).toEqual({
    status: 'error',
    error: 'There is nothing at /api/briefing/html.',
  });
});

test('static files and htmx come from here, and only the files meant for browsers', async () => {
  const { get } = await setUp();
  for (const url of [
    '/css/tokens.css',
    '/js/app.js',
    '/img/icon.svg',
    '/vendor/htmx/htmx.min.js',
    '/vendor/htmx/ext/hx-sse.min.js',
  ]) {
    expect((await get(url)).statusCode, url).toBe(200);
  }
  for (const url of ['/vendor/htmx/htmx.js', '/vendor/htmx/../package.json', '/js/../../package.json']) {
    expect((await get(url)).statusCode, url).toBeGreaterThanOrEqual(400);
  }
});
