import { describe, expect, test } from 'vitest';
import { feeds as registry } from '../../../src/adapters/feeds/index.js';
import { chooseFeeds } from '../../../src/config/feeds.js';
import { loadConfig, redacted } from '../../../src/config/load.js';

const choose = (env: Record<string, string>) =>
  chooseFeeds(loadConfig({ BRIDGE_API_KEY: 'a-key-of-enough-letters', ...env }).config);

describe('the feeds of a run', () => {
  test('are none where nothing is configured, and one sentence says that the demo market is used', () => {
    const { feeds, remark } = choose({});
    expect(feeds).toEqual([]);
    expect(remark).toBe('No live feed is configured; the demo market is used instead.');
  });

  test.each([
    [{ MASSIVE_API_KEY: 'k' }, 'massive'],
    [{ IBKR_HOST: 'gateway' }, 'ibkr'],
    [{ IBKR_PORT: '4002' }, 'ibkr'],
    [{ TWELVE_DATA_API_KEY: 'k' }, 'twelve-data'],
    [{ FINNHUB_API_KEY: 'k' }, 'finnhub'],
    [{ FINNHUB_API_KEY: 'k', MASSIVE_API_KEY: 'k' }, 'massive'],
  ])('follow from the settings that are there when FEED is not (%o)', (env, feed) => {
    expect(choose(env)).toMatchObject({ feeds: [feed], remark: expect.stringContaining(`${feed} is used`) });
  });

  test('stand in the order in which FEED names them, without a word when all can be used', () => {
    const env = { FEED: 'ninjatrader, massive,ibkr', MASSIVE_API_KEY: 'k', IBKR_PORT: '4002' };
    expect(choose(env)).toMatchObject({ feeds: ['ninjatrader', 'massive', 'ibkr'], remark: undefined });
  });

  test('leave out one without its key, in one sentence that names the setting and what is used instead', () => {
    expect(choose({ FEED: 'massive,ninjatrader' })).toMatchObject({
      feeds: ['ninjatrader'],
      remark: 'FEED: massive (MASSIVE_API_KEY is not set) cannot be used; ninjatrader is used instead.',
    });
    expect(choose({ FEED: 'massive,ibkr' })).toMatchObject({
      feeds: [],
      remark:
        'FEED: massive (MASSIVE_API_KEY is not set) and ibkr (IBKR_HOST or IBKR_PORT is not set) cannot be used; the demo market is used instead.',
    });
  });

  test('may be others for a single root, also one that FEED does not name', () => {
    const env = { FEED: 'ninjatrader', FEED_ORDER: 'MGC=ibkr,ninjatrader;MES=massive', IBKR_PORT: '4002' };
    const { feeds, usual, order } = choose(env);
    expect(feeds).toEqual(['ninjatrader', 'ibkr']);
    expect(usual, 'the order of one root is no order of another').toEqual(['ninjatrader']);
    expect(choose({ FEED_ORDER: 'MGC=ibkr', IBKR_PORT: '4002', MASSIVE_API_KEY: 'k' })).toMatchObject({
      feeds: ['massive', 'ibkr'],
      usual: ['massive'],
    });
    // Micro S&P is left with none of its own, so it follows the others.
    expect(order).toEqual(new Map([['MGC', ['ibkr', 'ninjatrader']]]));
  });
});

test('addresses of vendors are shown without login and query', () => {
  const address = 'http://me:hunter2@proxy.example:1/?apiKey=K1';
  const names = ['MASSIVE_BASE_URL', 'TWELVE_DATA_BASE_URL', 'FINNHUB_BASE_URL', 'XAI_BASE_URL'];
  const env = Object.fromEntries(names.map((name) => [name, address]));
  const shown = JSON.stringify(redacted(loadConfig({ BRIDGE_API_KEY: 'a-key-of-enough-letters', ...env }).config));
  expect(shown).toContain('proxy.example');
  expect(shown).not.toMatch(/hunter2|K1/);
});

const vendors = registry.map(({ name }) => name).filter((name) => !['demo', 'replay', 'ninjatrader'].includes(name));

test.each(vendors)('%s gives way when what it needs is not set', (name) => {
  const { feeds, remark } = choose({ FEED: `${name},ninjatrader` });
  expect(feeds).toEqual(['ninjatrader']);
  expect(remark).toContain(`${name} (`);
});

describe('FEED_ORDER', () => {
  test.each([
    ['MGC:ibkr', 'a root, "=" and its feeds, e.g. MGC=ibkr,massive;MES=massive'],
    ['XYZ=ibkr', 'roots of this program: MGC,'],
  ])('%s is refused with what it should be', (text, form) => {
    expect(() => choose({ FEED_ORDER: text })).toThrow(form);
  });
  test.each(['MGC', 'MGC=', 'XYZ=ibkr', 'MGC=demo', 'MGC=ibkr,ibkr', 'mgc=ibkr', 'MGC=ibkr;MGC=massive'])(
    '%s is refused by name',
    (text) => {
      expect(() => choose({ FEED_ORDER: text })).toThrow('FEED_ORDER is');
    },
  );
});
