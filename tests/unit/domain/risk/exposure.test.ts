import { describe, expect, test } from 'vitest';
import type { AccountSnapshot, PlatformOrder, PlatformPosition } from '../../../../src/domain/accounts/snapshot.js';
import { exposures } from '../../../../src/domain/risk/exposure.js';
import { epochMs, fromUsd, microUsd, toUsd } from '../../../../src/kernel/units.js';

const gold: PlatformPosition = {
  symbol: 'MGC 12-26',
  root: 'MGC',
  contract: 'MGCZ6',
  side: 'LONG',
  quantity: 2,
  avgPrice: 4205.3,
  lastPrice: 4207,
  unrealizedPnl: fromUsd(34),
};

const stopAt = (stopPrice: number, more: Partial<PlatformOrder> = {}): PlatformOrder => ({
  orderId: 'a1',
  symbol: 'MGC 12-26',
  root: 'MGC',
  action: 'SELL',
  type: 'STOP',
  quantity: 2,
  stopPrice,
  limitPrice: undefined,
  state: 'working',
  ...more,
});

const snapshot = (
  positions: readonly PlatformPosition[],
  orders: readonly PlatformOrder[] = [],
  realized = 0,
): AccountSnapshot => ({
  bridge: 'ninjatrader',
  bridgeVersion: '1.0.0',
  epoch: 'e1',
  seq: 1,
  sentAt: epochMs(0),
  receivedAt: epochMs(0),
  account: 'Sim101',
  ordersConnected: true,
  pricesConnected: true,
  cashBalance: fromUsd(50_000),
  realizedPnl: fromUsd(realized),
  positions,
  orders,
});

const noAtr = () => undefined;

test('a working stop gives the risk in dollars and the open result in R', () => {
  const [exposure] = exposures(snapshot([gold], [stopAt(4199.8)]), noAtr);
  expect(toUsd(exposure?.risk ?? microUsd(0)), '55 ticks x 2 contracts x $1').toBe(110);
  expect(exposure?.basis).toBe('stop');
  expect(exposure?.rMultiple).toBeCloseTo(1.7 / 5.5, 10);
});

test('a stop beyond the entry leaves nothing at risk and no R to measure in', () => {
  const [exposure] = exposures(snapshot([gold], [stopAt(4206)]), noAtr);
  expect(exposure).toMatchObject({ risk: 0, basis: 'stop', rMultiple: undefined });
});

test('several stops count each for its own contracts, the farthest first, and the farthest is the one shown', () => {
  const two = [stopAt(4200.3, { quantity: 1 }), stopAt(4203.3, { quantity: 1 })];
  const [exposure] = exposures(snapshot([gold], two), noAtr);
  expect(exposure).toMatchObject({ stop: 4200.3, basis: 'stop', risk: fromUsd(50 + 20) });
  expect(exposure?.rMultiple, '$34 of $70').toBeCloseTo(34 / 70, 10);
  const doubled = [stopAt(4203.3), stopAt(4200.3)];
  expect(exposures(snapshot([gold], doubled), noAtr)[0]?.risk, 'two for all of it: the worse').toBe(fromUsd(100));
});

test('half of the distance is exactly half an R, whatever the decimals', () => {
  const half = { ...gold, avgPrice: 4205.3, lastPrice: 4208.3 };
  expect(exposures(snapshot([half], [stopAt(4199.3)]), noAtr)[0]?.rMultiple).toBe(0.5);
});

describe('a stop for a part of the position', () => {
  test('covers that part, and the rest counts 2 ATR: 1 of 2 MGC at 10 points', () => {
    const half = stopAt(4195.3, { quantity: 1 });
    const [exposure] = exposures(snapshot([gold], [half]), () => 6);
    expect(exposure).toMatchObject({ basis: 'stop and 2 ATR', stop: 4195.3, rMultiple: undefined });
    expect(toUsd(exposure?.risk ?? microUsd(0)), '10 points x $10, and 12 points x $10').toBe(100 + 120);
  });

  test('never counts less than the covered part, however small the ATR', () => {
    const half = stopAt(4195.3, { quantity: 1 });
    expect(exposures(snapshot([gold], [half]), () => 0)[0]?.risk).toBe(fromUsd(100));
  });

  test('locks nothing in for the rest: a stop beyond the entry pays for no other contract', () => {
    const beyond = stopAt(4208.3, { quantity: 1 });
    expect(exposures(snapshot([gold], [beyond]), () => 6)[0]?.risk).toBe(fromUsd(120));
  });

  test('is not known without an ATR, and shows its stop all the same', () => {
    const half = stopAt(4195.3, { quantity: 1 });
    expect(exposures(snapshot([gold], [half]), noAtr)[0]).toMatchObject({
      basis: 'unknown',
      risk: undefined,
      stop: 4195.3,
    });
  });
});

test.each(['MGCZ6', 'mgc 12-26', ' MGC 12-26 ', 'MGC DEC26'])('a stop for %s protects MGC 12-26', (symbol) => {
  const [exposure] = exposures(snapshot([gold], [stopAt(4199.8, { symbol })]), noAtr);
  expect(exposure).toMatchObject({ basis: 'stop', risk: fromUsd(110) });
});

test('contracts outside the catalogue stay apart from those in it', () => {
  expect(exposures(snapshot([gold], [stopAt(4199.8, { symbol: 'ZZZ 12-26' })]), () => 6)[0]?.basis).toBe('2 ATR');
});

const WORKING = 'ChangePending ChangeSubmitted PartFilled Submitted TriggerPending Accepted Working'.split(' ');
const spellings = (state: string): readonly string[] => {
  const words = state.replace(/(?<=[a-z])(?=[A-Z])/g, '_');
  return [state, state.toLowerCase(), words.toUpperCase(), words.replace('_', ' ')];
};
test.each(WORKING.flatMap(spellings))('a stop that is %s works', (state) => {
  expect(exposures(snapshot([gold], [stopAt(4199.8, { state })]), noAtr)[0]?.basis).toBe('stop');
});

test.each(['CancelPending', 'cancel submitted', 'Filled', 'Rejected', 'Initialized', ''])(
  'a stop that is "%s" does not work',
  (state) => {
    expect(exposures(snapshot([gold], [stopAt(4199.8, { state })]), () => 6)[0]?.basis).toBe('2 ATR');
  },
);

test.each([
  ['a cancelled stop', stopAt(4199.8, { state: 'cancelled' })],
  ['a stop on the wrong side', stopAt(4199.8, { action: 'BUY' })],
  ['a stop of another contract', stopAt(4199.8, { symbol: 'MGC 02-27' })],
  ['a limit order', stopAt(4199.8, { type: 'LIMIT' })],
])('%s does not protect', (_, order) => {
  expect(exposures(snapshot([gold], [order]), () => 6)[0]?.basis).toBe('2 ATR');
});

test('without a stop and without an ATR the risk is not known, never zero', () => {
  expect(exposures(snapshot([gold]), noAtr)[0]).toMatchObject({ risk: undefined, basis: 'unknown' });
});

test('a position of an unknown instrument is kept as unmanaged', () => {
  const odd = { ...gold, symbol: 'ZZZ 12-26', root: undefined, contract: undefined };
  expect(exposures(snapshot([odd]), () => 6)[0]).toMatchObject({ risk: undefined, basis: 'unmanaged' });
});
