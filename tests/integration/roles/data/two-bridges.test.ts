import { expect, test } from 'vitest';
import { after, epochMs, iso, SECOND } from '../../../../src/kernel/units.js';
import { FLAT, fakePlatform } from '../../../support/fake-platform.js';
import { intakeOf, KEY } from '../../../support/intake.js';

const NOW = epochMs(Date.parse('2026-11-20T14:31:08Z'));
const door = intakeOf(NOW);

const platform = (account = 'Sim101', sentAt = iso(NOW)) => fakePlatform({ url: door.url, key: KEY, account, sentAt });
const newest = () => door.bus.snapshots.at(-1);

test('two accounts of one bridge, and one of another, are three accounts in sync', async () => {
  await platform('Sim101').report();
  await platform('APEX-1').report(FLAT);
  await platform('Live').report({ bridge: 'another' });
  expect((await door.get('/positions')).body).toMatchObject({
    verdict: 'IN_SYNC',
    accounts: [{ account: 'Sim101' }, { account: 'APEX-1' }, { account: 'Live', bridge: 'another' }],
  });
});

test('of two starts of one bridge on one account the newer one speaks, and nothing goes back and forth', async () => {
  const first = platform();
  await first.report();
  const second = platform();
  second.restart();
  expect((await second.report()).status).toBe(200);
  for (let i = 0; i < 3; i += 1) {
    expect(await first.report()).toMatchObject({
      status: 409,
      body: { newest: { epoch: 'epoch-2' }, reason: expect.stringContaining('newer start') },
    });
    expect((await second.report()).body.verdict).toBe('IN_SYNC');
  }
  expect(new Set(door.bus.snapshots.slice(1).map(({ epoch }) => epoch))).toEqual(new Set(['epoch-2']));
});

test('another bridge is refused an account that is spoken for, and told by whom', async () => {
  await platform().report();
  const other = platform();
  other.restart();
  expect(await other.report({ bridge: 'rival' })).toMatchObject({
    status: 409,
    body: { newest: { bridge: 'ninjatrader' }, reason: expect.stringContaining('"ninjatrader"') },
  });
  expect(newest()).toMatchObject({ bridge: 'ninjatrader', seq: 1 });
});

test('another bridge may take over an account that has fallen silent', async () => {
  await platform().report();
  const other = platform();
  other.restart();
  door.clock.set(after(NOW, 10 * SECOND));
  expect((await other.report({ bridge: 'rival' })).status, 'silent, but not STALE yet').toBe(409);
  door.clock.set(after(NOW, 10 * SECOND + 1));
  expect((await other.report({ bridge: 'rival' })).body).toMatchObject({ status: 'ok', verdict: 'IN_SYNC' });
  expect(newest()).toMatchObject({ bridge: 'rival' });
});

test('a straggler of a start that was never heard does not take the account', async () => {
  const bridge = platform();
  await bridge.report();
  bridge.restart();
  const straggler = bridge.next({ sent_at: iso(after(NOW, SECOND)) });
  bridge.restart();
  await bridge.report({ sent_at: iso(after(NOW, 2 * SECOND)) });
  expect((await bridge.send(straggler)).status).toBe(409);
  expect((await bridge.report({ sent_at: iso(after(NOW, 3 * SECOND)) })).body.verdict).toBe('IN_SYNC');
  expect(newest()).toMatchObject({ epoch: 'epoch-3', seq: 2 });
});

test('a platform whose clock was set back before a restart is heard again when its old start is STALE', async () => {
  const bridge = platform();
  await bridge.report();
  bridge.restart();
  const early = { sent_at: iso(after(NOW, -3_600 * SECOND)) };
  expect((await bridge.report(early)).status).toBe(409);
  door.clock.set(after(NOW, 11 * SECOND));
  expect((await bridge.report(early)).status).toBe(200);
});
