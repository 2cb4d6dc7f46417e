import { describe, expect, test } from 'vitest';
import { epochMs } from '../../../../src/kernel/units.js';
import {
  age,
  averagePrice,
  contractMonth,
  dayLabel,
  duration,
  etTime,
  multiple,
  percent,
  price,
  signedUsd,
  usd,
} from '../../../../src/roles/web/format.js';

const NOV_2026 = epochMs(Date.parse('2026-11-20T09:57:12Z'));

describe('prices', () => {
  test('have the decimals of their tick', () => {
    expect(price(4207, 'MGC')).toBe('4207.0');
    expect(price(25012.25, 'MNQ')).toBe('25012.25');
    expect(price(50.4, 'SIL')).toBe('50.400');
    expect(price(5.012, 'MHG')).toBe('5.0120');
  });
  test('of an unknown root print as they came, and a missing one as a dash', () => {
    expect(price(12.5, null)).toBe('12.5');
    expect(price(null, 'MGC')).toBe('–');
  });
  test('that are averages keep what lies between two ticks', () => {
    expect(averagePrice(4205.3, 'MGC')).toBe('4205.3');
    expect(averagePrice(4205.35, 'MGC')).toBe('4205.35');
    expect(averagePrice(4205.333333, 'MGC')).toBe('4205.333');
    expect(averagePrice(25000, 'MNQ')).toBe('25000.00');
  });
});

describe('money', () => {
  test('shows cents only where there are some, and the sign before the dollar', () => {
    expect(usd(291)).toBe('$291');
    expect(usd(291.5)).toBe('$291.50');
    expect(usd(-1262.5)).toBe('−$1,262.50');
    expect(usd(2500)).toBe('$2,500');
    expect(usd(-24_897.46)).toBe('−$24,897.46');
    expect(usd(1_234_567.5)).toBe('$1,234,567.50');
    expect(usd(-0.001)).toBe('$0');
    expect(usd(null)).toBe('–');
  });
  test('won or lost always carries its sign', () => {
    expect(signedUsd(34)).toBe('+$34.00');
    expect(signedUsd(-120.5)).toBe('−$120.50');
    expect(signedUsd(0)).toBe('$0.00');
    expect(signedUsd(-0.001)).toBe('$0.00');
  });
  test('risk multiples have one decimal', () => {
    expect(multiple(0.31)).toBe('+0.3 R');
    expect(multiple(-1)).toBe('−1.0 R');
    expect(multiple(-0.01)).toBe('0.0 R');
    expect(percent(null)).toBe('–');
  });
});

describe('time', () => {
  test('is New York’s wall clock in winter and in summer', () => {
    expect(etTime(NOV_2026)).toBe('04:57:12');
    expect(etTime('2026-07-01T09:57:12Z')).toBe('05:57:12');
    expect(etTime('2026-11-20T05:00:00Z')).toBe('00:00:00');
  });
  test('spans read h:mm:ss, ages below a minute in seconds', () => {
    expect(duration(18_168_000)).toBe('5:02:48');
    expect(duration(-5)).toBe('0:00:00');
    expect(age(3_400)).toBe('3 s');
    expect(age(59_999)).toBe('59 s');
    expect(age(65_000)).toBe('0:01:05');
  });
  test('of a contract is its delivery month in the nearest year that fits', () => {
    expect(contractMonth('MGCZ6', NOV_2026)).toBe('Dec 26');
    expect(contractMonth('MCLF7', NOV_2026)).toBe('Jan 27');
    expect(contractMonth('MESH0', epochMs(Date.parse('2029-12-20T00:00:00Z')))).toBe('Mar 30');
    expect(contractMonth('ESZ13', epochMs(Date.parse('2013-12-02T00:00:00Z')))).toBe('Dec 13');
    expect(contractMonth('odd', NOV_2026)).toBe('odd');
    expect(dayLabel('2026-11-20')).toBe('20 Nov');
  });
});
