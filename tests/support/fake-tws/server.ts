import diagnostics from 'node:diagnostics_channel';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { instrument } from '../../../src/domain/instruments/catalogue/index.js';
import { eventually } from '../eventually.js';
import type { FakeMarket } from '../fake-vendor/market.js';
import type { FakeVendor } from '../fake-vendor/vendor.js';
import { createFrameReader, type Field, frame } from './frames.js';
import { fits, listedFutures } from './listing.js';
import { daysBack, intervalsBetween, lastTrade, minutesBack } from './market.js';
import * as messages from './messages.js';
import { readRequest, type TwsRequest } from './requests.js';

export interface FakeTwsOptions {
  /** Whether an interval without a trade is sent; TWS does so, but nobody has promised it. */
  readonly sendsQuiet?: boolean;
  /** Years whose months are listed, from this one on. */
  readonly fromYear?: number;
}

/** What takes the place of the right answer to a request. */
export type Instead =
  | { readonly code: number; readonly text: string }
  /** Nothing at all. */
  | 'silence'
  /** Half of the answer, and the end of the connection. */
  | 'half';

export interface FakeTws extends FakeVendor {
  readonly port: number;
  /** Every request with the wall instant at which it came. */
  readonly asked: readonly { readonly request: TwsRequest; readonly at: number; readonly clientId: number }[];
  /** Asked before each answer; undefined lets the right one go. */
  instead: (request: TwsRequest) => Instead | undefined;
  /** A message without a request to every client. */
  say(code: number, text: string): void;
  /** A message about a request of any client. */
  answer(message: { readonly id: number; readonly code: number; readonly text: string }): void;
  /** While true IBKR is away: TWS answers as ever, but sends no market data and has no history. */
  setCut(isCut: boolean): void;
  /** The streams end, as after a reset of IBKR's servers; connections stand. */
  loseStreams(): void;
  /** Intervals that are never sent, by their open. */
  readonly lost: Set<number>;
  /** What is to be sent to new clients behind the greeting. */
  readonly welcome: { readonly code: number; readonly text: string }[];
  /** The root a contract number stands for. */
  rootOf(conId: number): string | undefined;
}

interface Client {
  readonly socket: Socket;
  clientId: number;
  /** Contracts of the requests for 5-second bars and for last prices, by the number of the request. */
  readonly bars: Map<number, number>;
  readonly prices: Map<number, number>;
  /** What waits while nothing is sent. */
  readonly held: Buffer[];
}

/** TWS over a fake market, on its real wire. */
export async function startFakeTws(market: FakeMarket, options: FakeTwsOptions = {}): Promise<FakeTws> {
  const { sendsQuiet = true, fromYear = 2024 } = options;
  const clients = new Set<Client>();
  const asked: { request: TwsRequest; at: number; clientId: number }[] = [];
  const futures = market.roots.flatMap((root) => listedFutures(root, fromYear, 5).map((it) => ({ ...it, root })));
  const rootOf = (conId: number) => futures.find((it) => it.conId === conId)?.root;
  const lost = new Set<number>();
  const welcome: { code: number; text: string }[] = [];
  let [isDown, isMute, isCut, skewMs] = [false, false, false, 0];
  const ends = clientEnds();

  const write = (client: Client, bytes: Buffer): void => {
    if (isMute) client.held.push(bytes);
    else if (client.socket.writable) client.socket.write(bytes);
  };
  const send = (client: Client, fields: readonly Field[]): void => write(client, frame(fields));
  const right = (request: TwsRequest, client: Client): readonly (readonly Field[])[] => {
    if (request.kind === 'contract') {
      const found = futures.filter((it) => fits(it, request.query));
      if (found.length === 0)
        return [messages.message(request.id, 200, 'No security definition has been found for the request')];
      return [...found.map((it) => messages.contractData(request.id, it)), messages.contractDataEnd(request.id)];
    }
    if (request.kind === 'history' && isCut) return [];
    if (request.kind === 'history' && request.size === '1 day') {
      const future = futures.find((it) => it.conId === request.conId);
      const spec = future && instrument(future.root);
      if (!spec) return [messages.message(request.id, 200, 'No security definition has been found for the request')];
      const days = daysBack(market, { contract: future.localSymbol, spec }, request);
      return [messages.historicalDays(request.id, days)];
    }
    if (request.kind === 'history') {
      const bars = minutesBack(market, rootOf(request.conId), request);
      if (bars.length > 0) return [messages.historicalData(request.id, bars)];
      const text = 'Historical Market Data Service error message:HMDS query returned no data';
      return [messages.message(request.id, 162, text)];
    }
    if (request.kind === 'cancel') {
      client.bars.delete(request.id);
      client.prices.delete(request.id);
    }
    const root = request.kind === 'bars' || request.kind === 'price' ? rootOf(request.conId) : undefined;
    if (root === undefined || !('conId' in request)) return [];
    if (request.kind === 'bars') client.bars.set(request.id, request.conId);
    if (request.kind !== 'price') return [];
    client.prices.set(request.id, request.conId);
    // The last trade before the subscription comes first, the price ahead of its time.
    const known = lastTrade(market, root);
    return known ? [messages.lastPrice(request.id, known.price), messages.lastTime(request.id, known.at)] : [];
  };
  const answer = (client: Client, request: TwsRequest): void => {
    asked.push({ request, at: performance.now(), clientId: client.clientId });
    const instead = tws.instead(request);
    if (instead === 'silence') return;
    if (typeof instead === 'object' && 'id' in request) {
      send(client, messages.message(request.id, instead.code, instead.text));
      return;
    }
    const bytes = Buffer.concat(right(request, client).map(frame));
    if (instead === 'half')
      client.socket.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => client.socket.destroy());
    else if (bytes.length > 0) write(client, bytes);
  };
  const start = (client: Client, clientId: number): void => {
    if ([...clients].some((other) => other !== client && other.clientId === clientId)) {
      send(client, messages.message(-1, 326, 'Unable to connect as the client id is already in use'));
      client.socket.end();
      return;
    }
    client.clientId = clientId;
    send(client, messages.nextValidId());
    send(client, messages.managedAccounts());
    const farms = [
      { code: 2104, text: 'Market data farm connection is OK:usfuture' },
      { code: 2106, text: 'HMDS data farm connection is OK:ushmds' },
      { code: 2158, text: 'Sec-def data farm connection is OK:secdefil' },
    ];
    for (const { code, text } of [...farms, ...welcome]) send(client, messages.message(-1, code, text));
  };
  const server = createServer((socket) => {
    if (isDown) return void socket.destroy();
    const client: Client = { socket, clientId: -1, bars: new Map(), prices: new Map(), held: [] };
    const reader = createFrameReader();
    clients.add(client);
    socket.on('error', () => undefined);
    socket.on('close', () => clients.delete(client));
    socket.on('data', (chunk) => {
      for (const fields of reader.read(chunk)) {
        if (fields[0] === 'API') {
          send(client, messages.greeting());
          continue;
        }
        const request = readRequest(fields);
        if (request.kind === 'start') start(client, request.clientId);
        else answer(client, request);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const everywhere = (act: (client: Client) => void): void => {
    for (const client of clients) act(client);
  };
  const stream = (from: number, to: number): void => {
    for (const { root, month, bar, isQuiet } of intervalsBetween(market, from, to)) {
      if (lost.has(bar.at) || (isQuiet && !sendsQuiet)) continue;
      const isIt = (conId: number): boolean => rootOf(conId) === root && conId % 1_000_000 === month;
      everywhere((client) => {
        for (const [id, theirs] of client.bars) if (isIt(theirs)) send(client, messages.realTimeBar(id, bar));
        for (const [id, theirs] of client.prices)
          if (isIt(theirs) && !isQuiet) {
            send(client, messages.lastTime(id, bar.at));
            send(client, messages.lastPrice(id, bar.close));
          }
      });
    }
  };
  const stopMoving = market.onMove((before, now) => {
    // What happens while nothing is sent is lost, unlike the answers to requests.
    if (!isMute && !isCut) stream(before + skewMs, now + skewMs);
  });
  const drop = (): void => everywhere(({ socket }) => socket.destroy());

  const tws: FakeTws = {
    port,
    asked,
    lost,
    welcome,
    rootOf,
    instead: () => undefined,
    say: (code, text) => everywhere((client) => send(client, messages.message(-1, code, text))),
    answer: ({ id, code, text }) => everywhere((client) => send(client, messages.message(id, code, text))),
    setCut(now) {
      isCut = now;
    },
    loseStreams: () =>
      everywhere(({ bars, prices }) => {
        bars.clear();
        prices.clear();
      }),
    drop,
    setDown(now) {
      isDown = now;
    },
    setMute(now) {
      isMute = now;
      if (!isMute) everywhere((client) => write(client, Buffer.concat(client.held.splice(0))));
    },
    repeat: (open) => stream(open, open + 60_000),
    garble: () => everywhere((client) => send(client, [50, 3, 1, 'now', 'high'])),
    halfFrame: () =>
      everywhere(({ socket }) => {
        const bytes = frame([50, 3, 1, 1_763_560_800, 4_200, 4_201, 4_199, 4_200]);
        socket.write(bytes.subarray(0, bytes.length - 9), () => socket.destroy());
      }),
    delivered: () =>
      eventually(
        () => [...clients].every(({ socket }) => socket.bytesWritten <= (ends.bytesReadBy(socket.remotePort) ?? 0)),
        { every: 1 },
      ).then(() => undefined),
    subscriptions: () => [...clients].reduce((sum, { bars }) => sum + bars.size, 0),
    sockets: () => clients.size,
    setSkew(ms) {
      skewMs = ms;
    },
    async close() {
      stopMoving();
      ends.close();
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return tws;
}

/** The other ends of our connections, which live in this process: how much each has read. */
function clientEnds() {
  const sockets = new Set<Socket>();
  const keep = (opened: unknown): void => {
    const { socket } = opened as { readonly socket: Socket };
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  diagnostics.subscribe('net.client.socket', keep);
  return {
    bytesReadBy: (localPort: number | undefined) =>
      [...sockets].find((socket) => socket.localPort === localPort)?.bytesRead,
    close: () => diagnostics.unsubscribe('net.client.socket', keep),
  };
}
