import { describe, expect, test } from 'vitest';
import { epochMs } from '../../../../src/kernel/units.js';
import type { PositionRow, PositionsState } from '../../../../src/messages/dashboard.js';
import { ago, MORNING, positionsAt, riskAt } from '../../../support/web-source.js';
import { context, html, staleAt, text } from './panel-view.js';

type Account = PositionsState['accounts'][number];
const account = (more: Partial<Account>): Account => {
  const [only] = positionsAt(MORNING).accounts;
  if (!only) throw new Error('the fixture has no account');
  return { ...only, ...more };
};
const row = (more: Partial<PositionRow>): PositionRow => {
  const [only] = positionsAt(MORNING).positions;
  if (!only) throw new Error('the fixture has no position');
  return { ...only, ...more };
};
const silent = account({ account: 'Apex02', verdict: 'STALE', heard_at: ago(MORNING, 65) });
const gap = account({ account: 'Apex02', verdict: 'GAP' });
const book = (accounts: readonly Account[], positions: readonly PositionRow[] = []): PositionsState => ({
  as_of: ago(MORNING, 1),
  verdict: accounts.find(({ verdict }) => verdict !== 'IN_SYNC')?.verdict ?? 'IN_SYNC',
  accounts: [...accounts],
  positions: [...positions],
});
const says = (positions: PositionsState | undefined): string => text('positions', context({ positions }));

describe('flat', () => {
  test('has its check mark when every account is in sync', () => {
    expect(says(book([account({}), account({ account: 'Apex02' })]))).toContain('✓ No open positions');
  });
  test.each([
    ['one stale account of two', [account({}), silent], 'No news from Apex02 since 04:56:07.'],
    ['a missed message of one of two', [account({}), gap], 'No position in the last report of Apex02'],
    ['the only account stale', [silent], 'No news from the platform since 04:56:07.'],
    ['an account not heard yet', [account({ verdict: 'UNKNOWN' })], 'No news from the platform yet'],
    [
      'a platform that lost its broker',
      [account({ verdict: 'STALE', cut_off: true })],
      'has lost its connection to the broker',
    ],
    ['no account at all', [], 'No news from the platform yet'],
  ])('is not claimed with %s', (_case, accounts, sentence) => {
    const out = says(book(accounts));
    expect(out).toContain(sentence);
    expect(out).not.toMatch(/✓|No open positions/);
  });
  test('is not claimed before the first news, nor by an engine that fell silent', () => {
    expect(says(undefined)).toContain('No news from the platform yet');
    const freshness = { stale: true, since: staleAt, why: 'engine' } as const;
    const out = text('positions', context({ positions: book([account({})]) }, { freshness }));
    expect(out).toContain('Whether anything is open now is not known.');
    expect(out).not.toMatch(/✓|No open positions/);
  });
  test('is not claimed by a book whose own verdict doubts it', () => {
    expect(says({ ...book([account({})]), verdict: 'GAP' })).not.toMatch(/✓|No open positions/);
  });
});

describe('an open position', () => {
  test('is one line: what, side, price, result, R, stop, risk, whose and how old', () => {
    expect(says(positionsAt(MORNING))).toContain(
      'MGC Dec LONG ▲ 2 @ 4205.3 last 4207.0 +$34.00 +0.3 R stop 4199.8 risk $110 Sim101 1 s',
    );
  });
  test('without a stop says so as a sign, and what its risk was counted with', () => {
    const out = html(
      'positions',
      context({ positions: book([account({})], [row({ stop_price: null, risk_basis: '2 ATR' })]) }),
    );
    expect(out).toContain('class="no-stop">■ no stop<');
    expect(out).toContain('at 2 ATR');
  });
  test('of an unknown contract is kept under the platform’s own name', () => {
    const odd = row({ symbol: 'XYZ 12-26', root: null, contract: null, risk_basis: 'unmanaged', risk_dollars: null });
    expect(says(book([account({})], [odd]))).toMatch(/XYZ 12-26 unknown contract.* risk – not counted/);
  });
  test('of a full-size contract is called that', () => {
    expect(says(book([account({})], [row({ symbol: 'GC 12-26', root: 'GC', contract: 'GCZ6' })]))).toContain(
      'GC Dec full size',
    );
  });
  test('of a silent account is grey beside one that is heard', () => {
    const rows = [row({}), row({ account: 'Apex02', symbol: 'MNQ 12-26', root: 'MNQ', contract: 'MNQZ6' })];
    const out = html('positions', context({ positions: book([account({}), silent], rows) }));
    expect(out.match(/class="position is-old"/g)).toHaveLength(1);
    expect(out.match(/class="position"/g)).toHaveLength(1);
    expect(out).toContain('No news from Apex02 since 04:56:07. What it last reported is grey.');
  });
  test('of an account that is heard is nothing that the silent one reported', () => {
    expect(says(book([account({}), silent], [row({})]))).toContain('Whether it holds anything is not known.');
    expect(says(book([account({}), gap], [row({})]))).toContain('No position in the last report of Apex02');
    const cutOff = account({ account: 'Apex02', verdict: 'STALE', cut_off: true });
    expect(says(book([account({}), cutOff], [row({})]))).toContain('Whether anything is open is not known.');
  });
});

test('each account says its day: result with source, trades, losses in a row, fees', () => {
  const platform = account({
    account: 'Apex02',
    result_source: 'platform',
    day_realized: 62,
    fees: null,
    consecutive_losses: 2,
  });
  const unknown = account({
    account: 'Eval3',
    result_source: 'none',
    day_realized: null,
    fees: null,
    consecutive_losses: null,
  });
  const out = says(book([account({}), platform, unknown]));
  expect(out).toContain('Sim101 in sync 1 s day −$120.50 from fills 2 trades 1 loss in a row fees $7.44');
  expect(out).toContain('Apex02 in sync 1 s day +$62.00 from platform 2 losses in a row');
  expect(out).toContain('Eval3 in sync 1 s day not known');
});

describe('the open risk', () => {
  const risky = (total_risk_pct: number | null) =>
    context({ risk: riskAt(MORNING, { total_risk_pct, open_risk_dollars: 2_700 }) });
  test('is a headline in percent of the account', () => {
    expect(text('positions', risky(1.1))).toContain('Positions 1.1 % open risk limit 5 % $2,700');
  });
  test('over its limit is a red banner that says what to do', () => {
    expect(html('positions', risky(5.4))).toMatch(
      /class="alarm alarm-stop" role="alert".*Open risk 5\.4 % is over the 5 % limit: cut it now/,
    );
    expect(html('positions', risky(5.4))).toContain('data-alarm="overload"');
  });
  test('a hair over does not read like the limit, and the limit itself is no banner', () => {
    expect(text('positions', risky(5.01))).toContain('Open risk 5.01 % is over the 5 % limit');
    expect(text('positions', risky(5))).not.toContain('is over');
    expect(text('positions', risky(null))).not.toContain('is over');
  });
  test('is a floor, and an alarm, while a position outside the catalogue cannot be counted', () => {
    const odd = row({ symbol: 'ZN 12-26', root: null, contract: null, quantity: 50, risk_basis: 'unmanaged' });
    const positions = book([account({})], [row({}), { ...odd, side: 'SHORT', risk_dollars: null }]);
    const at = context({ positions, risk: riskAt(MORNING, { total_risk_pct: 0.1 }) });
    expect(text('positions', at)).toContain('Positions at least 0.1 % open risk ■ 1 not counted limit 5 %');
    expect(html('positions', at)).toContain('class="big num tone-stop"');
    expect(html('positions', at)).toMatch(/^<section id="panel-positions" class="panel panel-positions tone-stop"/);
  });
  test('is in no calm colour as soon as one account is not in sync', () => {
    for (const doubtful of [silent, gap]) {
      const out = html('positions', context({ positions: book([account({}), doubtful], [row({})]) }));
      expect(out).toContain('class="big num tone-unknown"');
    }
  });
  test('is not known while no account was heard, whatever the last sweep said', () => {
    expect(text('positions', context({ positions: undefined }))).toContain('Positions – open risk');
  });
});

describe('the overnight warning', () => {
  const at = (clock: string) => epochMs(Date.parse(`2026-11-20T${clock}Z`));
  const shown = (clock: string, positions = positionsAt(at(clock))): string =>
    html('positions', context({ positions, risk: riskAt(at(clock)) }, { now: at(clock) }));
  test('begins at 11:30:00 and counts down to 12:00 ET', () => {
    expect(shown('16:29:59')).not.toContain('overnight');
    const out = shown('16:30:00');
    expect(out).toContain('1 position open. Close, or decide to hold overnight:');
    expect(out).toContain('data-until="2026-11-20T17:00:00.000Z">0:30:00<');
    expect(out).toContain('data-alarm="overnight"');
  });
  test('goes on as a fact after noon', () => {
    expect(shown('17:00:00')).toContain('1 position held past 12:00 ET: overnight risk');
    expect(shown('17:00:00')).not.toContain('data-until');
  });
  test('is silent when nothing is open', () => {
    expect(shown('16:45:00', positionsAt(at('16:45:00'), { positions: [] }))).not.toContain('overnight');
  });
});
