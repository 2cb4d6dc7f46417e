import { afterEach, expect, test, vi } from 'vitest';
import { storesHealth } from '../../../../src/adapters/redis/stores-health.js';

afterEach(() => {
  vi.useRealTimers();
});

test('a store that is frozen does not make the other one look dead', async () => {
  vi.useFakeTimers();
  const frozen = () => new Promise<boolean>(() => {});
  const answer = storesHealth({ redis: frozen, postgres: async () => true });
  await vi.advanceTimersByTimeAsync(1_500);
  expect(await answer).toEqual({ redis: false, postgres: true, reason: 'Redis does not answer' });
  expect(vi.getTimerCount(), 'no timer is left').toBe(0);
});

test('a store that refuses is down at once, and two that answer need no reason', async () => {
  const refusing = async () => Promise.reject(new Error('refused'));
  const up = async () => true;
  expect(await storesHealth({ redis: up, postgres: refusing })).toMatchObject({ redis: true, postgres: false });
  expect(await storesHealth({ redis: up, postgres: up })).toEqual({ redis: true, postgres: true });
});
