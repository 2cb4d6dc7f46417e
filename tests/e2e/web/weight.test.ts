import { expect, test } from 'vitest';
import { browsing, isLive, until } from './browser.js';

const { started, visit } = browsing();

const WEIGHT_BYTES_MAX = 250_000;

/** What came over the wire for one visit, compressed as it came, heads included; by address. */
async function weigh(page: Awaited<ReturnType<typeof visit>>, act: () => Promise<unknown>) {
  const session = await page.context().newCDPSession(page);
  const urls = new Map<string, string>();
  const bytes = new Map<string, number>();
  session.on('Network.responseReceived', ({ requestId, response }) =>
    urls.set(requestId, new URL(response.url).pathname),
  );
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength));
  await session.send('Network.enable');
  await act();
  return {
    total: () => [...bytes.values()].reduce((sum, it) => sum + it, 0),
    of: () => [...bytes].map(([id, size]) => `${urls.get(id)} ${size}`).join('\n'),
    paths: () => [...urls.values()],
  };
}

test('the dashboard with everything it loads, charts included, is under 250 kB on the wire', async () => {
  const server = await started();
  const page = await visit(server, { path: '/api/version' });
  const weight = await weigh(page, () => page.goto(server.url));
  await isLive(page);
  await until(page, `document.querySelectorAll('canvas').length > 0`, 15_000);
  expect(
    weight.paths().some((path) => path.startsWith('/vendor/charts/')),
    weight.of(),
  ).toBe(true);
  expect(weight.total(), weight.of()).toBeLessThan(WEIGHT_BYTES_MAX);
  expect(weight.total(), 'and it was weighed').toBeGreaterThan(50_000);
});

test('a second visit loads the page and asks whether the rest is still right', async () => {
  const server = await started();
  const page = await visit(server);
  await isLive(page);
  await until(page, `document.querySelectorAll('canvas').length > 0`, 15_000);
  const weight = await weigh(page, () => page.reload());
  await isLive(page);
  await until(page, `document.querySelectorAll('canvas').length > 0`, 15_000);
  expect(weight.total(), weight.of()).toBeLessThan(100_000);
});

test('one page holds one stream: one element connects, whatever is swapped around it', async () => {
  const server = await started();
  const page = await visit(server);
  await isLive(page);
  const connecting = `[...document.querySelectorAll('*')].filter((it) => it.hasAttribute('hx-sse:connect')).length`;
  expect(await page.evaluate(connecting)).toBe(1);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/^copilot_web_streams 1$/m);
});
