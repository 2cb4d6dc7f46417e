import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatClockSpec } from '../../../../src/adapters/clock/spec.js';
import { parseCommandLine } from '../../../../src/cli/parse.js';
import type { UpRequest } from '../../../../src/config/role-context.js';
import { epochMs } from '../../../../src/kernel/units.js';
import type { RunMarker } from '../../../../src/messages/up-state.js';
import { claimRun } from '../../../../src/roles/up/claim.js';
import { earliestBar } from '../../../../src/roles/up/first-bar.js';
import { browserUrl, checkUrl } from '../../../../src/roles/up/health.js';
import { lockFolder } from '../../../../src/roles/up/lock.js';
import { type Facts, planRun, roleArguments, runLabel } from '../../../../src/roles/up/plan.js';
import { requireFreePorts } from '../../../../src/roles/up/ports.js';

const folder = mkdtempSync(join(tmpdir(), 'copilot-up-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const facts: Facts = {
  feeds: [],
  demoStart: epochMs(1_000_000),
  defaultSeed: 1,
  firstBarAt: epochMs(2_000_000),
  wallNow: epochMs(9_000_000),
};
const demo: UpRequest = { mode: 'demo', seed: 7, speed: 60, start: undefined };
const replay: UpRequest = {
  mode: 'replay',
  files: ['/a/ES_1m.csv', '/a/GC_1m.csv'],
  from: undefined,
  speed: Number.POSITIVE_INFINITY,
};

describe('the plan of a run', () => {
  test('is the demo when no feed is configured', () =>
    expect(planRun({ mode: 'configured' }, facts)).toMatchObject({ mode: 'demo', seed: 1, from: 1_000_000 }));

  test('is live on the system clock when a feed is configured', () =>
    expect(planRun({ mode: 'configured' }, { ...facts, feeds: ['massive'] })).toMatchObject({
      mode: 'live',
      clockSpec: { kind: 'system' },
      runId: 'live',
    }));

  test('gives a demo a market clock that begins now', () =>
    expect(planRun(demo, facts).clockSpec).toEqual({
      kind: 'scaled',
      marketStart: 1_000_000,
      wallStart: 9_000_000,
      speed: 60,
    }));

  test('lets the data drive a replay as fast as they can, from its first bar', () =>
    expect(planRun(replay, facts)).toMatchObject({
      mode: 'replay',
      clockSpec: { kind: 'driven', marketStart: 2_000_000 },
      from: undefined,
    }));

  test('begins a replay where it was told', () =>
    expect(planRun({ ...replay, from: epochMs(3_000_000) }, facts)).toMatchObject({
      clockSpec: { marketStart: 3_000_000 },
      from: 3_000_000,
    }));

  test.each([demo, replay, { mode: 'configured' } as const])('reaches a child unchanged (%o)', (wish) => {
    const run = planRun(wish, facts);
    const invocation = parseCommandLine(['engine', ...roleArguments(run, formatClockSpec(run.clockSpec))]);
    expect(invocation).toEqual({ command: 'engine', run });
  });

  test('has a name for people', () => {
    expect(runLabel(planRun(demo, facts))).toBe('DEMO, seed 7');
    expect(runLabel(planRun(replay, facts))).toBe('REPLAY of 2 files');
  });
});

describe('the lock of a data folder', () => {
  test('is refused to a second one while its process lives, and free after its release', () => {
    const dir = join(folder, 'held');
    const lock = lockFolder(dir);
    expect(() => lockFolder(dir)).toThrow(`process ${process.pid} already runs on ${dir}`);
    lock.release();
    lockFolder(dir).release();
  });

  test.each([
    ['a process that is gone', '4194304 12345'],
    ['another program that was given the number since', `${process.pid} 1`],
    ['half a line', ''],
  ])('left by %s is taken over', (_what, text) => {
    const dir = join(folder, 'stale');
    lockFolder(dir).release();
    writeFileSync(join(dir, 'up.lock'), text);
    const lock = lockFolder(dir);
    expect(readFileSync(join(dir, 'up.lock'), 'utf8')).toContain(String(process.pid));
    lock.release();
  });
});

describe('the first bar of recorded files', () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const HEADER = 'ts,open,high,low,close,volume\n';

  test('is the earliest of all of them', async () => {
    const es = file('ES_1m.csv', `${HEADER}2013-10-06T22:00:00Z,1,1,1,1,1\n`);
    const gc = file('GC_1m.csv', `${HEADER}2013-10-07T00:00:00Z,1,1,1,1,1\n`);
    expect(await earliestBar([gc, es])).toBe(Date.parse('2013-10-06T22:00:00Z'));
  });

  test('is looked for behind rows that are none', async () => {
    const bad = file('ES_bad.csv', `${HEADER}yesterday,1,1,1,1,1\n2013-10-06T22:01:00Z,1,1,1,1,1\n`);
    expect(await earliestBar([bad])).toBe(Date.parse('2013-10-06T22:01:00Z'));
  });

  test.each([
    ['ES_empty.csv', '', 'line 1 is ""'],
    ['ES_header.csv', 'time;open\n1;2\n', 'line 1 is "time;open"'],
    ['ES_none.csv', HEADER, 'it has no bar'],
  ])('of %s is refused by name', async (name, text, reason) => {
    await expect(earliestBar([file(name, text)])).rejects.toThrow(`${name}: ${reason}`);
  });

  test('of a folder is refused by name', async () => {
    await expect(earliestBar([folder])).rejects.toMatchObject({ code: 'BAR_FILE_INVALID' });
  });
});

describe('claiming a Redis', () => {
  const marker: RunMarker = { mode: 'demo', run: 'demo-1', since: '2026-11-20T00:00:00.000Z' };
  const store = (mode?: string, hasState = mode !== undefined) => {
    const did: string[] = [];
    return {
      did,
      marker: async () => (mode === undefined ? undefined : JSON.stringify({ ...marker, mode })),
      hasState: async () => hasState,
      clear: async () => void did.push('clear'),
      mark: async (it: RunMarker) => void did.push(`mark ${it.mode}`),
    };
  };

  test.each<[string | undefined, RunMarker['mode'], string[]]>([
    [undefined, 'live', ['mark live']],
    [undefined, 'demo', ['mark demo']],
    ['live', 'live', ['mark live']],
    ['demo', 'demo', ['clear', 'mark demo']],
    ['replay', 'demo', ['clear', 'mark demo']],
  ])('that holds %s for a %s run', async (held, mode, expected) => {
    const it = store(held);
    await claimRun(it, { ...marker, mode });
    expect(it.did).toEqual(expected);
  });

  test.each<[string | undefined, boolean, RunMarker['mode']]>([
    ['live', true, 'demo'],
    ['live', true, 'replay'],
    ['demo', true, 'live'],
    ['replay', true, 'live'],
    [undefined, true, 'demo'],
    ['nonsense', true, 'demo'],
  ])('that holds %s (state %s) is refused to a %s run and left alone', async (held, hasState, mode) => {
    const it = store(held, hasState);
    await expect(claimRun(it, { ...marker, mode })).rejects.toMatchObject({ code: 'WRONG_RUN' });
    expect(it.did).toEqual([]);
  });
});

describe('ports', () => {
  test('that are taken are refused with the setting that moves them', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const wanted = { port, host: '127.0.0.1', setting: 'WEB_PORT' };
    await expect(requireFreePorts([wanted])).rejects.toThrow(
      `port ${port} on 127.0.0.1 is taken by another program; stop it or set WEB_PORT`,
    );
    await new Promise((done) => server.close(done));
    await expect(requireFreePorts([wanted])).resolves.toBeUndefined();
  });

  test('that are the same are refused', async () => {
    const [a, b] = ['WEB_PORT', 'BRIDGE_PORT'].map((setting) => ({ port: 8000, host: '127.0.0.1', setting }));
    if (a === undefined || b === undefined) throw new Error('two ports');
    await expect(requireFreePorts([a, b])).rejects.toThrow('WEB_PORT and BRIDGE_PORT are both 8000');
  });
});

test('a server on every interface is reached as localhost', () => {
  expect(browserUrl('0.0.0.0', 8000)).toBe('http://localhost:8000');
  expect(browserUrl('192.168.1.5', 8000)).toBe('http://192.168.1.5:8000');
  expect(checkUrl('0.0.0.0', 8000)).toBe('http://127.0.0.1:8000');
  expect(checkUrl('::', 8000)).toBe('http://[::1]:8000');
});
