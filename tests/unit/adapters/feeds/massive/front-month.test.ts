import { expect, test } from 'vitest';
import { frontMonth } from '../../../../../src/adapters/feeds/massive/front-month.js';
import type { MassiveWire } from '../../../../../src/adapters/feeds/massive/wire.js';
import { failureOfStatus } from '../../../../../src/adapters/feeds/vendor/failure.js';
import { instrument } from '../../../../../src/domain/instruments/catalogue/index.js';
import { epochMs } from '../../../../../src/kernel/units.js';

const failing = (status: number): Promise<unknown> => {
  const spec = instrument('MES');
  if (!spec) throw new Error('MES');
  const wire = {
    // biome-ignore lint/correctness/useYield: it fails before its first page
    async *contracts() {
      throw failureOfStatus(status, { vendor: 'massive', setting: 'MASSIVE_API_KEY', text: 'no such product' });
    },
  } as unknown as MassiveWire;
  const at = epochMs(Date.parse('2026-11-19T17:00:00Z'));
  return frontMonth(wire, { spec, contract: 'MESZ6', at, signal: new AbortController().signal });
};

test.each([400, 404])('a product whose contracts are answered with %d is refused by name, alone', async (status) => {
  expect(await failing(status)).toEqual({
    listing: undefined,
    refused: [{ where: 'massive MES', reason: expect.stringContaining('no such product') }],
    tickers: new Map(),
  });
});

test.each([401, 403])('%d is about the key, not the product', async (status) => {
  await expect(failing(status)).rejects.toMatchObject({ code: 'FEED_REFUSED' });
});
