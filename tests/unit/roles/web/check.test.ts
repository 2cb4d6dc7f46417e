import { describe, expect, test } from 'vitest';
import { type EpochMs, epochMs } from '../../../../src/kernel/units.js';
import { entryAnswerSchema } from '../../../../src/messages/entry-check.js';
import { noTradeAt, positionsAt, riskAt } from '../../../support/web-source.js';
import { BROWSER, HTMX, webApps, words } from './set-up.js';

const started = webApps();
const flat = (now: EpochMs) => ({
  positions: positionsAt(now, { positions: [] }),
  risk: riskAt(now, { open_trades: 0, open_risk_dollars: 0, total_risk_pct: 0, open_pnl: 0 }),
});
const NEW_YORK_10 = epochMs(Date.parse('2026-11-20T15:00:00Z'));
const LONG_GOLD = { symbol: 'MGC', side: 'LONG', size: 2, stop: 4199.8 };

describe('POST /risk/check', () => {
  test('answers a program with the verdict, the risk and every reason', async () => {
    const { post } = await started(flat);
    const yes = await post('/risk/check', LONG_GOLD);
    expect(yes.statusCode).toBe(200);
    // From the worst entry 4207.9 to the stop: 81 ticks of $1 for each of two contracts.
    expect(entryAnswerSchema.parse(yes.json())).toMatchObject({ allowed: true, risk_dollars: 162, reasons: [] });
    const no = entryAnswerSchema.parse((await post('/risk/check', { ...LONG_GOLD, size: 9 })).json());
    expect(no).toMatchObject({ allowed: false, risk_dollars: 729 });
    expect(no.reasons.map(({ rule }) => rule)).toContain('risk-per-trade');
  });

  test('judges at the second of the question, before the engine’s next sweep', async () => {
    const before = epochMs(NEW_YORK_10 - 1_000);
    const { post, time } = await started(flat, { start: before });
    expect((await post('/risk/check', LONG_GOLD)).json().allowed).toBe(true);
    await time.pass(1_000);
    const answer = (await post('/risk/check', LONG_GOLD)).json();
    expect(answer.allowed).toBe(false);
    expect(answer.reasons[0].rule).toBe('entry-cutoff');
  });

  test('refuses an entry while the engine is silent, but never a closing', async () => {
    const { post, time } = await started();
    await time.pass(7_000);
    const entry = (await post('/risk/check', { symbol: 'MNQ', side: 'SHORT', size: 1 })).json();
    expect(entry.reasons[0].text).toBe('no news from the engine since 04:57:12 ET');
    expect((await post('/risk/check', { symbol: 'MGC 12-26', side: 'SELL', size: 1 })).json().allowed).toBe(true);
  });

  test('names every field that is wrong, in both languages', async () => {
    const { post } = await started(flat);
    const json = await post('/risk/check', { symbol: '', side: 'UP', size: 1.5, colour: 'red' });
    expect(json.statusCode).toBe(400);
    expect(json.json().errors).toEqual([
      { field: 'symbol', problem: 'must name an instrument such as MGC, or a contract such as MGC 12-26' },
      { field: 'side', problem: 'must be LONG or SHORT' },
      { field: 'size', problem: 'must be a whole number of contracts from 1 to 1000' },
      { field: 'colour', problem: 'is not asked for here' },
    ]);
    const form = await post('/risk/check', 'symbol=MGC&side=LONG&size=two&stop=low', HTMX);
    expect(form.statusCode).toBe(400);
    expect(words(form.body)).toBe(
      '? NOT ASKED size must be a whole number of contracts from 1 to 1000 stop must be a price such as 4199.8',
    );
  });

  test.each([
    ['no body', undefined, 400],
    ['half a body', '{"symbol":"MGC"', 400],
    ['a list', '[]', 400],
    ['a body beyond 2 KB', JSON.stringify({ symbol: 'M'.repeat(3_000) }), 413],
  ])('is refused with a sentence for %s', async (_case, payload, status) => {
    const { app } = await started(flat);
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/risk/check', headers, ...(payload && { payload }) });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ status: 'error', error: expect.stringMatching(/\w+ \w+/) });
  });

  test('says no to an instrument nobody knows instead of failing', async () => {
    const { post } = await started(flat);
    const answer = await post('/risk/check', { symbol: 'ZZTOP', side: 'BUY', size: 1 });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ allowed: false, side: 'LONG' });
  });
});

describe('the form', () => {
  test('gets a fragment with sign, word, question and risk', async () => {
    const { post } = await started(flat);
    const answer = await post('/risk/check', 'symbol=mgc&side=LONG&size=2&stop=%244%2C199.80&account=', HTMX);
    expect(words(answer.body)).toBe('✓ YES LONG 2 MGC risk $162 to your stop asked 04:57:12 old: ask again');
    expect(answer.body).toContain('data-answer="yes"');
    expect(answer.body).toContain('data-old-at="2026-11-20T09:57:32.000Z"');
  });
  test('of a trade that only closes speaks of no stop and of no risk', async () => {
    const { post } = await started();
    const answer = await post('/risk/check', 'symbol=MGC+12-26&side=SHORT&size=1', HTMX);
    expect(words(answer.body)).toMatch(/YES.* SHORT 1 MGC 12-26 only closes: no new risk asked/);
    expect(words(answer.body)).not.toMatch(/\$0|plan’s stop/);
  });
  test('never hears a bare yes while NO TRADE stands', async () => {
    const { post } = await started((now) => ({ ...flat(now), noTrade: noTradeAt(now) }));
    const answer = await post('/risk/check', 'symbol=MGC&side=LONG&size=2&stop=4199.8', HTMX);
    expect(words(answer.body)).toMatch(/^▲ YES, BUT LONG 2 MGC .*warning NO TRADE: /);
  });
  test('works without JavaScript: a page with the answer and what was typed', async () => {
    const { post } = await started(flat);
    const { body, statusCode } = await post('/risk/check', 'symbol=MNQ&side=SHORT&size=9&stop=', BROWSER);
    expect(statusCode).toBe(200);
    expect(words(body)).toContain('■ NO SHORT 9 MNQ');
    expect(body).toContain('value="MNQ"');
    expect(body).toMatch(/value="SHORT" checked/);
    expect(body).toContain('Back to the dashboard');
    expect(body.match(/id="panel-(session|status)"/g)).toHaveLength(2);
    expect(body).not.toContain('badge-alone');
  });
  test('cannot turn what was typed into markup', async () => {
    const { post } = await started(flat);
    const typed = 'symbol=%3Cimg%20src%3Dx%20onerror%3D1%3E&side=LONG&size=1';
    expect((await post('/risk/check', typed, BROWSER)).body).not.toContain('<img');
  });
});
