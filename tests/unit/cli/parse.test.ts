import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../../src/cli/commands.js';
import { parseCommandLine } from '../../../src/cli/parse.js';
import { OperationalError } from '../../../src/kernel/errors.js';
import { fromUsd } from '../../../src/kernel/units.js';

const parse = (line: string) => parseCommandLine(line.split(' ').filter(Boolean));
const refusal = (line: string): OperationalError => {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof OperationalError) return error;
    throw error;
  }
  throw new Error(`"${line}" was accepted`);
};

describe('help', () => {
  test.each(['', '--help', '-h', 'help'])('"%s" lists every command', (line) => {
    const invocation = parse(line);
    for (const { name } of commands)
      expect(invocation).toMatchObject({ command: 'help', text: expect.stringContaining(`  ${name} `) });
  });

  test.each(commands.map(({ name }) => name))('%s --help names each of its flags', (name) => {
    const flags = commands.find((command) => command.name === name)?.flags ?? [];
    for (const line of [`${name} --help`, `help ${name}`, `${name} -h`]) {
      const invocation = parse(line);
      if (invocation.command !== 'help') throw new Error('no help');
      for (const flag of flags) expect(invocation.text).toContain(`--${flag.name}`);
    }
  });
});

test('--version asks for the version', () => expect(parse('--version')).toEqual({ command: 'version' }));

describe('up', () => {
  test('without flags runs what is configured', () =>
    expect(parse('up')).toEqual({ command: 'up', request: { mode: 'configured' } }));

  test('--demo takes a seed, a speed and a start', () =>
    expect(parse('up --demo --seed 7 --speed 60 --start 2026-11-19T09:50:00Z')).toEqual({
      command: 'up',
      request: { mode: 'demo', seed: 7, speed: 60, start: Date.parse('2026-11-19T09:50:00Z') },
    }));

  test('--speed max is as fast as the data', () =>
    expect(parse('up --demo --speed=max')).toMatchObject({ request: { speed: Number.POSITIVE_INFINITY } }));

  test('--replay takes several files after one flag and more after another', () =>
    expect(parse('up --replay a.csv b.csv --speed 2 --replay c.csv --from 2013-10-07T00:00:00Z')).toEqual({
      command: 'up',
      request: {
        mode: 'replay',
        files: ['a.csv', 'b.csv', 'c.csv'].map((file) => resolve(file)),
        from: Date.parse('2013-10-07T00:00:00Z'),
        speed: 2,
      },
    }));
});

describe('a role', () => {
  test('alone is live on the system clock', () =>
    expect(parse('engine')).toEqual({
      command: 'engine',
      run: { mode: 'live', clockSpec: { kind: 'system' }, seed: 1, replayFiles: [], from: undefined, runId: 'live' },
    }));

  test('understands every flag that up gives its children', () =>
    expect(parse('data --mode replay --clock driven:1381183200000 --seed 3 --replay a.csv --run r-1')).toEqual({
      command: 'data',
      run: {
        mode: 'replay',
        clockSpec: { kind: 'driven', marketStart: 1_381_183_200_000 },
        seed: 3,
        replayFiles: [resolve('a.csv')],
        from: undefined,
        runId: 'r-1',
      },
    }));
});

test('focus takes bars by symbol, an instant with its zone and an account', () =>
  expect(parse('focus --bars MES=es.csv --bars mgc=gc.csv --at 2013-10-09T10:30:00-04:00 --account 25000')).toEqual({
    command: 'focus',
    request: {
      bars: [
        { root: 'MES', file: 'es.csv' },
        { root: 'MGC', file: 'gc.csv' },
      ],
      at: Date.parse('2013-10-09T14:30:00Z'),
      account: fromUsd(25_000),
    },
  }));

test('analyse takes the bars of one symbol, an instant and an account', () =>
  expect(parse('analyse --bars mes=es.csv --at 2013-10-09T14:30:00Z')).toEqual({
    command: 'analyse',
    request: { root: 'MES', file: 'es.csv', at: Date.parse('2013-10-09T14:30:00Z'), account: undefined },
  }));

test('replay-check compares, and records anew only when told to', () => {
  expect(parse('replay-check')).toEqual({ command: 'replay-check', write: false });
  expect(parse('replay-check --write')).toEqual({ command: 'replay-check', write: true });
});

test('worker is a role like the others', () =>
  expect(parse('worker --mode demo --clock driven:0 --run d-1')).toMatchObject({
    command: 'worker',
    run: { mode: 'demo', runId: 'd-1' },
  }));

test('rebuild takes a trading day to begin with and one account, both optional', () => {
  expect(parse('rebuild')).toEqual({ command: 'rebuild', request: { since: undefined, account: undefined } });
  expect(parse('rebuild --since 2026-11-19 --account Sim101')).toEqual({
    command: 'rebuild',
    request: { since: '2026-11-19', account: 'Sim101' },
  });
});

test('backfill takes symbols, dates, a source, force and again', () => {
  const request = { symbols: [], range: {}, source: undefined, isForced: false, asksAgain: false };
  expect(parse('backfill')).toEqual({ command: 'backfill', request });
  expect(parse('backfill --again')).toEqual({ command: 'backfill', request: { ...request, asksAgain: true } });
  expect(
    parse('backfill --symbol mgc --symbol MES --from 2025-03-01 --to 2026-02-26 --source massive --force'),
  ).toEqual({
    command: 'backfill',
    request: {
      symbols: ['MGC', 'MES'],
      range: { from: '2025-03-01', to: '2026-02-26' },
      source: 'massive',
      isForced: true,
      asksAgain: false,
    },
  });
  expect(() => parse('backfill --from 2025-02-30')).toThrow('--from is "2025-02-30"; expected a date');
});

test('archive takes a month, and restore needs one', () => {
  expect(parse('archive')).toEqual({ command: 'archive', request: { before: undefined } });
  expect(parse('archive --before 2026-06')).toEqual({ command: 'archive', request: { before: '2026-06' } });
  expect(parse('restore --month 2025-03 --symbol mgc')).toEqual({
    command: 'restore',
    request: { month: '2025-03', symbol: 'MGC' },
  });
});

describe('what cannot be understood is refused with a sentence', () => {
  test.each([
    ['bogus', 'there is no command "bogus"; there are up, data'],
    ['--demo', '--demo comes before any command'],
    ['up --foo', 'up has no flag --foo; see: node dist/main.js up --help'],
    ['up -x', 'up has no flag -x'],
    ['up extra', 'up does not know what to do with "extra"'],
    ['up --demo extra', 'up does not know what to do with "extra"'],
    ['up --demo=yes', '--demo takes no value'],
    ['up --demo --demo', '--demo was given twice'],
    ['up --demo --seed', '--seed needs a value: --seed N'],
    ['up --demo --seed --speed 2', '--seed needs a value'],
    ['up --demo --seed 1.5', '--seed is "1.5"; expected a whole number'],
    ['up --demo --speed 0', '--speed is "0"; expected a number above 0'],
    ['up --demo --speed fast', '--speed is "fast"'],
    ['up --seed 1', '--seed only makes sense with --demo'],
    ['up --speed 2', '--speed only makes sense with --demo or --replay'],
    ['up --demo --from 2026-11-19T09:50:00Z', '--from only makes sense with --replay'],
    ['up --demo --replay a.csv', '--demo and --replay cannot be had together'],
    ['up --replay', '--replay needs a value: --replay FILE...'],
    ['data --mode paper', '--mode is "paper"; expected live, demo or replay'],
    ['data --mode demo --clock sundial', '--clock: "sundial" is no clock'],
    ['data --clock driven:0', '--mode live runs on the system clock only'],
    ['data --mode replay', '--mode replay and --replay FILE belong together'],
    ['data --run a/b', '--run is "a/b"'],
    ['focus --at 2013-10-09T14:30:00Z', 'focus needs bars: --bars MES=FILE'],
    ['focus --bars MES=a.csv', 'focus needs an instant'],
    ['focus --bars MES --at 2013-10-09T14:30:00Z', '--bars is "MES"; expected a symbol and a file'],
    ['focus --bars MES=a MES=b --at 2013-10-09T14:30:00Z', '--bars names MES twice'],
    ['focus --bars MES=a --at 2013-10-09', '--at is "2013-10-09"; expected a time with its zone'],
    ['focus --bars MES=a --at 2013-10-09T14:30:00', 'expected a time with its zone'],
    ['focus --bars MES=a --at 2013-02-31T14:30:00Z', 'expected a time with its zone'],
    ['focus --bars MES=a --at 2013-10-09T14:30:00Z --account 5', 'expected dollars from 100'],
    ['analyse --at 2013-10-09T14:30:00Z', 'analyse needs bars: --bars MES=FILE'],
    ['analyse --bars MES=a', 'analyse needs an instant'],
    [
      'analyse --bars MES=a --bars MGC=b --at 2013-10-09T14:30:00Z',
      'analyse takes one symbol; --bars was given 2 times',
    ],
    ['replay-check --write=now', '--write takes no value'],
    ['rebuild --since yesterday', '--since is "yesterday"; expected a date, e.g. 2026-11-19'],
    ['rebuild --since 2026-02-31', '--since is "2026-02-31"; expected a date'],
    ['rebuild --since 2026-13-01', '--since is "2026-13-01"; expected a date'],
    ['rebuild --account', '--account needs a value: --account NAME'],
    ['rebuild Sim101', 'rebuild does not know what to do with "Sim101"'],
    ['archive --before 2026-13', '--before is "2026-13"; expected a month, e.g. 2025-03'],
    ['archive --before 2026-06-01', '--before is "2026-06-01"; expected a month'],
    ['restore', 'restore needs a month: --month 2025-03'],
    ['restore --symbol MGC', 'restore needs a month'],
    ['migrate now', 'migrate does not know what to do with "now"'],
    ['migrate --', '"--" means nothing to migrate'],
    ['up help --', 'up does not know what to do with "help"'],
  ])('%s', (line, sentence) => {
    const { code, message } = refusal(line);
    expect(code).toBe('USAGE');
    expect(message).toContain(sentence);
  });
});
