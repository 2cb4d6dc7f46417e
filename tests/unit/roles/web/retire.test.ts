import { describe, expect, test } from 'vitest';
import type { EpochMs } from '../../../../src/kernel/units.js';
import { ago, positionsAt } from '../../../support/web-source.js';
import { BROWSER, webApps, words } from './set-up.js';

const started = webApps();
const OWN = { origin: 'http://desk.local:8000', 'sec-fetch-site': 'same-origin' };
const TYPO = 'Sim 1&0';

/** The account that is traded, and one that has not been heard for so many seconds. */
const book =
  (seconds: number, isHolding = false) =>
  (now: EpochMs) => {
    const positions = positionsAt(now);
    const [own] = positions.accounts;
    const [gold] = positions.positions;
    if (!own || !gold) throw new Error('the fixture has no account');
    const typo = { ...own, account: TYPO, verdict: 'STALE' as const, heard_at: ago(now, seconds) };
    const held = isHolding ? [{ ...gold, account: TYPO }] : [];
    return { positions: { ...positions, accounts: [own, typo], positions: [...positions.positions, ...held] } };
  };
const LINK = '/retire-account?account=Sim%201%260';
const isOffered = (body: string): boolean => body.includes(`href="${LINK}"`);

describe('the positions panel', () => {
  test('offers to retire an account that is silent for ten minutes and held nothing, and no other', async () => {
    const { app } = await started(book(601));
    const { body } = await app.inject({ url: '/', headers: BROWSER });
    expect(isOffered(body)).toBe(true);
    expect(body.match(/\/retire-account\?/g), 'not the one that reports').toHaveLength(1);
  });

  test.each([
    ['silent for less', book(590)],
    ['that held something', book(601, true)],
  ])('offers nothing for one %s', async (_, at) => {
    const { app } = await started(at);
    expect(isOffered((await app.inject({ url: '/', headers: BROWSER })).body)).toBe(false);
  });
});

describe('GET /retire-account', () => {
  test('says in words what would come of it, and asks once more', async () => {
    const { app } = await started(book(601));
    const { body, statusCode } = await app.inject({ url: LINK, headers: BROWSER });
    expect(statusCode).toBe(200);
    expect(words(body)).toContain('Retire Sim 1&amp;0?');
    expect(words(body)).toContain('its silence refuses no entries any more');
    expect(words(body)).toContain('It is back by itself as soon as it reports again.');
    expect(body).toContain('action="/actions/retire-account"');
  });

  test.each([
    ['one that reports', '/retire-account?account=Sim101', 'reported less than 10 minutes ago'],
    ['one that nobody knows', '/retire-account?account=%3Cb%3E', 'no account "&lt;b&gt;" has reported its positions'],
  ])('says why %s cannot be retired, and offers no button', async (_, url, reason) => {
    const { app } = await started(book(601));
    const { body } = await app.inject({ url, headers: BROWSER });
    expect(body.replaceAll('&quot;', '"')).toContain(reason);
    expect(body).not.toContain('<form');
  });

  test('without an account is refused with the field', async () => {
    const { app } = await started();
    const answer = await app.inject('/retire-account');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ errors: [{ field: 'account' }] });
  });
});

describe('POST /actions/retire-account', () => {
  test('sends one command, and tells a program and a form what happens', async () => {
    const { post, source } = await started(book(601));
    const answer = await post('/actions/retire-account', { account: TYPO });
    expect(answer.statusCode).toBe(202);
    expect(answer.json().note).toContain('it is back as soon as it reports again');
    expect(source.commands).toMatchObject([{ kind: 'retire-account', account: TYPO, id: answer.json().id }]);
    const typed = `account=${encodeURIComponent(TYPO)}`;
    const page = await post('/actions/retire-account', typed, { ...OWN, ...BROWSER });
    expect(page.statusCode).toBe(202);
    expect(words(page.body)).toContain('The engine takes Sim 1&amp;0 out of the book now');
  });

  test.each([
    ['that was heard a moment ago', 409, book(60), TYPO],
    ['that held something', 409, book(601, true), TYPO],
    ['that nobody knows', 409, book(601), 'Sim999'],
    ['without a name', 400, book(601), ''],
  ])('refuses an account %s with %i, and asks nothing of the engine', async (_, status, at, account) => {
    const { post, source } = await started(at);
    const answer = await post('/actions/retire-account', { account });
    expect(answer.statusCode).toBe(status);
    expect(answer.json().error).toMatch(/^(Nothing was retired: .*\.|account must be the name of an account)$/);
    expect(source.commands).toEqual([]);
  });

  test('is taken from this page only', async () => {
    const { post, source } = await started(book(601));
    const answer = await post('/actions/retire-account', { account: TYPO }, { origin: 'https://evil.example' });
    expect(answer.statusCode).toBe(403);
    expect(source.commands).toEqual([]);
  });

  test('is refused while the engine is not heard: then every account looks silent', async () => {
    const { post, time } = await started(book(601));
    await time.pass(60_000);
    const answer = await post('/actions/retire-account', { account: TYPO });
    expect(answer.statusCode).toBe(409);
    expect(answer.json().error).toContain('the engine is not heard');
  });
});
