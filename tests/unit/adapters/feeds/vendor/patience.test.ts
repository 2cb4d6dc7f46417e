import { describe, expect, test } from 'vitest';
import { createBell } from '../../../../../src/adapters/feeds/vendor/bell.js';
import {
  failureOfStatus,
  refused,
  retryAfterOf,
  unavailable,
} from '../../../../../src/adapters/feeds/vendor/failure.js';
import { createPatience, createPause } from '../../../../../src/adapters/feeds/vendor/patience.js';
import { redactor } from '../../../../../src/adapters/feeds/vendor/redact.js';

const never = new AbortController().signal;
const failing = (failures: readonly Error[]) => {
  let calls = 0;
  const action = async (): Promise<number> => {
    const failure = failures[calls];
    calls += 1;
    if (failure) throw failure;
    return calls;
  };
  return { action, calls: () => calls };
};

describe('patience', () => {
  const quick = { attemptsMax: 4, firstMs: 1, longestMs: 2 };

  test('tries again until it works, and hands on what came of it', async () => {
    const { action } = failing([unavailable('a'), unavailable('b')]);
    expect(await createPatience(quick)(action, never)).toBe(3);
  });

  test('ends after its attempts, with the last failure', async () => {
    const { action, calls } = failing(Array.from({ length: 9 }, (_, i) => unavailable(`no ${i}`)));
    await expect(createPatience(quick)(action, never)).rejects.toThrow('no 3');
    expect(calls()).toBe(4);
  });

  test('does not try again what is refused for good', async () => {
    const { action, calls } = failing([refused('no such key')]);
    await expect(createPatience(quick)(action, never)).rejects.toThrow('no such key');
    expect(calls()).toBe(1);
  });

  test('who is told to come later makes all who share it wait', async () => {
    const patience = createPatience(quick);
    const begunAt = performance.now();
    const first = patience(failing([unavailable('busy', 150)]).action, never);
    await new Promise((resolve) => setImmediate(resolve));
    await patience(async () => 1, never);
    await first;
    expect(performance.now() - begunAt).toBeGreaterThanOrEqual(145);
  });

  test('stopped while it rests it ends at once', async () => {
    const stopping = new AbortController();
    const resting = createPatience({ attemptsMax: 3, firstMs: 60_000, longestMs: 60_000 })(
      failing([unavailable('a', 60_000)]).action,
      stopping.signal,
    );
    setImmediate(() => stopping.abort());
    const begunAt = performance.now();
    await expect(resting).rejects.toThrow();
    expect(performance.now() - begunAt).toBeLessThan(1_000);
  });
});

test('pauses grow up to their longest, and no two walks are the same', () => {
  const walk = () => {
    const pause = createPause({ firstMs: 100, longestMs: 5_000 });
    return Array.from({ length: 40 }, () => pause.next());
  };
  const [one, other] = [walk(), walk()];
  expect(Math.max(...one, ...other)).toBeLessThanOrEqual(5_000);
  expect(Math.max(...one.slice(20))).toBeGreaterThan(1_000);
  expect(one).not.toEqual(other);
});

describe('a failed request', () => {
  const said = { vendor: 'massive', setting: 'MASSIVE_API_KEY', text: 'what they said' };

  test.each([
    [401, 'FEED_REFUSED', 'MASSIVE_API_KEY'],
    [403, 'FEED_REFUSED', 'MASSIVE_API_KEY'],
    [404, 'FEED_REFUSED', 'what they said'],
    [429, 'FEED_UNAVAILABLE', 'too many'],
    [500, 'FEED_UNAVAILABLE', '500'],
    [503, 'FEED_UNAVAILABLE', '503'],
  ])('with status %d is %s and says %s', (status, code, text) => {
    expect(failureOfStatus(status, said)).toMatchObject({ code, message: expect.stringContaining(text) });
  });

  test('carries the vendor’s word on when to come again', () => {
    expect(failureOfStatus(429, { ...said, retryAfterMs: 7_000 }).retryAfterMs).toBe(7_000);
    expect(retryAfterOf('7')).toBe(7_000);
    expect(retryAfterOf('Wed, 21 Oct 2026 07:28:00 GMT')).toBeUndefined();
    expect(retryAfterOf(undefined)).toBeUndefined();
  });
});

test('a secret is taken out in every spelling, an empty one takes nothing out', () => {
  const redact = redactor('a/b+c');
  expect(redact('key a/b+c, url ?apiKey=a%2Fb%2Bc&x=1, again a/b+c')).toBe('key ***, url ?apiKey=***&x=1, again ***');
  expect(redactor('')('nothing')).toBe('nothing');
});

describe('a bell', () => {
  test('rung before anyone waits is heard by the next who does', async () => {
    const bell = createBell();
    bell.ring();
    const begunAt = performance.now();
    await bell.wait(60_000, never);
    expect(performance.now() - begunAt).toBeLessThan(1_000);
  });

  test('wakes who waits, ends with its time, and ends with the signal', async () => {
    const bell = createBell();
    setImmediate(bell.ring);
    await bell.wait(60_000, never);
    await bell.wait(1, never);
    const stopping = new AbortController();
    setImmediate(() => stopping.abort());
    await bell.wait(60_000, stopping.signal);
    expect(stopping.signal.aborted).toBe(true);
  });
});
