import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../../src/messages/dashboard.js';
import { ago } from '../../../support/web-source.js';
import { BROWSER, webApps, words } from './set-up.js';

const setUp = webApps();

const KINDS = ['focus', 'risk', 'feed'] as const;
const manyAt = (now: Parameters<typeof ago>[0], count: number): Alert[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `a-${n}`,
    at: ago(now, n),
    kind: KINDS[n % 3] ?? 'focus',
    severity: n % 5 === 0 ? 'warning' : 'info',
    symbol: n % 2 === 0 ? 'MGC' : null,
    text: `Note ${n}`,
  }));
const idsOf = (html: string): string[] => [...html.matchAll(/data-id="([^"]+)"/g)].map((hit) => hit[1] ?? '');

describe('with 500 alerts', () => {
  const full = () => setUp((now) => ({ alerts: manyAt(now, 500) }));

  test('the panel carries the newest 40 and says how many there are; the rest is asked for', async () => {
    const { app } = await full();
    const panel = (await app.inject('/api/alerts/html')).body;
    expect(idsOf(panel)).toEqual(Array.from({ length: 40 }, (_, n) => `a-${n}`));
    expect(panel).toContain('Show all 500');
    const earlier = (await app.inject('/api/alerts/earlier')).body;
    expect(idsOf(earlier)).toEqual(Array.from({ length: 460 }, (_, n) => `a-${n + 40}`));
  });

  test('the page has all of them, or those of a kind, a symbol and some words', async () => {
    const { app } = await full();
    const page = async (query: string): Promise<string> =>
      (await app.inject({ url: `/alerts${query}`, headers: BROWSER })).body;
    expect(idsOf(await page(''))).toHaveLength(500);
    const found = await page('?kind=risk&symbol=MGC&q=note+1');
    const wanted = Array.from({ length: 500 }, (_, n) => n).filter(
      (n) => n % 3 === 1 && n % 2 === 0 && String(n).startsWith('1'),
    );
    expect(idsOf(found)).toEqual(wanted.map((n) => `a-${n}`));
    expect(words(found)).toContain(`${wanted.length} of 500, newest first`);
    expect(idsOf(await page('?kind=&symbol=&q='))).toHaveLength(500);
    expect(words(await page('?q=nothing+like+it'))).toContain('None of the alerts fits.');
  });

  test('what was typed stands in the form again and is no markup', async () => {
    const { app } = await full();
    const { body } = await app.inject({ url: '/alerts?q=%22%3E%3Cb%3E', headers: BROWSER });
    expect(body).toContain('value="&quot;&gt;&lt;b&gt;"');
    expect(body).not.toContain('"><b>');
  });

  test('a kind there is not is refused', async () => {
    const { app } = await full();
    expect((await app.inject('/alerts?kind=weather')).statusCode).toBe(400);
  });
});

test('no alert at all is said in words, on the panel and on the page', async () => {
  const { app } = await setUp(() => ({ alerts: [] }));
  for (const url of ['/api/alerts/html', '/alerts']) {
    const { body } = await app.inject({ url, headers: BROWSER });
    expect(words(body)).toContain('No alerts today. Session changes, new plans and every block are listed here.');
  }
});

test('the answer to a forced refresh names the market time of the question', async () => {
  const { app, source, time } = await setUp();
  const answer = await app.inject({
    method: 'POST',
    url: '/actions/force-refresh',
    headers: { host: 'desk.local:8000' },
  });
  expect(answer.json()).toMatchObject({ at: new Date(time.clock.now()).toISOString(), id: source.commands[0]?.id });
});
