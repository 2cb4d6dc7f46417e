import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { after, epochMs, iso, SECOND } from '../../../../src/kernel/units.js';
import type { RiskStatus } from '../../../../src/messages/dashboard.js';
import { type Intake, startIntake } from '../../../../src/roles/data/intake/server.js';
import { eventually } from '../../../support/eventually.js';
import { type FakePlatform, FLAT, fakePlatform } from '../../../support/fake-platform.js';
import { type MemoryBus, memoryBus, memoryLog } from '../../../support/memory-bus.js';
import { quietRisk } from '../../../support/risk-status.js';
import { type HandClock, handClock } from '../../../support/test-clock.js';

const KEY = 'a-key-of-many-letters';
const NOW = epochMs(Date.parse('2026-11-20T14:31:08Z'));

let bus: MemoryBus;
let clock: HandClock;
let log: ReturnType<typeof memoryLog>;
let intake: Intake;
let url: string;
let platform: FakePlatform;

beforeEach(async () => {
  bus = memoryBus();
  clock = handClock(NOW, 1);
  log = memoryLog();
  intake = await startIntake({ bus, clock, log, apiKey: KEY, host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${intake.port}`;
  platform = fakePlatform({ url, key: KEY });
});
afterEach(() => intake.close());

const positions = async () => (await fetch(`${url}/positions`, { headers: { 'x-api-key': KEY } })).json();

const risk = (changes: Partial<RiskStatus> = {}): RiskStatus => quietRisk(NOW, changes);

describe('a snapshot', () => {
  test('is acknowledged once it is in the stream', async () => {
    const answer = await platform.report();
    expect(answer).toEqual({
      status: 200,
      body: {
        status: 'ok',
        account: 'Sim101',
        seq: 1,
        verdict: 'IN_SYNC',
        risk: { can_trade: false, block_reason: 'no risk verdict yet', total_risk_pct: null },
      },
    });
    expect(bus.snapshots).toMatchObject([{ account: 'Sim101', seq: 1, receivedAt: NOW, positions: [{ root: 'MGC' }] }]);
  });

  test('sent twice is acknowledged twice and stored once', async () => {
    const body = platform.next();
    await platform.send(body);
    expect(await platform.send(body)).toMatchObject({ status: 200, body: { seq: 1, verdict: 'IN_SYNC' } });
    expect(bus.snapshots.length).toBe(1);
  });

  test('older than the newest is refused with 409 and told what is newer', async () => {
    const first = platform.next();
    await platform.report();
    expect(await platform.send(first)).toMatchObject({
      status: 409,
      body: { status: 'refused', seq: 1, newest: { epoch: 'epoch-1', seq: 2 } },
    });
    expect(bus.snapshots.map(({ seq }) => seq)).toEqual([2]);
  });

  test('after a gap is kept, recorded, and healed by the next', async () => {
    await platform.report();
    platform.next();
    expect((await platform.report()).body.verdict).toBe('GAP');
    expect(log.lines.find(({ evt }) => evt === 'bridge.gap')?.fields).toMatchObject({ from: 1, to: 3 });
    expect((await platform.report()).body.verdict).toBe('IN_SYNC');
    expect(await positions()).toMatchObject({ accounts: [{ gaps: 1, seq: 4, verdict: 'IN_SYNC' }] });
  });

  test('kept before the intake itself was restarted is still the newest: a straggler is refused, the next is in sync', async () => {
    const straggler = platform.next(FLAT);
    await platform.report();
    await intake.close();
    intake = await startIntake({ bus, clock, log: memoryLog(), apiKey: KEY, host: '127.0.0.1', port: intake.port });
    expect((await platform.send(straggler)).status).toBe(409);
    expect(await positions()).toMatchObject({
      accounts: [{ account: 'Sim101', positions: [{ symbol: 'MGC 12-26' }] }],
    });
    expect((await platform.report()).body).toMatchObject({ verdict: 'IN_SYNC' });
  });

  test('of a restarted bridge is accepted, and a straggler of the old one is not', async () => {
    await platform.report();
    const straggler = platform.next();
    platform.restart();
    expect((await platform.report()).body).toMatchObject({ seq: 1, verdict: 'IN_SYNC' });
    expect((await platform.send(straggler)).status).toBe(409);
  });

  test('is not acknowledged while the stream is away, and may then be sent again', async () => {
    const body = platform.next();
    bus.isDown = true;
    const refused = await platform.send(body);
    expect(refused.status).toBe(503);
    expect(refused.body.status).not.toBe('ok');
    expect(await positions(), 'an unacknowledged snapshot is not in the book').toMatchObject({
      verdict: 'UNKNOWN',
      accounts: [],
    });
    bus.isDown = false;
    expect((await platform.send(body)).body).toMatchObject({ status: 'ok', verdict: 'IN_SYNC' });
    expect(bus.snapshots.length).toBe(1);
  });

  test('snapshots sent at once are stored in one order and none is stored twice', async () => {
    const bodies = Array.from({ length: 40 }, () => platform.next());
    const answers = await Promise.all([...bodies, ...bodies].map((body) => platform.send(body)));
    const stored = bus.snapshots.map(({ seq }) => seq);
    expect(stored).toEqual([...new Set(stored)].sort((a, b) => a - b));
    expect(stored.at(-1)).toBe(40);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
  });

  test('of too many accounts is refused', async () => {
    for (let i = 0; i < 64; i += 1) {
      expect((await fakePlatform({ url, key: KEY, account: `A${i}` }).report(FLAT)).status).toBe(200);
    }
    expect(await fakePlatform({ url, key: KEY, account: 'A64' }).report(FLAT)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'account' }] },
    });
  });
});

const heardNow = {
  account: 'Sim101',
  bridge: 'ninjatrader',
  verdict: 'IN_SYNC',
  heard_at: iso(NOW),
  cash_balance: 50_000,
  realized_pnl: 0,
  day_realized: 0,
  result_source: 'platform',
  fees: null,
  trades: 0,
  consecutive_losses: 0,
} as const;

describe('the risk part of the acknowledgement', () => {
  /** The answer to a report that only moves prices: it waits for nothing. */
  const replied = async () => (await platform.report()).body.risk;
  beforeEach(() => platform.report());

  test('is the newest verdict of the engine', async () => {
    bus.risk = risk();
    expect(await replied()).toEqual({ can_trade: true, block_reason: null, total_risk_pct: 0.2 });
  });

  test('says why not, in all its reasons', async () => {
    const reasons = ['it is past 10:00', 'the feed is stale'].map((text) => ({ rule: 'r', text, facts: {} }));
    bus.risk = risk({ can_enter: false, reasons });
    expect(await replied()).toEqual({
      can_trade: false,
      block_reason: 'it is past 10:00; the feed is stale',
      total_risk_pct: 0.2,
    });
  });

  test('is a no from 10:00:00 New York on, whatever the engine said a second before', async () => {
    clock.set(epochMs(Date.parse('2026-11-20T14:59:55.000Z')));
    await platform.report();
    bus.risk = risk({ as_of: '2026-11-20T14:59:59.000Z' });
    clock.set(epochMs(Date.parse('2026-11-20T14:59:59.999Z')));
    expect(await replied()).toMatchObject({ can_trade: true });
    clock.set(epochMs(Date.parse('2026-11-20T15:00:00.000Z')));
    expect(await replied()).toMatchObject({ can_trade: false, block_reason: expect.stringContaining('10:00') });
  });

  test('has seen the report it answers where that changes what is held, and is a no until it has', async () => {
    bus.risk = risk();
    const before = { ...heardNow, heard_at: iso(after(NOW, -5 * SECOND)) };
    bus.positions = { as_of: iso(NOW), verdict: 'IN_SYNC', accounts: [before], positions: [] };
    const asked = platform.report(FLAT);
    await eventually(() => expect(bus.snapshots.length).toBe(2));
    bus.risk = risk({ total_risk_pct: 0 });
    bus.positions = { as_of: iso(NOW), verdict: 'IN_SYNC', accounts: [heardNow], positions: [] };
    expect((await asked).body.risk).toEqual({ can_trade: true, block_reason: null, total_risk_pct: 0 });
    bus.positions = undefined;
    expect((await platform.report()).body.risk).toMatchObject({ can_trade: false });
  });

  test('is a no when the verdict is old', async () => {
    bus.risk = risk({ as_of: iso(after(NOW, -121 * SECOND)) });
    expect(await replied()).toMatchObject({ can_trade: false, block_reason: expect.stringContaining('121 s old') });
  });
});

describe('what is not let in', () => {
  test.each([
    ['missing', {}],
    ['wrong', { 'x-api-key': 'a-key-of-many-letterz' }],
    ['empty', { 'x-api-key': '' }],
    ['a longer one', { 'x-api-key': `${KEY}x` }],
  ])('a key that is %s: 401, on both doors', async (_, headers: Record<string, string>) => {
    const post = await fetch(`${url}/positions/update`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(platform.next()),
    });
    const get = await fetch(`${url}/positions`, { headers });
    expect([post.status, get.status]).toEqual([401, 401]);
    expect(bus.snapshots).toEqual([]);
  });

  test('wrong fields: 400 with each of them, and nothing stored', async () => {
    const answer = await platform.report({
      seq: 'x',
      positions: [{ symbol: 'MGC', side: 'UP', quantity: 1, avg_price: 1 }],
    });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ field: 'seq' }, { field: 'positions.0.side' }]);
    expect(bus.snapshots).toEqual([]);
  });

  test.each([['{"account":'], [''], ['[]'], ['"text"'], ['null']])('the body %j: 400', async (text) => {
    const answer = await platform.send(text);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'body' }] } });
  });

  test('a body over 256 KB: 413; one just under it: 200', async () => {
    const padded = (bytes: number): string => {
      const plain = JSON.stringify(platform.next({ ...FLAT, note: '' }));
      return plain.replace('"note":""', `"note":"${'x'.repeat(bytes - plain.length)}"`);
    };
    expect((await platform.send(padded(256 * 1_024))).status).toBe(200);
    expect((await platform.send(padded(256 * 1_024 + 1))).status).toBe(413);
    expect(bus.snapshots.length).toBe(1);
  });

  test('a long body without a declared length: 413', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(`${url}/positions/update`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': KEY, 'transfer-encoding': 'chunked' },
      });
      sent.on('response', (response) => resolve(response.resume().statusCode));
      sent.on('error', reject);
      sent.write(`{"note":"${'x'.repeat(200_000)}`);
      sent.end(`${'x'.repeat(200_000)}"}`);
    });
    expect(status).toBe(413);
  });

  test.each([['text/plain'], ['application/x-www-form-urlencoded'], ['application/xml']])('%s: 415', async (type) => {
    expect((await platform.send(JSON.stringify(platform.next()), { 'content-type': type })).status).toBe(415);
  });
});

describe('the book', () => {
  test('is UNKNOWN, not flat, until a bridge was heard', async () => {
    expect(await positions()).toEqual({ as_of: iso(NOW), verdict: 'UNKNOWN', accounts: [], programs: [] });
  });

  test('shows positions with what we make of them, and turns STALE by silence', async () => {
    const unknown = { symbol: 'ZN 12-26', side: 'SHORT', quantity: 1, avg_price: 110.5 };
    await platform.report({ positions: [unknown] });
    expect(await positions()).toMatchObject({
      verdict: 'IN_SYNC',
      accounts: [
        {
          account: 'Sim101',
          epoch: 'epoch-1',
          cash_balance: 50_000,
          realized_pnl: -120.5,
          positions: [{ ...unknown, root: null, managed: false }],
        },
      ],
    });
    clock.set(after(NOW, 10 * SECOND + 1));
    expect(await positions()).toMatchObject({ verdict: 'STALE', accounts: [{ verdict: 'STALE', age_s: 10 }] });
  });

  test('of a flat account is in sync and empty', async () => {
    await platform.report(FLAT);
    expect(await positions()).toMatchObject({ verdict: 'IN_SYNC', accounts: [{ positions: [], orders: [] }] });
  });
});

test('health needs no key and tells no position', async () => {
  await platform.report();
  const answer = await fetch(`${url}/health`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: 'ok', at: iso(NOW), verdict: 'IN_SYNC', accounts: 1 });
});

test('a port in use is an error that names it', async () => {
  const second = startIntake({ bus, clock, log, apiKey: KEY, host: '127.0.0.1', port: intake.port });
  await expect(second).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: expect.stringContaining(`${intake.port}`),
  });
});
