import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TwsFailure } from '../../../../../src/adapters/feeds/ibkr/codes.js';
import { createRequests } from '../../../../../src/adapters/feeds/ibkr/requests.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function table() {
  let id = 0;
  const [sent, cancelled]: [number[], number[]] = [[], []];
  const requests = createRequests<string>(() => {
    id += 1;
    return id;
  });
  const how = { send: (it: number) => void sent.push(it), cancel: (it: number) => void cancelled.push(it) };
  return { requests, sent, cancelled, how };
}

test('rows of several answers at once find their own request', async () => {
  const { requests, how } = table();
  const { signal } = new AbortController();
  const both = [requests.all({ ...how, signal }), requests.all({ ...how, signal })];
  for (const [id, row] of [
    [2, 'b'],
    [1, 'a'],
    [2, 'c'],
    [9, 'nobody’s'],
  ] as const)
    requests.row(id, row);
  requests.ended(2);
  requests.ended(1);
  expect(await Promise.all(both)).toEqual([['a'], ['b', 'c']]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a request that TWS never answers is given up and cancelled', async () => {
  const { requests, cancelled, how } = table();
  const answer = requests.all({ ...how, signal: new AbortController().signal });
  const failed = expect(answer).rejects.toThrow('has not answered for 30 s');
  await vi.advanceTimersByTimeAsync(30_000);
  await failed;
  expect(cancelled).toEqual([1]);
});

test('a stop cancels what waits, and nothing is sent after it', async () => {
  const { requests, sent, cancelled, how } = table();
  const stopping = new AbortController();
  const answer = requests.all({ ...how, signal: stopping.signal });
  stopping.abort();
  await expect(answer).rejects.toMatchObject({ meaning: 'cancelled' });
  await expect(requests.all({ ...how, signal: stopping.signal })).rejects.toMatchObject({ meaning: 'cancelled' });
  expect({ sent, cancelled }).toEqual({ sent: [1], cancelled: [1, 2] });
  expect(vi.getTimerCount()).toBe(0);
});

test('a lost connection fails all that waits, streams included', async () => {
  const { requests, how } = table();
  const failures: TwsFailure[] = [];
  const answer = requests.all({ ...how, signal: new AbortController().signal });
  requests.stream({ ...how, row() {}, failed: (failure) => void failures.push(failure) });
  requests.failAll(new TwsFailure('unreachable', 0, 'gone'));
  await expect(answer).rejects.toThrow('gone');
  expect(failures).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('a failure finds its request, and is nobody’s after that', () => {
  const { requests, how } = table();
  requests.stream({ ...how, row() {}, failed() {} });
  const failure = new TwsFailure('refused', 321, 'no');
  expect(requests.failed(1, failure)).toBe(true);
  expect(requests.failed(1, failure)).toBe(false);
});
