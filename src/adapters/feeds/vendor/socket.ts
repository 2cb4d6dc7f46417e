import { WebSocket } from 'ws';
import { messageOf } from '../../../kernel/errors.js';
import { failureOfStatus, retryAfterOf, unavailable } from './failure.js';

/** Wall milliseconds between two pings; a connection that answered none of two is dead. */
const PING_EVERY_MS = 15_000;
const HANDSHAKE_MS = 10_000;
const MESSAGE_BYTES_MAX = 16 * 1_024 * 1_024;

export interface SocketOptions {
  readonly vendor: string;
  /** Name of the setting that holds the key. */
  readonly setting: string;
  readonly url: string;
  readonly redact: (text: string) => string;
  readonly signal: AbortSignal;
  onOpen(send: (message: unknown) => void): void;
  /** What it throws ends the connection. */
  onText(text: string, send: (message: unknown) => void): void;
}

/** Holds one websocket. Resolves when `signal` aborts, rejects when the connection is lost; it is gone either way. */
export function holdSocket({ vendor, setting, url, redact, signal, onOpen, onText }: SocketOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MESSAGE_BYTES_MAX,
      perMessageDeflate: false,
    });
    let isAlive = true;
    let failure: unknown;
    const send = (message: unknown): void => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    };
    const end = (why?: unknown): void => {
      failure ??= why;
      socket.terminate();
    };
    const abort = (): void => end();
    const pinging = setInterval(() => {
      if (!isAlive) return end(unavailable(`${vendor}: the connection is dead`));
      isAlive = false;
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    }, PING_EVERY_MS);
    socket.on('open', () => onOpen(send));
    socket.on('pong', () => {
      isAlive = true;
    });
    socket.on('message', (data) => {
      isAlive = true;
      if (signal.aborted) return;
      try {
        onText(String(data), send);
      } catch (error) {
        end(error);
      }
    });
    socket.on('unexpected-response', (request, { statusCode = 0, headers }) => {
      const retryAfterMs = retryAfterOf(headers['retry-after']);
      const more = { vendor, setting, text: '', ...(retryAfterMs !== undefined && { retryAfterMs }) };
      failure ??= failureOfStatus(statusCode, more);
      request.destroy();
      socket.terminate();
    });
    socket.on('error', (error) => {
      failure ??= unavailable(`${vendor}: ${redact(messageOf(error))}`);
    });
    socket.on('close', (code) => {
      clearInterval(pinging);
      signal.removeEventListener('abort', abort);
      if (signal.aborted) resolve();
      else reject(failure ?? unavailable(`${vendor} closed the connection (${code})`));
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
