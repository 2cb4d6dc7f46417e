import { describe, expect, test } from 'vitest';
import {
  readAggregate,
  readContract,
  readFrame,
  readPage,
  readSessionVolume,
} from '../../../../../src/adapters/feeds/massive/mapper.js';
import { socketUrl } from '../../../../../src/adapters/feeds/massive/wire.js';
import { mgc } from '../../../../../src/domain/instruments/catalogue/mgc.js';
import { epochMs, ticks } from '../../../../../src/kernel/units.js';

const OPEN = Date.parse('2026-11-19T14:00:00Z');
const listing = { spec: mgc, contract: 'MGCZ6', ticker: 'MGCZ6' };
const listed = new Map([['MGCZ6', listing]]);
const minute = {
  ev: 'AM',
  sym: 'MGCZ6',
  o: 4200.1,
  h: 4201,
  l: 4199.9,
  c: 4200.5,
  v: 12,
  dv: 1,
  n: 3,
  s: OPEN,
  e: OPEN + 60_000,
};
const row = {
  ticker: 'MGCZ6',
  window_start: OPEN * 1e6,
  open: 4200.1,
  high: 4201,
  low: 4199.9,
  close: 4200.5,
  volume: 12,
};
const bar = {
  at: epochMs(OPEN),
  open: ticks(42_001),
  high: ticks(42_010),
  low: ticks(41_999),
  close: ticks(42_005),
  volume: 12,
};

describe('a row of aggregates', () => {
  test('is read with its nanoseconds, which no double holds exactly', () => {
    expect(JSON.stringify(OPEN * 1e6)).not.toBe(`${OPEN}000001`);
    expect(readAggregate(row, listing)).toEqual({ ok: true, value: { root: 'MGC', contract: 'MGCZ6', bar } });
    expect(readAggregate({ ...row, window_start: Number(`${OPEN}000001`) }, listing).ok).toBe(true);
  });

  test('may spell the month with its year in full', () => {
    expect(readAggregate({ ...row, ticker: 'MGCZ26' }, listing)).toEqual(readAggregate(row, listing));
    expect(readAggregate({ ...row, ticker: 'MGCZ27' }, listing).ok).toBe(false);
  });

  test.each([
    ['off the grid', { open: 4200.05 }, '4200.05 is off the tick grid of MGC'],
    ['off the minute', { window_start: (OPEN + 1_000) * 1e6 }, 'does not open on a minute'],
    ['upside down', { high: 4100, low: 4300 }, 'low is above high'],
    ['without a field', { close: undefined }, 'close'],
    ['with text', { volume: 'many' }, 'volume'],
    ['after the last day a date can be', { window_start: 6e24 }, 'window_start'],
    ['of another contract', { ticker: 'MGCG7' }, 'MGCG7 was not asked for'],
  ])('%s is refused with the reason', (_, change, reason) => {
    expect(readAggregate({ ...row, ...change }, listing)).toEqual({
      ok: false,
      error: expect.stringContaining(reason),
    });
  });
});

test('a session is counted for the contract it names, and for no other', () => {
  const session = { ticker: 'MGCZ6', session_end_date: '2026-11-19', volume: 120_000 };
  expect(readSessionVolume(session, 'MGCZ6')).toEqual({ day: '2026-11-19', volume: 120_000 });
  expect(readSessionVolume({ ...session, ticker: 'MGCG7' }, 'MGCZ6')).toBeUndefined();
});

describe('a frame of the stream', () => {
  test('is read event by event: a bad one does not take the good ones with it', () => {
    const frame = [
      minute,
      { ...minute, o: 'high' },
      { ...minute, sym: 'MGCG7' },
      { ...minute, ev: 'Q' },
      5,
      { ...minute, ev: 'A', c: 4200.7 },
    ];
    expect(readFrame(JSON.stringify(frame), listed)).toEqual([
      { kind: 'bar', bar: { root: 'MGC', contract: 'MGCZ6', bar } },
      { kind: 'refused', reason: expect.stringContaining('AM: o:') },
      { kind: 'refused', reason: 'MGCG7 was not asked for' },
      { kind: 'other' },
      { kind: 'refused', reason: 'an event without a kind' },
      { kind: 'tick', tick: { root: 'MGC', contract: 'MGCZ6', price: 42_007, at: OPEN + 60_000 } },
    ]);
  });

  test.each([
    ['half of one', JSON.stringify([minute]).slice(0, 40), 'no JSON'],
    ['a minute of two', JSON.stringify([{ ...minute, e: OPEN + 120_000 }]), '120000 ms'],
    ['a last price off the grid', JSON.stringify([{ ...minute, ev: 'A', c: 4200.07 }]), 'off the tick grid'],
    ['a last price of no date', JSON.stringify([{ ...minute, ev: 'A', e: 8.7e15 }]), 'A: e:'],
    ['a status that says nothing', '[{"ev":"status"}]', 'status'],
  ])('%s is refused with the reason', (_, text, reason) => {
    expect(readFrame(text, listed)).toEqual([{ kind: 'refused', reason: expect.stringContaining(reason) }]);
  });
});

test('an answer that is no page, and a contract without a name, are told', () => {
  expect(readPage('{"results":[').ok).toBe(false);
  expect(readPage({ results: [1], next_url: 'https://x/y' })).toEqual({
    ok: true,
    value: { rows: [1], nextUrl: 'https://x/y' },
  });
  expect(readPage({ status: 'OK' })).toEqual({ ok: true, value: { rows: [], nextUrl: undefined } });
  expect(readContract({ active: true }).ok).toBe(false);
});

test('the stream stands beside a base address of one’s own', () => {
  expect(socketUrl(undefined)).toBe('wss://socket.massive.com/futures');
  expect(socketUrl('http://127.0.0.1:9000/')).toBe('ws://127.0.0.1:9000/futures');
  expect(socketUrl('https://proxy.example')).toBe('wss://proxy.example/futures');
});
