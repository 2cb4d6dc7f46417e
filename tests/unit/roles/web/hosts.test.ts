import { describe, expect, test } from 'vitest';
import { webApps } from './set-up.js';

const started = webApps();

describe('a command', () => {
  test.each([
    ['localhost:8000'],
    ['LOCALHOST'],
    ['127.0.0.1:8000'],
    ['127.9.9.9:8000'],
    ['[::1]:8000'],
    ['desk.local:8000'],
    ['10.0.0.5:8000'],
    ['[::2]:8000'],
  ])('is taken under the name %s', async (host) => {
    const { post } = await started();
    const own = { host, origin: `http://${host.toLowerCase()}`, 'sec-fetch-site': 'same-origin' };
    expect((await post('/actions/force-refresh', {}, own)).statusCode).toBe(202);
  });

  test.each([
    ['evil.example:8000'],
    ['localhost.evil.example'],
    ['127.0.0.1.evil.example'],
    ['10.0.0.6'],
    ['localhost@evil.example'],
    ['evil.example/localhost'],
    ['[::3]:8000'],
  ])('is refused under the name %s, even from its own page', async (host) => {
    const { post, source } = await started();
    const own = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
    const answer = await post('/actions/force-refresh', {}, own);
    expect(answer.statusCode).toBe(403);
    expect(answer.json().error).toMatch(/is not a name of this server.*WEB_HOSTS/);
    const hidden = await post('/actions/force-refresh', {}, { host, 'x-forwarded-host': 'localhost:8000' });
    expect(hidden.statusCode, 'a page may set this header itself').toBe(403);
    expect(source.commands).toEqual([]);
  });

  test('of a proxy is judged by the name the browser asked for', async () => {
    const { post } = await started();
    const through = (name: string) => ({
      host: '127.0.0.1:8000',
      'x-forwarded-host': name,
      origin: `http://${name}`,
      'sec-fetch-site': 'same-origin',
    });
    expect((await post('/actions/force-refresh', {}, through('desk.local'))).statusCode).toBe(202);
    expect((await post('/actions/force-refresh', {}, through('evil.example'))).statusCode).toBe(403);
  });

  test('is refused under a stranger’s name on every route that takes one', async () => {
    const { app, post, source } = await started();
    const { paths } = (await app.inject('/docs/json')).json();
    const commands = Object.keys(paths).filter((path) => path.startsWith('/actions/'));
    expect(commands.length).toBeGreaterThan(1);
    for (const url of commands) {
      expect((await post(url, {}, { host: 'evil.example' })).statusCode, url).toBe(403);
      const form = await post(url, 'x=1', { host: 'evil.example', 'hx-request': 'true' });
      expect(form.body).toMatch(/^<p class="alarm alarm-stop".*WEB_HOSTS/);
    }
    expect(source.commands).toEqual([]);
  });
});
