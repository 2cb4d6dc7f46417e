import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { Execution } from '../../../src/domain/accounts/execution.js';
import type { AccountSnapshot } from '../../../src/domain/accounts/snapshot.js';
import { epochMs } from '../../../src/kernel/units.js';
import { decodeSnapshot } from '../../../src/messages/account.js';
import { decodeExecutions } from '../../../src/messages/executions.js';
import { compile, csharpIn, startMono } from '../../support/mono.js';

export const KEY = 'a-key-of-many-letters';
const AT = epochMs(Date.parse('2026-11-20T14:31:00Z'));

export interface Heard {
  readonly path: string;
  readonly key: string | undefined;
  readonly text: string;
}

export type Reply = { readonly status: number; readonly body: unknown; readonly afterMs?: number } | 'hang' | 'cut';

/** Takes everything, as an intake without complaints does. Commands are asked for in vain. */
export function yes({ path, text }: Heard): Reply {
  if (path.startsWith('/bridge/commands?')) return 'hang';
  if (path !== '/positions/update') return { status: 200, body: { status: 'ok' } };
  const { account, seq } = JSON.parse(text);
  const risk = { can_trade: true, block_reason: null, total_risk_pct: 0 };
  return { status: 200, body: { status: 'ok', account, seq, verdict: 'IN_SYNC', risk } };
}

/** A real HTTP server that writes down what it is sent and answers as it is told. */
export interface BridgeServer {
  readonly url: string;
  readonly heard: Heard[];
  answer: (heard: Heard) => Reply;
  to(path: string): readonly Heard[];
  snapshots(): readonly AccountSnapshot[];
  fills(): readonly Execution[];
  connections(): Promise<number>;
  /** Stops listening; `up` listens on the same port again. */
  down(): Promise<void>;
  up(): Promise<void>;
}

export async function bridgeServer(): Promise<BridgeServer> {
  const heard: Heard[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const key = request.headers['x-api-key'];
    const one = { path: request.url ?? '', key: typeof key === 'string' ? key : undefined, text };
    heard.push(one);
    const reply = server.answer(one);
    if (reply === 'hang') return;
    if (reply === 'cut') return void request.socket.destroy();
    const send = () => {
      response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
    };
    if (reply.afterMs === undefined) send();
    else setTimeout(send, reply.afterMs);
  };
  const http = createServer((request, response) => void take(request, response).catch(() => response.destroy()));
  const listen = (port: number) => new Promise<void>((done) => http.listen(port, '127.0.0.1', done));
  await listen(0);
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const server: BridgeServer = {
    url: `http://127.0.0.1:${port}`,
    heard,
    answer: yes,
    to: (path) => heard.filter((one) => one.path === path),
    snapshots: () => server.to('/positions/update').map(({ text }) => valid(decodeSnapshot(JSON.parse(text), AT))),
    fills: () =>
      server.to('/executions').flatMap(({ text }) => valid(decodeExecutions(JSON.parse(text), AT)).executions),
    connections: () => new Promise((done) => http.getConnections((_error, count) => done(count))),
    down: () =>
      new Promise((done) => {
        http.close(() => done());
        http.closeAllConnections();
      }),
    up: () => listen(port),
  };
  return server;
}

/** The value of a decoded body; a body our own contract refuses fails the test with the fields' names. */
function valid<T>(read: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (read.ok) return read.value;
  throw new Error(`the bridge sent what the intake refuses: ${JSON.stringify(read.error)}`);
}

/** Compiles the scripts, the stand-ins and the harness into one program. */
export const compileHarness = (): string =>
  compile(
    [
      ...csharpIn('src/ninjatrader', /^(BridgeCore|FuturesBridge|FuturesBar|LivePosition)/),
      ...csharpIn('tests/ninjatrader/stubs'),
      ...csharpIn('tests/ninjatrader/harness', /^(World|Bridge)/),
    ],
    'bridge-harness.exe',
  );

export interface Played {
  readonly facts: ReadonlyMap<string, number>;
  readonly lines: readonly string[];
}

/** Plays one scenario. At each step the harness waits until the test has looked; a step without a look is an error. */
export async function play(
  program: string,
  of: { scenario: string; url: string; steps: Readonly<Record<string, () => Promise<unknown>>> },
): Promise<Played> {
  const run = startMono(program, [of.scenario, of.url]);
  // A test that ran out of time must not leave its scenario waiting for it.
  onTestFinished(() => void run.process.kill('SIGKILL'));
  const facts = new Map<string, number>();
  const lines: string[] = [];
  let failure: unknown;
  const look = async (step: string): Promise<void> => {
    const check = of.steps[step];
    if (!check) throw new Error(`the test has no look at step ${step}`);
    await check();
    run.say('on');
  };
  if (!run.process.stdout) throw new Error('impossible: the harness has no output');
  for await (const line of createInterface({ input: run.process.stdout })) {
    const [word = '', name = '', value = ''] = line.split(' ');
    lines.push(line);
    if (word === 'fact') facts.set(name, Number(value));
    if (word !== 'step') continue;
    try {
      await look(name);
    } catch (error) {
      failure = new Error(`at step ${name}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
      run.process.kill('SIGKILL');
      break;
    }
  }
  const code = await run.ended;
  if (failure) throw failure;
  if (code !== 0) throw new Error(`scenario ${of.scenario} ended with ${code}:\n${run.stderr()}`);
  return { facts, lines };
}
