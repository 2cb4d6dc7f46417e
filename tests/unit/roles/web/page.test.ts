import { expect, test } from 'vitest';
import { riskAt } from '../../../support/web-source.js';
import { webApps } from './set-up.js';

const started = webApps();

test('the page is at most a second old although nothing happens: its clock and its ages are right without JavaScript', async () => {
  const { app, time } = await started();
  const clock = async () => /data-clock[^>]*>([\d:]+)</.exec((await app.inject('/')).body)?.[1];
  expect(await clock()).toBe('04:57:12');
  await time.pass(1_000);
  expect(await clock()).toBe('04:57:13');
  await time.pass(3_000);
  expect(await clock()).toBe('04:57:16');
});

test('the page shows a change at once, in every coding', async () => {
  const { app, source, now } = await started();
  const sizes = async () => {
    const { rawPayload } = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip' } });
    return rawPayload;
  };
  const before = await sizes();
  expect((await sizes()).equals(before), 'the same bytes while nothing changes').toBe(true);
  source.publish('risk-update', riskAt(now, { daily_pnl: -123 }));
  expect((await sizes()).equals(before)).toBe(false);
  expect((await app.inject('/')).body).toContain('$123 of $500');
});
