import { describe, expect, test } from 'vitest';
import { readBarFile } from '../../../../src/adapters/feeds/csv/bar-file.js';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { createSymbolAnalysis } from '../../../../src/domain/focus/analysis.js';
import { focusCard } from '../../../../src/domain/focus/card.js';
import { accountOf } from '../../../../src/domain/focus/size.js';
import type { FocusCard } from '../../../../src/domain/focus/types.js';
import { mes } from '../../../../src/domain/instruments/catalogue/mes.js';
import { mgc } from '../../../../src/domain/instruments/catalogue/mgc.js';
import type { ContractSpec } from '../../../../src/domain/instruments/contract.js';
import { etMinuteOfDay } from '../../../../src/domain/sessions/session.js';
import { after, FIVE_MINUTES, fromUsd, ticks } from '../../../../src/kernel/units.js';
import { dataFile, NEEDS_DATA } from '../../../support/data.js';

const account = accountOf(fromUsd(50_000));

async function barsOf(path: string, spec: ContractSpec): Promise<readonly Bar[]> {
  const bars: Bar[] = [];
  for await (const item of (await readBarFile(path, spec)).items) if (item.kind === 'bar') bars.push(item.bar);
  return bars;
}

/** One card for every closed 5-minute bar. */
function cardsOf(bars: readonly Bar[], spec: ContractSpec): readonly FocusCard[] {
  const analysis = createSymbolAnalysis(spec);
  return bars.flatMap((bar) => {
    const { closed5m } = analysis.push(bar);
    const reading = analysis.reading();
    if (!closed5m || !reading) return [];
    const now = after(reading.barAt, FIVE_MINUTES);
    return [focusCard({ reading, last: analysis.last(), contract: 'X', spec, account, now, marketOpen: true })];
  });
}

const share = (cards: readonly FocusCard[], holds: (card: FocusCard) => boolean): number =>
  cards.filter(holds).length / cards.length;

describe.for([
  ['ES_1m_2013-10-06_2013-10-11.csv', mes],
  ['GC_1m_2013-10-07_2013-10-11.csv', mgc],
] as const)('the recorded week of %s', ([name, spec]) => {
  const path = dataFile(`real/${name}`);

  test('gives whole, sane cards at every bar', async ({ skip }) => {
    if (path === undefined) return skip(NEEDS_DATA);
    const cards = cardsOf(await barsOf(path, spec), spec);
    expect(cards.length).toBeGreaterThan(1_300);
    for (const card of cards) {
      expect(JSON.stringify(card)).not.toMatch(/null|NaN/);
      expect(card.size.risk).toBeLessThanOrEqual(account.riskCap);
      if (card.bias === 'NEUTRAL') expect(card.size.contracts).toBe(0);
      for (const level of Object.values(card.levels ?? {}))
        if (level !== card.levels?.side) expect(Number.isInteger(level)).toBe(true);
    }
  });

  test('calls a side often enough to be useful and seldom enough to be a filter', async ({ skip }) => {
    if (path === undefined) return skip(NEEDS_DATA);
    const warm = cardsOf(await barsOf(path, spec), spec).filter((card) => card.reading.quality);
    const active = warm.filter((card) => {
      const minute = etMinuteOfDay(card.reading.barAt);
      return minute >= 5 * 60 && minute < 12 * 60;
    });
    expect(active.length).toBeGreaterThan(300);
    const good = share(active, (card) => (card.reading.quality?.score ?? 0) >= 55);
    const sided = share(active, (card) => card.bias !== 'NEUTRAL');
    const ranging = share(active, (card) => card.reading.quality?.context === 'RANGING');
    expect(good, 'measured 53 % on ES, 29 % on GC').toBeGreaterThan(0.2);
    expect(good).toBeLessThan(0.65);
    expect(sided, 'measured 30 % on ES, 25 % on GC').toBeGreaterThan(0.1);
    expect(sided).toBeLessThan(0.45);
    expect(ranging).toBeGreaterThan(0.1);
    expect(ranging).toBeLessThan(0.35);
  });

  test('mirrors: reflected prices swap every side and keep every distance', async ({ skip }) => {
    if (path === undefined) return skip(NEEDS_DATA);
    const bars = await barsOf(path, spec);
    const axis = 2 * (bars[0]?.open ?? 0);
    const flip = (price: number) => ticks(axis - price);
    const plain = cardsOf(bars, spec);
    const mirrored = cardsOf(
      bars.map((bar) => ({
        ...bar,
        open: flip(bar.open),
        high: flip(bar.low),
        low: flip(bar.high),
        close: flip(bar.close),
      })),
      spec,
    );
    const opposite = { LONG: 'SHORT', SHORT: 'LONG', NEUTRAL: 'NEUTRAL' } as const;
    for (const [i, card] of plain.entries()) {
      const other = mirrored[i];
      expect(other?.bias, `bias of bar ${i}`).toBe(opposite[card.bias]);
      expect(other?.reading.quality?.score).toBe(card.reading.quality?.score);
      expect(other?.size).toEqual(card.size);
    }
  });
});
