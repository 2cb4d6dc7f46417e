import type { QualityTable } from '../../src/domain/research/quality-table.js';
import type { Estimate } from '../../src/domain/research/statistics.js';
import { REGIME_NAMES, regimeShares, type SymbolTally, type Tally } from './tally.js';
import { GUARD, MEASURES, type VolatilityTally, weekRange } from './volatility.js';

type Cells = readonly (string | number)[];

/** A Markdown table; the first column holds names. */
export const table = (head: Cells, rows: readonly Cells[]): string =>
  [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export function biasTable({ symbols }: Tally, hours: 'all' | 'active'): string {
  const names = ['LONG', 'SHORT', 'NEUTRAL', 'UPTREND', 'DOWNTREND', 'RANGING', 'good'];
  const head = ['', 'plans', 'LONG', 'SHORT', 'NEUTRAL', 'UPTREND', 'DOWNTREND', 'RANGING', 'quality ≥ 55'];
  const rows = [...symbols].map(([root, { shares }]) => [
    root,
    shares.of(`${hours} LONG`).asked,
    ...names.map((name) => shares.text(`${hours} ${name}`)),
  ]);
  return table(head, rows);
}

export function gateAndSizeTable({ symbols }: Tally): string {
  const head = [
    '',
    'gate open for a side, all hours',
    'active hours',
    'gate lets the called side pass, all hours',
    'active hours',
    'median contracts',
    'called cards without a size',
  ];
  const rows = [...symbols].map(([root, { shares, sizes }]) => [
    root,
    shares.text('all gate'),
    shares.text('active gate'),
    shares.text('all gate called'),
    shares.text('active gate called'),
    median(sizes),
    shares.text('all zero'),
  ]);
  return table(head, rows);
}

function median(sizes: readonly number[]): string | number {
  const sorted = sizes.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? '–';
}

export function orbTable({ symbols }: Tally): string {
  const rows = [...symbols].map(([root, { orb }]) => {
    const said = [...orb.values()];
    const count = (direction: string | undefined): number => said.filter((one) => one === direction).length;
    const signals = said.length - count(undefined);
    const perDay = said.length === 0 ? '–' : (signals / said.length).toFixed(2);
    return [root, said.length, count('LONG'), count('SHORT'), count(undefined), perDay];
  });
  return table(['', 'days with a range', 'LONG', 'SHORT', 'no signal', 'signals a day'], rows);
}

export function hourTable({ byHour }: Tally): string {
  const hours = Array.from({ length: 24 }, (_, hour) => String(hour)).filter((hour) => byHour.byName.has(hour));
  const rows = hours.map((hour) => [`${hour.padStart(2, '0')}:00`, byHour.text(hour), byHour.of(hour).asked]);
  return table(['hour, New York', 'minutes with the flag', 'open minutes'], rows);
}

export const guardTable = ({ byGuard }: Tally): string =>
  table(
    ['guard', 'share of 09:30-12:00'],
    [...byGuard.byName].map(([name, share]) => [name === 'any' ? 'any of them' : `\`${name}\``, share.text()]),
  );

export function regimeTable(symbols: ReadonlyMap<string, SymbolTally>, trainDays: number): string {
  const rows = [...symbols].map(([root, tally]) => {
    const { shares, why } = regimeShares(tally, trainDays);
    return [root, ...REGIME_NAMES.map((name) => shares.text(name)), why ?? ''];
  });
  return table(['', ...REGIME_NAMES, ''], rows);
}

export function measureTable(tallies: readonly VolatilityTally[]): string {
  const rows = [GUARD, ...MEASURES.map(({ name }) => name)].map((name) => {
    const ranges = tallies.map((tally) => weekRange(tally, name));
    const [low, high] = [Math.min(...ranges.map(([from]) => from)), Math.max(...ranges.map(([, to]) => to))];
    return [name, pooled(tallies.map(({ flags }) => flags.of(name))), `${low.toFixed(0)}-${high.toFixed(0)} %`];
  });
  return table(['the day is called extreme when', 'share of minutes', 'least and most in a week'], rows);
}

export function overTable(tallies: readonly VolatilityTally[]): string {
  const names = [...(tallies[0]?.cards.byName.keys() ?? [])];
  const counts = ['0', '1', '2', '3', '4'];
  const rows = [
    ...names.map((name) => [`${name} over 88`, pooled(tallies.map(({ cards }) => cards.of(name)))]),
    ...counts.map((n) => [`${n} of the shown cards over 88`, pooled(tallies.map((tally) => tally.counts.of(n)))]),
  ];
  return table(['', 'share of minutes'], rows);
}

export function pooled(shares: readonly { readonly asked: number; readonly held: number }[]): string {
  const [asked, held] = [shares.reduce((n, one) => n + one.asked, 0), shares.reduce((n, one) => n + one.held, 0)];
  return asked === 0 ? '–' : `${((100 * held) / asked).toFixed(1)} %`;
}

export function sortingTable({ totals, cells }: QualityTable): string {
  const rows = [...cells, ...totals].map(({ bias, band, filled, plans, hitRate, meanR, isTooSmall }) => [
    bias,
    band === undefined ? 'all' : `${band * 10}-${band * 10 + 10}`,
    plans,
    filled,
    isTooSmall ? 'too small' : interval(hitRate, 100, 0),
    isTooSmall ? 'too small' : interval(meanR, 1, 2),
  ]);
  return table(['bias', 'quality', 'plans', 'filled', 'hit rate %', 'mean R'], rows);
}

const interval = (of: Estimate | undefined, times: number, digits: number): string =>
  of === undefined
    ? '–'
    : `${(times * of.value).toFixed(digits)} (${(times * of.low).toFixed(digits)} to ${(times * of.high).toFixed(digits)})`;
