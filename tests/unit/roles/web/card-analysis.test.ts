import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levelsFor } from '../../../../src/domain/focus/levels.js';
import { instrument } from '../../../../src/domain/instruments/catalogue/index.js';
import { priceOf } from '../../../../src/domain/instruments/contract.js';
import { type EpochMs, epochMs, iso, type Ticks, ticks } from '../../../../src/kernel/units.js';
import type { FocusAsset, OpeningRangeJson } from '../../../../src/messages/focus-plan.js';
import { cardView } from '../../../../src/roles/web/panels/card.js';
import { coldLayer, gateAt, layer, level, regimeAt } from '../../../support/card-source.js';
import { asset, MORNING, planAt, positionsAt, type seedOf as Seeds, seedOf } from '../../../support/web-source.js';
import { context, html } from './panel-view.js';

type Symbol = Parameters<typeof Seeds>[0];
const et = (clock: string): EpochMs => epochMs(Date.parse(`2026-11-20T${clock}:00-05:00`));

const card = (
  more: Partial<FocusAsset> = {},
  { symbol = 'mgc', now = MORNING }: { symbol?: Symbol; now?: EpochMs } = {},
) => cardView(asset(seedOf(symbol), now, more), context({}, { now }));
/** A line of the face as it is read: sign, answer, what it rests on. */
const line = (key: string, view: ReturnType<typeof card>): string => {
  const found = view.face.find((one) => one.key === key);
  if (!found) throw new Error(`no line ${key}`);
  return [found.price, found.mark?.sign, found.says, found.detail.join(' · ')].filter(Boolean).join(' ');
};
const section = (id: string, view: ReturnType<typeof card>) => {
  const found = view.why.find((one) => one.id === id);
  if (!found) throw new Error(`no section ${id}`);
  return {
    ...found,
    rows: found.groups.flatMap(({ rows }) => rows.map(({ label, value, rule }) => [label, value, rule])),
  };
};

describe('confluence on a card', () => {
  test('names the direction, the layers that say it and each time frame', () => {
    expect(line('confluence', card())).toBe('▲ 3 of 3 bullish 1h ▲ · 15m ▲ · 5m ▲');
    expect(line('confluence', card({}, { symbol: 'mnq' }))).toBe('▼ 3 of 3 bearish 15m ▼ · 5m ▼ · 1m ▼');
    expect(line('confluence', card({}, { symbol: 'mes' }))).toBe('■ 0 of 3 neutral 15m ▲ · 5m ▼ · 1m ■');
  });
  test('counts two against one for the two', () => {
    const on = { now: MORNING };
    const layers = [layer('bias', 'BEARISH', on), layer('setup', 'BULLISH', on), layer('entry', 'BEARISH', on)];
    expect(line('confluence', card({ confluence: 2, confluence_layers: layers }))).toContain('▼ 2 of 3 bearish');
  });
  test('says which frames are still warming up, and how far they are', () => {
    const view = card({}, { symbol: 'mcl' });
    expect(line('confluence', view)).toBe('▲ 1 of 3 bullish 15m – · 5m ▲ · 1m – · warming up');
    expect(section('confluence', view).rows).toContainEqual(['bars', '31 of 55', 'too few to say anything']);
  });
  test('without any layer is not counted', () => {
    expect(line('confluence', card({ confluence: 0, confluence_layers: [] }))).toBe('not counted yet');
  });
  test('shows the evidence of each layer with its bar and its thresholds', () => {
    const { groups, rows } = section('confluence', card());
    expect(groups.map(({ title, says, at }) => [title, says, at])).toEqual([
      ['bias layer, 1h', '▲ bullish', 'bar 03:00 to 04:00'],
      ['setup layer, 15m', '▲ bullish', 'bar 04:30 to 04:45'],
      ['entry layer, 5m', '▲ bullish', 'bar 04:50 to 04:55'],
    ]);
    expect(rows).toContainEqual(['EMA 10', '4204.896', 'over EMA 20']);
    expect(rows).toContainEqual(['RSI 14', '58.4', 'band 45 to 70']);
    expect(rows).toContainEqual(['RSI 14', '58.4', 'over 45']);
    expect(rows).toContainEqual(['trigger', 'cross', 'cross or reversal with volume']);
  });
  test('mirrors the thresholds for a fall', () => {
    const { rows } = section('confluence', card({}, { symbol: 'mnq' }));
    expect(rows).toContainEqual(['RSI 14', '41.6', 'band 30 to 55']);
    expect(rows).toContainEqual(['RSI 14', '41.6', 'under 55']);
    expect(rows.find(([label]) => label === 'EMA 10')?.[2]).toBe('under EMA 20');
  });
  test('of a cold layer has no evidence and invents none', () => {
    const view = card({ confluence: 0, confluence_layers: [coldLayer('bias', '15m', 0)] });
    expect(section('confluence', view).rows).toEqual([['bars', '0 of 55', 'too few to say anything']]);
  });
});

describe('levels around the price', () => {
  test('are one line above and one below, with distance, state and age', () => {
    expect(line('ict-above', card())).toBe('4215.2 gap 82 t · 40 % filled · 14 bars');
    expect(line('ict-below', card())).toBe('4199.0 order block 80 t · fresh · 41 bars');
    expect(line('ict-below', card({}, { symbol: 'mnq' }))).toBe('24938.50 sweep 295 t · fresh · 1 bar');
  });
  test.each([
    ['LONG', 4207, '80 t'],
    ['LONG', 4199, 'price is in it'],
    ['LONG', 4196.4, 'price is in it'],
    ['SHORT', 4190, '64 t'],
    ['SHORT', 4196.4, 'price is in it'],
    ['LONG', null, 'distance not known'],
  ] as const)('a %s level seen from %s: %s', (side, last_price, said) => {
    const near = level(MORNING, { side, low: 4196.4, high: 4199 });
    const key = side === 'LONG' ? 'ict_below' : 'ict_above';
    expect(line(side === 'LONG' ? 'ict-below' : 'ict-above', card({ last_price, [key]: near }))).toContain(said);
  });
  test.each([
    ['LONG', 'fresh', '4199.0 order block price is in it · 41 bars'],
    ['LONG', 'tested', '4199.0 order block price is in it · tested · 41 bars'],
  ] as const)('a %s level the price stands in is not called fresh: %s', (side, state, said) => {
    const near = level(MORNING, { side, state, low: 4196.4, high: 4199, kind: 'order-block', age_bars: 41 });
    const view = card({ last_price: 4198, ict_below: near });
    expect(line('ict-below', view)).toBe(said);
    expect(section('ict', view).rows.map(([, value]) => value)).not.toContain('fresh');
  });
  test.each([
    ['LONG', 4196.3, 'ict_below', 'ict-below', '4199.0 order block was below · 41 bars'],
    ['SHORT', 4199.1, 'ict_above', 'ict-above', '4196.4 order block was above · 41 bars'],
  ] as const)('a %s level that %s has gone through is passed, dim, and no longer above or below', (...seen) => {
    const [side, last_price, field, key, said] = seen;
    const near = level(MORNING, { side, low: 4196.4, high: 4199, kind: 'order-block', age_bars: 41 });
    const view = card({ last_price, [field]: near });
    expect(line(key, view)).toBe(said);
    expect(view.face.find((one) => one.key === key)).toMatchObject({ label: 'passed', isDim: true });
    const { groups, rows } = section('ict', view);
    expect(groups.map(({ title }) => title)).toContain(`passed, was ${key.slice(4)}: order block`);
    expect(rows).toContainEqual(['state', 'passed', 'ends with a close beyond it']);
  });
  test('that are not there are said to be none', () => {
    const view = card({}, { symbol: 'mcl' });
    expect(line('ict-above', view)).toBe('no live level');
    expect(section('ict', view)).toMatchObject({ says: 'none live within three trading days', groups: [] });
  });
});

describe('the opening range on a card', () => {
  const range = (more: Partial<OpeningRangeJson> = {}): OpeningRangeJson => ({
    high: 4209.4,
    low: 4201.2,
    over: true,
    complete: true,
    missing: 0,
    signal: null,
    ...more,
  });
  const at = (clock: string, barAt: string, opening_range: OpeningRangeJson | null, more: Partial<FocusAsset> = {}) =>
    card({ opening_range, bar_at: iso(et(barAt)), atr: 5.2, ...more }, { now: et(clock) });
  const signal = (direction: 'LONG' | 'SHORT', trigger_price: number) => ({
    type: 'ORB' as const,
    direction,
    trigger_price,
    or_high: 4209.4,
    or_low: 4201.2,
    atr: 5.2,
    timestamp: '2026-11-20T15:08:00.000Z',
  });
  test.each([
    ['08:00', '07:50', null, 'from 09:30 ET'],
    ['09:33', '09:25', null, 'forming, no bar yet'],
    ['09:46', '09:40', range({ over: false, complete: false, missing: 1 }), 'forming, 14 of 30 min 4201.2 – 4209.4'],
    ['10:01', '09:55', range(), 'no break yet 4201.2 – 4209.4'],
    ['10:01', '09:55', range({ complete: false, missing: 2 }), 'no break yet 4201.2 – 4209.4 · 2 minutes missing'],
    ['10:06', '10:00', null, 'no bars from 09:30 to 10:00'],
    ['10:22', '10:15', range({ signal: signal('LONG', 4212.3) }), '▲ LONG break at 4212.3 10:08 4201.2 – 4209.4'],
    ['10:22', '10:15', range({ signal: signal('SHORT', 4198.1) }), '▼ SHORT break at 4198.1 10:08 4201.2 – 4209.4'],
    ['12:01', '11:55', range(), 'no break by 12:00 4201.2 – 4209.4'],
    ['18:03', '16:50', range(), 'from 09:30 ET'],
  ] as const)('at %s, with the bar of %s', (clock, barAt, opening, said) => {
    expect(line('opening-range', at(clock, barAt, opening))).toBe(said);
  });
  test('tells what a break has to pass while there is none', () => {
    const { rows } = section('opening-range', at('10:22', '10:15', range()));
    expect(rows).toContainEqual(['LONG over', '4212.0', '1-minute close, high + 0.5 ATR']);
    expect(rows).toContainEqual(['SHORT under', '4198.6', '1-minute close, low − 0.5 ATR, until 12:00']);
  });
  test('tells what the break had to pass, by the ATR of its minute', () => {
    const broken = at('10:22', '10:15', range({ signal: signal('SHORT', 4198.1) }), { atr: 9 });
    expect(section('opening-range', broken).rows).toContainEqual(['had to pass', '4198.6', 'low − 0.5 ATR']);
  });
});

const FLAT = { positions: positionsAt(MORNING, { positions: [] }) };
describe('the gate on a card', () => {
  const gate = (bias: FocusAsset['bias'], more: Parameters<typeof gateAt>[1]) =>
    // Flat: against an open position no gate reads as a go.
    line('gate', cardView(asset(seedOf('mgc'), MORNING, { bias, gate: gateAt(MORNING, more) }), context(FLAT)));
  test('passes or is against the side of the card, with what it saw', () => {
    expect(gate('LONG', {})).toBe('✓ passes LONG ADX 27.3 · 15m ▲');
    expect(gate('SHORT', {})).toBe('✗ against SHORT ADX 27.3 · 15m ▲');
    const down = { trend: 'BEARISH', passes_long: false, passes_short: true } as const;
    expect(gate('SHORT', down)).toBe('✓ passes SHORT ADX 27.3 · 15m ▼');
    expect(gate('LONG', down)).toBe('✗ against LONG ADX 27.3 · 15m ▼');
  });
  test('calls an ADX weak that is not over 20', () => {
    expect(gate('LONG', { adx: 20, passes_long: false })).toBe('✗ against LONG weak ADX 20.0 · 15m ▲');
  });
  test('of a card without a side says whom it would pass', () => {
    expect(gate('NEUTRAL', {})).toContain('would pass LONG');
    expect(gate('NEUTRAL', { passes_long: false })).toContain('passes neither side');
  });
  test('that is not warm says what it needs', () => {
    expect(line('gate', card({ gate: null }))).toBe('not ready ADX needs 28 bars of 15m');
  });
  test('shows its threshold, the slope and what is evidence only', () => {
    const { rows, at } = section('gate', card());
    expect(at).toBe('bar 04:30 to 04:45');
    expect(rows).toContainEqual(['ADX 14, 15m', '27.3', 'over 20']);
    expect(rows).toContainEqual(['trend, 15m', '▲ bullish', 'EMA 20 by +0.12 ATR a bar']);
    expect(
      section('gate', card({ gate: gateAt(MORNING, { adx_1h: null, trend_1h: null, vwap: null }) })).rows,
    ).toContainEqual(['VWAP', 'not known yet', 'from 18:00 ET, evidence only']);
  });
});

describe('the regime on a card', () => {
  test('is a word, its age and the three shares', () => {
    expect(line('regime', card())).toBe('trending, 12 bars calm 8 % · trending 85 % · stressed 7 %');
    expect(card().face.find(({ key }) => key === 'regime')?.strip).toEqual({
      words: 'calm 8 %, trending 85 %, stressed 7 %',
      parts: [
        { key: 'calm', from: 0, width: 8 },
        { key: 'trending', from: 8, width: 85 },
        { key: 'stressed', from: 93, width: 7 },
      ],
    });
  });
  test('without a model says when one comes, and draws no shares', () => {
    const view = card({ regime: null });
    expect(line('regime', view)).toBe('no model yet trained after 12:05 ET');
    expect(view.face.find(({ key }) => key === 'regime')).not.toHaveProperty('strip');
  });
  test('before its first label is not settled', () => {
    expect(line('regime', card({ regime: regimeAt({ label: null, bars: 0 }) }))).toContain('not settled yet');
  });
  test('says what it was trained on', () => {
    expect(section('regime', card()).rows).toContainEqual(['trained through', '19 Nov 12:00', 'on 5,480 bars']);
  });
});

describe('the volume hint', () => {
  test.each([
    ['TP/BE', 'profit'],
    ['ADD', 'add'],
    ['LOW VOL', 'quiet'],
  ] as const)('%s is a chip with its time, and its meaning stands behind why', (kind, key) => {
    const view = card({ hint: { kind, at: '2026-11-20T14:50:00.000Z' } });
    expect(view.hint).toMatchObject({ key, word: kind, at: '09:50' });
    expect(section('hint', view).says).toMatch(new RegExp(`^${kind}: .{20,}`));
  });
  test('is left out when the newest bar gives none', () => {
    expect(card({ hint: null }).hint).toBeUndefined();
    expect(section('hint', card({ hint: null })).says).toBe('none on the newest bar');
  });
});

describe('why these levels', () => {
  const spec = instrument('MGC');
  if (!spec) throw new Error('no MGC in the catalogue');
  const computed = (side: 'LONG' | 'SHORT', dominantRatio: number): Partial<FocusAsset> => {
    const { entryLow, entryHigh, stop, tp1, tp2 } = levelsFor(
      { side, price: ticks(42_070), atr: 5.2, dominantRatio },
      spec,
    );
    const at = (level: Ticks) => priceOf(level, spec);
    const prices = { entry_low: at(entryLow), entry_high: at(entryHigh), stop: at(stop), tp1: at(tp1), tp2: at(tp2) };
    return { side, bias: side, atr: 5.2, bar_close: 4207, dominant_ratio: dominantRatio, ...prices };
  };
  test('shows P, A, z and m, and each price with its formula', () => {
    expect(section('levels', card(computed('LONG', 1.92))).rows).toEqual([
      ['P', '4207.0', 'close of the bar'],
      ['A', '5.2', 'ATR 14 of the 5-minute bars'],
      ['z', '2.6', '0.5 A: wave 1.92x is over 1.5x'],
      ['m', '4206.09', 'middle of the entry zone'],
      ['entry, far', '4204.4', 'P − z, tick towards P'],
      ['entry, near', '4207.7', 'P + 0.3 z, tick towards P'],
      ['stop', '4198.2', 'm − 1.5 A, tick away from P'],
      ['tp1', '4216.4', 'm + 2 A, tick towards P'],
      ['tp2', '4224.2', 'm + 3.5 A, tick towards P'],
    ]);
  });
  test('mirrors signs and prices for a short in a weaker wave', () => {
    expect(section('levels', card(computed('SHORT', 1.5))).rows.slice(2)).toEqual([
      ['z', '3.9', '0.75 A: wave 1.50x is not over 1.5x'],
      ['m', '4208.365', 'middle of the entry zone'],
      ['entry, far', '4210.9', 'P + z, tick towards P'],
      ['entry, near', '4205.9', 'P − 0.3 z, tick towards P'],
      ['stop', '4216.2', 'm + 1.5 A, tick away from P'],
      ['tp1', '4198.0', 'm − 2 A, tick towards P'],
      ['tp2', '4190.2', 'm − 3.5 A, tick towards P'],
    ]);
  });
  test('an engine that does not send the close leaves P and m open', () => {
    const rows = section('levels', card({ bar_close: null })).rows;
    expect(rows.slice(0, 4).map(([, value]) => value)).toEqual(['–', '5.867', '2.933', 'not known yet']);
  });
});

describe('why this size', () => {
  const contracts = (more: Partial<FocusAsset>) =>
    section('size', card(more)).rows.find(([label]) => label === 'contracts');
  test('shows cap, risk of one contract and what was rounded away', () => {
    expect(section('size', card()).rows).toEqual([
      ['cap', '$375', '0.75 % of $50,000'],
      ['one contract', '$97', '97 t × $1, 4207.9 to the stop'],
      ['contracts', '3', 'whole contracts in the cap'],
      ['risk', '$291', '3 × $97'],
    ]);
  });
  test('says when the contract limit held it, when there is no side and when nothing fits', () => {
    expect(contracts({ position_size: 2 })).toEqual(['contracts', '2', 'the cap holds 3, the contract limit 2']);
    expect(contracts({ bias: 'NEUTRAL', position_size: 0 })).toEqual(['contracts', '0', 'none without a side']);
    expect(contracts({ position_size: 0, max_loss_text: 'stop $415 > cap $375' })?.[2]).toBe('stop $415 > cap $375');
  });
});

describe('every value', () => {
  test('of a warm card answers why, with the bar it was read from', () => {
    const unanswered = card().why.filter(({ groups }) => groups.length === 0);
    expect(
      unanswered.map(({ id }) => id),
      'before 09:30 there is no range',
    ).toEqual(['opening-range']);
    const timeless = card().why.filter(({ at, groups }) => !at && !groups.every((group) => group.at));
    expect(timeless.map(({ id }) => id)).toEqual(['size']);
  });
  test('of yesterday’s bar carries its date', () => {
    const { at } = section('wave', card({ bar_at: '2026-11-19T21:50:00.000Z' }));
    expect(at).toBe('bar 19 Nov 16:50 to 16:55');
  });
  test('of a rank over the line is not rounded down to the line', () => {
    expect(card({ vol_percentile: 88.2 }).volatility).toBe('89');
    expect(card({ vol_percentile: 88 }).volatility).toBe('88');
    expect(card({ vol_percentile: 41.4 }).volatility).toBe('41');
  });
  test('may be missing without a word of the machine on the page', () => {
    const whole = asset(seedOf('mgc'), MORNING);
    const open = Object.keys(whole).filter((key) => !NEVER_NULL.has(key));
    fc.assert(
      fc.property(fc.subarray(open), (gone) => {
        const holes = { ...whole, ...Object.fromEntries(gone.map((key) => [key, null])) };
        const plan = planAt(MORNING, { assets: [holes] });
        expect(html('focus', context({ plan }))).not.toMatch(/undefined|NaN|\bnull\b|\[object|Invalid/);
      }),
      { numRuns: 60 },
    );
  });
});

/** What the wire always has a value for. */
const NEVER_NULL = new Set([
  'symbol',
  'name',
  'contract',
  'bias',
  'tradeable',
  'stale',
  'quality_version',
  'quality_parts',
  'bias_parts',
  'confluence',
  'confluence_layers',
  'position_size',
  'risk_dollars',
]);

describe('a card that may not be traded now', () => {
  const held = { tradeable: false, bias: 'LONG', gate: gateAt(MORNING, {}) } as const;
  test('says what its size would be and what the gate would do, not an order', () => {
    const view = card(held);
    expect(view.size.notNow + view.size.text).toBe('not now: would be 3 contracts');
    expect(section('size', view).says).toMatch(/^not now: would be 3 contracts/);
    expect(line('gate', view)).toBe('would pass LONG ADX 27.3 · 15m ▲');
    expect(section('gate', view).says).toBe('would pass LONG');
    expect(
      html('focus', context({ plan: planAt(MORNING, { assets: [asset(seedOf('mgc'), MORNING, held)] }) })),
    ).toMatch(/class="card bias-long is-idle"[\s\S]+not now: would be <\/span><strong[^>]*>3 contracts/);
  });
  test('because its prices are old is none either', () => {
    expect(card({ tradeable: true, stale: true }).size.notNow).toBe('not now: would be ');
    expect(card({ tradeable: true }).size.notNow).toBe('');
  });
  test('still says that the gate is against it, and leaves a size of none alone', () => {
    expect(line('gate', card({ ...held, bias: 'SHORT' }))).toContain('✗ against SHORT');
    expect(card({ ...held, position_size: 0 }).size.notNow).toBe('');
  });
});

test('quality leads to the page that tells whether it sorts outcomes', () => {
  for (const quality of [72.4, null])
    expect(section('quality', card({ quality })).link).toMatchObject({ href: '/research/quality' });
  const plan = planAt(MORNING, { assets: [asset(seedOf('mgc'), MORNING)] });
  expect(html('focus', context({ plan }))).toContain('<a href="/research/quality">does quality sort outcomes?</a>');
});

test('a card that may be traded shows what speaks against it as a caution', () => {
  const plan = (tradeable: boolean) =>
    planAt(MORNING, { assets: [asset(seedOf('mgc'), MORNING, { tradeable, note: 'gate against LONG: weak' })] });
  expect(html('focus', context({ plan: plan(true) }))).toContain('class="card-note is-caution"');
  expect(html('focus', context({ plan: plan(false) }))).toContain('class="card-note"');
});
