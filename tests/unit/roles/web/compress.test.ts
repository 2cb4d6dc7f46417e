import { Readable } from 'node:stream';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { codingFor } from '../../../../src/roles/web/coding.js';
import { keptFiles } from '../../../../src/roles/web/plugins/compress.js';
import { webApps } from './set-up.js';

const started = webApps();
const BROWSER = 'gzip, deflate, br, zstd';

describe('what a client can read decides the coding', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['gzip', 'gzip'],
    [BROWSER, 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.1, gzip;q=0.8', 'gzip'],
    ['GZIP', 'gzip'],
    ['brotli', undefined],
  ])('%s', (header, coding) => {
    expect(codingFor(header)).toBe(coding);
  });
});

describe.each([
  ['a style sheet', '/css/cards.css'],
  ['a script', '/js/app.js'],
  ['htmx', '/vendor/htmx/htmx.min.js'],
])('%s', (_name, url) => {
  test('comes smaller in either coding and is the same file', async () => {
    const { app } = await started();
    const plain = await app.inject(url);
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const [coding, unpack] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const { headers, rawPayload } = await app.inject({ url, headers: { 'accept-encoding': coding } });
      expect(headers['content-encoding']).toBe(coding);
      expect(headers.vary).toBe('accept-encoding');
      expect(headers.etag).toBe(plain.headers.etag);
      expect(Number(headers['content-length'])).toBe(rawPayload.length);
      expect(rawPayload.length).toBeLessThan(plain.rawPayload.length * 0.6);
      expect(unpack(rawPayload).equals(plain.rawPayload)).toBe(true);
    }
  });

  test('is not sent again to a browser that has it', async () => {
    const { app } = await started();
    const headers = { 'accept-encoding': BROWSER };
    const { etag } = (await app.inject({ url, headers })).headers;
    const again = await app.inject({ url, headers: { ...headers, 'if-none-match': String(etag) } });
    expect(again.statusCode).toBe(304);
    expect(again.rawPayload).toHaveLength(0);
  });
});

test('a file is compressed once per version and coding, however many ask for it at once or later', async () => {
  const runs: string[] = [];
  const kept = keptFiles(async (coding, bytes) => {
    runs.push(coding);
    return Buffer.concat([Buffer.from(`${coding}: `), bytes]);
  });
  const ask = (key: string, coding: 'br' | 'gzip') => kept({ key, coding, plain: Readable.from([Buffer.from(key)]) });
  const [first, second] = await Promise.all([ask('a', 'br'), ask('a', 'br')]);
  expect(first?.toString()).toBe('br: a');
  expect(second).toBe(first);
  expect(await ask('a', 'br')).toBe(first);
  await ask('b', 'gzip');
  expect(runs).toEqual(['br', 'gzip']);
});

test('a file that could not be read is tried again, and not every version is kept for ever', async () => {
  let runs = 0;
  const kept = keptFiles(async (_coding, bytes) => {
    runs += 1;
    if (runs === 1) throw new Error('out of memory');
    return bytes;
  });
  const ask = (key: string) => kept({ key, coding: 'br', plain: Readable.from([Buffer.from(key)]) });
  await expect(ask('a')).rejects.toThrow('out of memory');
  await ask('a');
  for (let n = 0; n < 200; n += 1) await ask(`version ${n}`);
  expect(runs).toBe(202);
  await ask('version 199');
  expect(runs, 'still kept').toBe(202);
  await ask('a');
  expect(runs, 'gone').toBe(203);
});

test('the page and JSON are compressed, and read the same', async () => {
  const { app } = await started();
  for (const url of ['/', '/api/focus']) {
    const plain = await app.inject(url);
    const small = await app.inject({ url, headers: { 'accept-encoding': BROWSER } });
    expect(small.headers['content-encoding'], url).toBe('br');
    expect(String(small.headers.vary).toLowerCase(), url).toContain('accept-encoding');
    expect(small.rawPayload.length, url).toBeLessThan(plain.rawPayload.length / 3);
    expect(brotliDecompressSync(small.rawPayload).toString(), url).toBe(plain.body);
  }
});

test('what fits a packet is left alone', async () => {
  const { app } = await started();
  const { headers } = await app.inject({ url: '/api/version', headers: { 'accept-encoding': BROWSER } });
  expect(headers['content-encoding']).toBeUndefined();
});
