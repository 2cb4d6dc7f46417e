import { type ChildProcess, fork } from 'node:child_process';
import net from 'node:net';
import { resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { compiled } from '../../support/compiled.js';
import { eventually } from '../../support/eventually.js';
import type { Measured, Question } from '../../support/stream-host.js';

/** What a heap may move by itself between two collections: compiled code, caches of strings and regular expressions. */
const NOISE_BYTES = 4e6;
const REQUEST = 'GET /sse/dashboard HTTP/1.1\r\nHost: x\r\n\r\n';

let program: string;
let host: ChildProcess;
let port: number;
const sockets: net.Socket[] = [];

beforeAll(() => {
  program = compiled(resolve(import.meta.dirname, '../../support/stream-host.ts'));
});
beforeEach(async () => {
  host = fork(program, [], { execArgv: ['--expose-gc'] });
  ({ port } = await answer<{ port: number }>());
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  const ended = new Promise((done) => host.once('exit', done));
  host.kill();
  await ended;
});

const answer = <T>(): Promise<T> =>
  new Promise((done, fail) => {
    const died = (): void => fail(new Error('the host ended'));
    host.once('exit', died);
    host.once('message', (message) => {
      host.off('exit', died);
      done(message as T);
    });
  });
function ask(question: Question): Promise<unknown> {
  host.send(question);
  return answer();
}
function measured(): Promise<Measured> {
  host.send({ ask: 'measure' });
  return answer<Measured>();
}

interface Reader {
  readonly socket: net.Socket;
  text(): string;
}

/** A browser as a bare socket; done once the first bytes are there. */
function connected(localAddress: string): Promise<Reader> {
  return new Promise((done, fail) => {
    const socket = net.connect({ host: '127.0.0.1', port, localAddress });
    let text = '';
    sockets.push(socket);
    socket.on('error', fail).setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      // The last megabyte tells enough, and the test's own memory is not the question.
      text = (text + chunk).slice(-1e6);
      done({ socket, text: () => text });
    });
    socket.write(REQUEST);
  });
}

const growth = (before: Measured, after: Measured): number => after.heap + after.buffers - before.heap - before.buffers;

/** Connects and is gone at once, before, while or after the catch-up is written. */
async function comeAndGo(cycles: number): Promise<void> {
  for (let n = 0; n < cycles; n += 1) {
    const reader = await connected(`127.0.0.${1 + (n % 50)}`);
    if (n % 2 === 0) reader.socket.resetAndDestroy();
    else reader.socket.destroy();
    if (n % 10 === 0) await ask({ ask: 'storm', seconds: 0.1 });
  }
}

test('500 streams that are cut off leave no client, timer, socket or heap behind', async () => {
  await comeAndGo(50);
  await eventually(async () => (await measured()).sockets === 0);
  const before = await measured();
  await comeAndGo(500);
  await eventually(async () => (await measured()).sockets === 0);
  const after = await measured();
  expect(after).toMatchObject({ streams: 0, timers: before.timers });
  expect(growth(before, after)).toBeLessThan(NOISE_BYTES);
});

test('five minutes of ten instruments at 50 changes a second leave the heap as it was, and every reader has the newest', async () => {
  const readers = await Promise.all([1, 2, 3].map((n) => connected(`127.0.0.${n}`)));
  await ask({ ask: 'storm', seconds: 20 });
  const before = await measured();
  await ask({ ask: 'storm', seconds: 300 });
  const after = await measured();
  expect(after.streams).toBe(3);
  expect(growth(before, after)).toBeLessThan(NOISE_BYTES);
  await ask({ ask: 'pass', seconds: 7 });
  for (const { text } of readers) {
    // What came in the middle of a window is told at its end.
    await eventually(() => text().slice(text().lastIndexOf('event: mgc-update')).includes('4299.9'));
    const sent = text().match(/^event: mgc-update$/gm)?.length ?? 0;
    expect(sent, 'one update in seven seconds, not fifty in one').toBeLessThan(60);
    expect(sent).toBeGreaterThan(2);
  }
});

test('a reader that stops reading costs no heap, and has the newest state when it reads again', async () => {
  const reader = await connected('127.0.0.1');
  const other = await connected('127.0.0.2');
  await ask({ ask: 'burst', count: 1_000 });
  const before = await measured();
  reader.socket.pause();
  // Each some 600 bytes: far more than the system's own buffers hold for one connection.
  await ask({ ask: 'burst', count: 50_000 });
  const after = await measured();
  expect(after.collapses).toBeGreaterThan(before.collapses);
  expect(growth(before, after)).toBeLessThan(NOISE_BYTES);
  reader.socket.resume();
  const newest = /id: 1000-51000\nevent: (session-change|alert)/;
  await eventually(() => newest.test(reader.text()), { timeout: 20_000 });
  await eventually(() => newest.test(other.text()));
});
