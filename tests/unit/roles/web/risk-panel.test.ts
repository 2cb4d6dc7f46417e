import { describe, expect, test } from 'vitest';
import { epochMs } from '../../../../src/kernel/units.js';
import { MORNING, riskAt } from '../../../support/web-source.js';
import { context, html, text } from './panel-view.js';

/** The gauge of one rule, as markup. */
function gauge(rule: string, at = context()): string {
  const all = html('risk', at);
  const from = all.indexOf(`data-rule="${rule}"`);
  if (from < 0) throw new Error(`no gauge for ${rule}`);
  return all.slice(all.lastIndexOf('<li', from), all.indexOf('</li>', from));
}
const words = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

describe('each limit', () => {
  test('is a bar with its label, what is used of it and what is left', () => {
    expect(words(gauge('daily-loss'))).toBe('day loss $413.50 left $86.50 of $500 lost');
    expect(words(gauge('total-risk'))).toBe('open risk 4.7 % left 0.3 % of 5 % $150');
    expect(words(gauge('max-open-trades'))).toBe('open trades 1 left 1 of 2');
    expect(gauge('daily-loss')).toContain('<rect width="17.3"');
  });
  test('turns amber from half of it and red at all of it', () => {
    const loss = (daily_pnl: number): string => gauge('daily-loss', context({ risk: riskAt(MORNING, { daily_pnl }) }));
    expect(loss(-249.99)).toContain('tone-calm');
    expect(loss(-250)).toContain('tone-warning');
    expect(loss(-499.99)).toContain('tone-warning');
    expect(loss(-500)).toContain('tone-stop');
    expect(words(loss(-620))).toContain('$120 over');
    expect(loss(-620)).toContain('<rect width="100.0"');
  });
  test('that counts is amber at its last and red at one too many', () => {
    const trades = (open_trades: number): string =>
      gauge('max-open-trades', context({ risk: riskAt(MORNING, { open_trades }) }));
    expect(trades(1)).toContain('tone-calm');
    expect(trades(2)).toContain('tone-warning');
    expect(words(trades(2))).toContain('none left');
    expect(trades(3)).toContain('tone-stop');
  });
  test('whose use is not known is hatched, never zero', () => {
    const risk = riskAt(MORNING, {
      daily_pnl: null,
      total_risk_pct: null,
      open_trades: null,
      consecutive_losses: null,
    });
    for (const rule of ['daily-loss', 'total-risk', 'max-open-trades', 'loss-streak']) {
      const out = gauge(rule, context({ risk }));
      expect(out).toContain('data-share="unknown"');
      expect(out).toContain('bar is-unknown');
      expect(out).not.toContain('<rect');
      expect(words(out)).toMatch(/not known – of/);
    }
  });
  test('on open risk is hatched and red while a position cannot be counted', () => {
    const { facts } = riskAt(MORNING);
    const risk = riskAt(MORNING, { total_risk_pct: 0.1, facts: { ...facts, unmanaged: ['ZN 12-26'] } });
    const out = gauge('total-risk', context({ risk }));
    expect(words(out)).toBe('open risk 1 not counted at least 0.1 % of 5 % $150');
    expect(out).toContain('tone-stop');
    expect(out).toContain('bar is-unknown');
  });
  test('of zero is used up rather than a division by nothing', () => {
    const headroom = [{ rule: 'max-open-trades', label: 'open trades', unit: 'count' as const, used: 0, limit: 0 }];
    expect(gauge('max-open-trades', context({ risk: riskAt(MORNING, { headroom }) }))).toContain('width="100.0"');
  });
  test('on the clock ticks, and is closed at the cut-off itself', () => {
    const at = epochMs(Date.parse('2026-11-20T15:00:00Z'));
    expect(words(gauge('entry-cutoff', context({}, { now: epochMs(at - 1_000) })))).toBe('entries 0:00:01 until 10:00');
    expect(words(gauge('entry-cutoff', context({}, { now: at })))).toBe('entries closed ended at 10:00');
  });
});

test('the day’s result is the headline, with its sign and its parts', () => {
  expect(text('risk', context())).toContain('−$86.50 realised −$120.50 open +$34.00');
  expect(text('risk', context({ risk: riskAt(MORNING, { daily_pnl: 120 }) }))).toContain('+$120.00');
  const risk = riskAt(MORNING, { daily_pnl: null, realized_pnl: null, open_pnl: null });
  expect(text('risk', context({ risk }))).toContain('Risk today limits – realised – open –');
});

test('refusals and warnings stand there with their sentences', () => {
  const risk = riskAt(MORNING, {
    can_enter: false,
    reasons: [{ rule: 'daily-loss', text: 'day result −$500 has reached the $500 loss limit', facts: {} }],
    warnings: [{ rule: 'no-stop', text: 'no stop: MGC 12-26', facts: {} }],
  });
  expect(text('risk', context({ risk }))).toContain(
    'no entry day result −$500 has reached the $500 loss limit warning no stop: MGC 12-26',
  );
});

test('looser limits that wait are named with their day', () => {
  const { limits } = riskAt(MORNING);
  const limits_pending = { from: '2026-11-23', limits: { ...limits, daily_loss: 600, entry_cutoff_et: '10:30' } };
  expect(text('risk', context({ risk: riskAt(MORNING, { limits_pending }) }))).toContain(
    'limits from Mon 23 Nov: daily loss $600, entry cut-off 10:30 ET',
  );
  expect(text('limits', context({ risk: riskAt(MORNING, { limits_pending }) }))).toMatch(
    /from Mon 23 Nov .*daily loss no entries from this loss on, realised and open \$500 \$600/,
  );
});

test('amounts of an account that is no longer heard are marked old', () => {
  const accounts = [{ account: 'Sim101', verdict: 'STALE' as const, age_s: 65 }];
  expect(html('risk', context({ risk: riskAt(MORNING, { accounts }) }))).toContain('data-book="old"');
  expect(html('risk', context())).toContain('data-book="current"');
});
