import { expect, test } from 'vitest';
import { BROWSER, webApps, words } from './set-up.js';

const started = webApps();

test('a browser that is sent from another page gets the sentence, and nothing reaches the engine', async () => {
  const { post, source } = await started();
  const foreign = { ...BROWSER, origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' };
  const { statusCode, body, headers } = await post('/actions/force-refresh', '', foreign);
  expect([statusCode, source.commands]).toEqual([403, []]);
  expect(words(body)).toContain('Commands are taken from this server’s own page only.');
  expect(headers['content-type']).toContain('text/html');
});
