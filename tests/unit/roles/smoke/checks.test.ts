import { describe, expect, test } from 'vitest';
import type { Heartbeat } from '../../../../src/messages/dashboard.js';
import type { FocusPlanJson } from '../../../../src/messages/focus-plan.js';
import { checks, type Probe } from '../../../../src/roles/smoke/checks.js';
import { report } from '../../../../src/roles/smoke/report.js';

const T0 = Date.parse('2026-11-19T14:30:00Z');
const at = (seconds: number) => new Date(T0 + seconds * 1_000).toISOString();

const beatAt = (beat: number, market = at(beat), open = true): Heartbeat => ({
  at: market,
  mode: 'demo',
  beat,
  dashboard_id: '0-0',
  status: {
    as_of: market,
    mode: 'demo',
    parts: [],
    markets: [{ symbol: 'MGC', phase: open ? 'open' : 'weekend', open, changes_at: market, note: null }],
  },
});

const planAt = (asOf: string, priceAt: string | null): FocusPlanJson =>
  ({
    as_of: asOf,
    session: 'active',
    assets: [{ symbol: 'MGC', price_at: priceAt }],
    others: [],
    // The checks read these fields only; the wire schema has its own tests.
  }) as unknown as FocusPlanJson;

/** 1, 2, 3 … */
function counter(): () => number {
  let n = 0;
  return () => {
    n += 1;
    return n;
  };
}

/** A healthy system at 09:30 ET whose engine beats each time it is asked, unless told otherwise. */
function probe(change: Partial<Probe> = {}): Probe {
  const next = counter();
  const pages: Record<string, string> = {
    '/health': '{}',
    '/api/version': '{}',
    '/api/focus': JSON.stringify({ assets: [{ symbol: 'MGC' }] }),
  };
  return {
    upState: undefined,
    isAlive: () => true,
    beats: async () => ({ data: next(), engine: next() }),
    get: async (path) => {
      const time = `09:30:${String(next()).padStart(2, '0')} ET`;
      return { status: 200, contentType: '', body: path === '/api/time' ? time : (pages[path] ?? '') };
    },
    firstEvent: async () => ({
      contentType: 'text/event-stream',
      cacheControl: 'no-cache, no-transform',
      event: 'focus-update',
    }),
    heartbeat: async () => beatAt(next()),
    plan: async () => planAt(at(-60), at(-30)),
    migrations: async () => ({ applied: ['0001_bars.sql'], wanted: ['0001_bars.sql'] }),
    pause: async () => {},
    ...change,
  };
}

async function run(name: string, change: Partial<Probe> = {}) {
  const check = checks.find((it) => it.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return check.run(probe(change));
}

describe('each check', () => {
  test.each(checks.map(({ name }) => name))('%s passes on a healthy system', async (name) => {
    expect(await run(name)).toMatchObject({ pass: true });
  });

  const page = (status: number, body: string) => async () => ({ status, contentType: '', body });
  test.each<[string, string, Partial<Probe>, string]>([
    ['data', 'a role that stands still', { beats: async () => ({ data: 7, engine: 7 }) }, 'stopped beating at 7'],
    ['engine', 'a role never heard of', { beats: async () => ({ data: 1, engine: undefined }) }, 'never beaten'],
    ['web', 'a page that fails', { get: page(500, '') }, 'answers 500'],
    ['health', 'a system that is down', { get: page(503, 'feed down') }, '503: feed down'],
    ['redis', 'no plan', { plan: async () => undefined }, 'not there'],
    ['redis', 'an old plan in the session', { plan: async () => planAt(at(-700), null) }, 'recomputed every 5 min'],
    [
      'postgres',
      'a missing migration',
      { migrations: async () => ({ applied: [], wanted: ['0001_bars.sql'] }) },
      '0001_bars.sql',
    ],
    ['focus', 'an empty plan', { get: page(200, '{"assets":[]}') }, 'no card'],
    [
      'sse',
      'a proxy that may hold it back',
      { firstEvent: async () => ({ contentType: 'text/event-stream', cacheControl: '', event: 'x' }) },
      'proxy',
    ],
    [
      'sse',
      'silence',
      {
        firstEvent: async () => ({ contentType: 'text/event-stream', cacheControl: 'no-transform', event: undefined }),
      },
      'no event',
    ],
    ['clock', 'a page ten seconds ahead', { get: page(200, '09:30:20 ET') }, 'page 09:30:20 ET'],
    ['clock', 'a page half a minute behind', { get: page(200, '09:29:31 ET') }, 'page 09:29:31 ET'],
    [
      'calendar',
      'a table that ends too soon',
      { heartbeat: async () => beatAt(1, '2031-01-01T12:00:00.000Z') },
      'needed through 2031-01-31',
    ],
    ['prices', 'an old price of an open market', { plan: async () => planAt(at(0), at(-3_600)) }, 'MGC 36'],
    ['prices', 'an open market without a price', { plan: async () => planAt(at(0), null) }, 'MGC has no price'],
  ])('%s fails on %s', async (name, _what, change, saw) => {
    expect(await run(name, change)).toEqual({ pass: false, saw: expect.stringContaining(saw) });
  });

  test('prices of a shut market may be old', async () => {
    const next = counter();
    const heartbeat = async () => beatAt(next(), at(0), false);
    expect(await run('prices', { heartbeat, plan: async () => planAt(at(0), at(-90_000)) })).toMatchObject({
      pass: true,
    });
  });

  test('clock accepts a page between two beats of a fast market', async () => {
    const next = counter();
    const heartbeat = async () => {
      const beat = next();
      return beatAt(beat, at(beat * 60));
    };
    const get = async () => ({ status: 200, contentType: '', body: '09:31:30' });
    expect(await run('clock', { heartbeat, get })).toMatchObject({ pass: true });
  });
});

describe('the report', () => {
  const told = async (change: Partial<Probe>, only: readonly string[]) => {
    const lines: string[] = [];
    const passed = await report(checks, { probe: probe(change), only, say: (line) => lines.push(line) });
    return { lines, passed };
  };

  test('goes on after a check that cannot be carried out', async () => {
    const broken = async () => {
      throw new Error('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    };
    const { lines, passed } = await told({ firstEvent: broken }, ['focus', 'sse', 'calendar']);
    expect(lines.map((line) => line.slice(0, 9))).toEqual(['PASS  foc', 'FAIL  sse', 'PASS  cal', '2 passed,']);
    expect(lines[1]).toContain('fetch failed (connect ECONNREFUSED)');
    expect(passed).toBe(false);
  });

  test('is true only when everything passed', async () => {
    expect((await told({}, [])).passed).toBe(true);
  });
});
