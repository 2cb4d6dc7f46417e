import { createServer } from 'node:net';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { launchChromium } from './chromium.js';
import { eventually } from './eventually.js';

/** A tab as a person has it: Playwright keeps its pages in front and awake for ever, and these can be behind and freeze. */
export interface PlainTab {
  send(method: string, params?: object): Promise<unknown>;
  /** The value of an expression of page code. */
  value(expression: string): Promise<unknown>;
  /** Brings it to the front, so that the others of its window are hidden. */
  front(): Promise<unknown>;
}

const reply = z.object({
  id: z.number(),
  result: z.unknown(),
  error: z.object({ message: z.string() }).optional(),
});
const target = z.object({ targetId: z.string() });
const session = z.object({ sessionId: z.string() });
const evaluated = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z.object({ text: z.string() }).optional(),
});

/** A Chromium of its own, spoken to by the DevTools protocol alone. */
export async function plainBrowser(): Promise<{ open(url: string): Promise<PlainTab>; close(): Promise<void> }> {
  const port = await freePort();
  const browser = await launchChromium([`--remote-debugging-port=${port}`]);
  const version = await eventually(async () => (await fetch(`http://127.0.0.1:${port}/json/version`)).json());
  const socket = new WebSocket(z.object({ webSocketDebuggerUrl: z.string() }).parse(version).webSocketDebuggerUrl);
  await new Promise((done, fail) => socket.once('open', done).once('error', fail));
  const waiting = new Map<number, { done(result: unknown): void; fail(error: Error): void }>();
  socket.on('message', (data) => {
    const read = reply.safeParse(JSON.parse(String(data)));
    if (!read.success) return;
    const { id, result, error } = read.data;
    if (error) waiting.get(id)?.fail(new Error(error.message));
    else waiting.get(id)?.done(result);
    waiting.delete(id);
  });
  let count = 0;
  const ask = (method: string, params: object = {}, sessionId?: string): Promise<unknown> => {
    count += 1;
    const id = count;
    socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
    return new Promise((done, fail) => waiting.set(id, { done, fail }));
  };

  const open = async (url: string): Promise<PlainTab> => {
    const { targetId } = target.parse(await ask('Target.createTarget', { url }));
    const { sessionId } = session.parse(await ask('Target.attachToTarget', { targetId, flatten: true }));
    const send = (method: string, params?: object): Promise<unknown> => ask(method, params, sessionId);
    return {
      send,
      async value(expression) {
        const answer = evaluated.parse(await send('Runtime.evaluate', { expression, returnByValue: true }));
        if (answer.exceptionDetails) throw new Error(`${expression}: ${answer.exceptionDetails.text}`);
        return answer.result.value;
      },
      front: () => ask('Target.activateTarget', { targetId }),
    };
  };
  return {
    open,
    async close() {
      socket.close();
      await browser.close();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
