import { describe, expect, test } from 'vitest';
import { riskAt } from '../../../support/web-source.js';
import { BROWSER, HTMX, webApps, words } from './set-up.js';

const started = webApps();
const OWN = { origin: 'http://desk.local:8000', 'sec-fetch-site': 'same-origin' };

describe('GET /limits', () => {
  test('shows each limit in force, what waits and from when, and the rule in words', async () => {
    const { app } = await started((now) => {
      const { limits } = riskAt(now);
      return {
        risk: riskAt(now, { limits_pending: { from: '2026-11-23', limits: { ...limits, max_open_trades: 3 } } }),
      };
    });
    const { body, statusCode } = await app.inject({ url: '/limits', headers: BROWSER });
    expect(statusCode).toBe(200);
    const text = words(body);
    for (const part of ['risk per trade the most one trade may lose $375', '10:00 ET', '11:30 ET', 'from Mon 23 Nov'])
      expect(text).toContain(part);
    expect(text).toContain('open trades at the same time 2 3');
    expect(text).toContain(
      'Tighter counts at once and cannot be taken back today. Looser begins with the next trading day.',
    );
    expect(body).not.toMatch(/<style|style="|<script(?![^>]*src=)|javascript:| on[a-z]+="/);
  });
  test('names the ceiling of every limit beside its field', async () => {
    const { app } = await started();
    const { body } = await app.inject({ url: '/limits', headers: BROWSER });
    const note = (field: string): string => words(new RegExp(`<span id="limit-${field}-note".*`).exec(body)?.[0] ?? '');
    expect(
      ['risk_per_trade', 'daily_loss', 'no_trade_loss', 'losses_in_a_row', 'max_open_trades', 'total_risk_pct'].map(
        note,
      ),
    ).toEqual([
      'at most 2 % of the account ($1,000)',
      'at most 5 % of the account ($2,500)',
      'at most the daily loss',
      'at most 5',
      'at most 6',
      'at most 10 % of the account',
    ]);
    expect(['entry_cutoff_et', 'overnight_warning_et'].map(note)).toEqual(Array(2).fill('12:00 at the latest'));
  });
  test('says so when the engine has not been heard', async () => {
    const { app } = await started(undefined, { isSilent: true });
    expect(words((await app.inject('/limits')).body)).toContain('The engine has not said which limits are in force.');
  });
});

describe('POST /actions/limits', () => {
  test('sends one command with the change as it was asked, and says what will come of it', async () => {
    const { post, source, now } = await started();
    const answer = await post('/actions/limits', { daily_loss: 600, losses_in_a_row: 1 });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({
      status: 'accepted',
      id: expect.stringMatching(/^set-limits-\d+-[0-9a-f]{8}$/),
    });
    expect(answer.json().note).toBe(
      'losses in a row 1 at once; daily loss $600 from Mon 23 Nov. The result arrives as risk-update.',
    );
    expect(source.commands).toEqual([
      {
        kind: 'set-limits',
        id: answer.json().id,
        at: new Date(now).toISOString(),
        change: { daily_loss: 600, losses_in_a_row: 1 },
      },
    ]);
  });
  test('reads the form: filled fields only, numbers as a person types them', async () => {
    const { post, source } = await started();
    const body = 'daily_loss=%24400.50&risk_per_trade=&entry_cutoff_et=09%3A45&max_open_trades=+1+';
    const answer = await post('/actions/limits', body, { ...OWN, ...HTMX });
    expect(answer.statusCode).toBe(202);
    expect(source.commands[0]).toMatchObject({
      change: { daily_loss: 400.5, entry_cutoff_et: '09:45', max_open_trades: 1 },
    });
    expect(words(answer.body)).toContain('daily loss $400.50 at once');
    expect(answer.body).toMatch(/^<form id="limits-form"/);
  });
  test('works without JavaScript: the whole page comes back', async () => {
    const { post } = await started();
    const { body, statusCode } = await post('/actions/limits', 'daily_loss=400', { ...OWN, ...BROWSER });
    expect(statusCode).toBe(202);
    expect(words(body)).toContain('Sent to the engine.');
    expect(body).toContain('id="panel-limits"');
    expect(body).toMatch(/class="without-js">.*“In force now” is what held when you pressed.*<a href="\/limits">/);
  });
  test('takes a morning hour as it is typed, in the form', async () => {
    const { post, source } = await started();
    const answer = await post('/actions/limits', 'entry_cutoff_et=9%3A30', { ...OWN, ...HTMX });
    expect(words(answer.body)).toContain('entry cut-off 09:30 ET at once');
    expect(source.commands[0]).toMatchObject({ change: { entry_cutoff_et: '09:30' } });
  });
  test('promises nothing while the engine is silent: the change waits for it', async () => {
    const { post, source, time } = await started();
    await time.pass(7_000);
    const form = await post('/actions/limits', 'daily_loss=400&risk_per_trade=500', { ...OWN, ...HTMX });
    expect(form.statusCode).toBe(202);
    const text = words(form.body);
    expect(text).toContain('Waiting for the engine. The engine has not been heard since 04:57:12 ET');
    expect(text).toContain('daily loss $400 when the engine is back');
    expect(text).toContain('risk per trade $500 from Mon 23 Nov at the earliest');
    expect(text).not.toMatch(/✓|at once/);
    const json = await post('/actions/limits', { daily_loss: 400 });
    expect(json.json().note).toBe(
      'daily loss $400 when the engine is back. The engine has not been heard since 04:57:12 ET: the change waits for it.',
    );
    expect(source.commands).toHaveLength(2);
  });
  test('names every wrong field beside its input, keeps what was typed and sends nothing', async () => {
    const { post, source } = await started();
    const typed = 'daily_loss=9000&entry_cutoff_et=ten&losses_in_a_row=1';
    const { body, statusCode } = await post('/actions/limits', typed, { ...OWN, ...HTMX });
    expect(statusCode).toBe(400);
    const note = (field: string): string => words(new RegExp(`<span id="limit-${field}-note".*`).exec(body)?.[0] ?? '');
    expect(note('daily_loss')).toContain('at most $2,500, 5 % of the account');
    expect(note('entry_cutoff_et')).toContain('must be a New York time such as 10:00');
    expect(body).toContain('value="ten"');
    expect(body).toMatch(/name="losses_in_a_row"[^>]*value="1"/);
    expect(body.match(/aria-invalid/g)).toHaveLength(2);
    expect(source.commands).toEqual([]);
  });
  test.each([
    [{}, 'body', 'must name at least one limit to change'],
    [{ daily_loss: '400' }, 'daily_loss', 'must be dollars, more than 0, with at most two decimals'],
    [{ daily_loss: 0 }, 'daily_loss', 'must be dollars, more than 0, with at most two decimals'],
    [{ max_open_trades: 1.5 }, 'max_open_trades', 'must be a whole number, at most 6'],
    [{ no_such: 1 }, 'no_such', 'is not asked for here'],
  ])('refuses %j as JSON with field and problem', async (change, field, problem) => {
    const { post, source } = await started();
    const answer = await post('/actions/limits', change);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({ status: 'error', error: `${field} ${problem}`, errors: [{ field, problem }] });
    expect(source.commands).toEqual([]);
  });
  test('is taken from our own page only', async () => {
    const { post, source } = await started();
    const rebound = { host: 'evil.example:8000', origin: 'http://evil.example:8000', 'sec-fetch-site': 'same-origin' };
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }, rebound]) {
      expect((await post('/actions/limits', { daily_loss: 400 }, headers)).statusCode).toBe(403);
      expect((await post('/actions/limits', 'daily_loss=400', { ...HTMX, ...headers })).statusCode).toBe(403);
    }
    expect(source.commands).toEqual([]);
  });
  test('says so when the engine cannot be reached, and keeps what was typed', async () => {
    const { post, source } = await started();
    source.failCommands();
    expect((await post('/actions/limits', { daily_loss: 400 })).statusCode).toBe(503);
    const form = await post('/actions/limits', 'daily_loss=400', { ...OWN, ...HTMX });
    expect(form.statusCode).toBe(503);
    expect(words(form.body)).toContain('nothing was asked of it');
    expect(form.body).toContain('value="400"');
  });
});
