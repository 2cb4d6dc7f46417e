// A process of its own: the browsers. Plain sockets that note when which event came; every server gets equally many.
import net from 'node:net';

interface Reader {
  seen: number;
  bytes: number;
  /** By number of the event: microseconds of the machine's clock. */
  readonly arrivals: Map<number, number>;
}

interface Address {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  readonly upgrade: boolean;
}

/** Some write a space after the colon of a field, some do not. */
const MARK = Buffer.from('1000-');
const EMPTY = Buffer.alloc(0);
const READERS_PER_ADDRESS = 5;
const ADDRESSES_PER_NET = 250;
const groups = new Map<string, readonly Reader[]>();
const groupOf = (name: string): readonly Reader[] => groups.get(name) ?? [];

async function open({ count, ...server }: Address & { readonly count: number }): Promise<object> {
  const readers = Array.from({ length: count }, () => ({ seen: 0, bytes: 0, arrivals: new Map<number, number>() }));
  groups.set(server.name, readers);
  await Promise.all(readers.map((reader, place) => connect(reader, place, server)));
  return { opened: count };
}

/** Done with the first bytes of a good answer. A client is known by its address, so the addresses are spread. */
function connect(reader: Reader, place: number, { name, port, path, upgrade }: Address): Promise<void> {
  const nth = Math.floor(place / READERS_PER_ADDRESS);
  const localAddress = `127.0.${1 + Math.floor(nth / ADDRESSES_PER_NET)}.${1 + (nth % ADDRESSES_PER_NET)}`;
  const more = upgrade
    ? 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2l4dGVlbiBsZXR0ZXJzIQ==\r\n'
    : 'Accept: text/event-stream\r\n';
  return new Promise((done, fail) => {
    const socket = net.connect({ host: '127.0.0.1', port, localAddress });
    socket.on('error', fail).on('close', () => fail(new Error(`${name} closed a stream`)));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${more}\r\n`);
    let rest: Buffer = EMPTY;
    socket.on('data', (chunk: Buffer) => {
      if (reader.bytes === 0) {
        const head = chunk.toString('latin1', 0, 12);
        if (!/^HTTP\/1\.1 (200|101)/.test(head)) fail(new Error(`${name} answered ${head}`));
        done();
      }
      reader.bytes += chunk.length;
      rest = scan(reader, rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk);
    });
  });
}

const isDigit = (byte: number | undefined): byte is number => byte !== undefined && byte >= 48 && byte <= 57;

/** Notes every id; gives back the end of the chunk where one may have been cut. */
function scan(reader: Reader, chunk: Buffer): Buffer {
  let from = chunk.indexOf(MARK);
  while (from >= 0) {
    let n = 0;
    let at = from + MARK.length;
    for (let byte = chunk[at]; isDigit(byte); byte = chunk[at]) {
      n = n * 10 + (byte - 48);
      at += 1;
    }
    if (at === chunk.length) return chunk.subarray(from);
    if (n > reader.seen) {
      reader.seen = n;
      reader.arrivals.set(n, Number(process.hrtime.bigint() / 1_000n));
    }
    from = chunk.indexOf(MARK, at);
  }
  const tail = chunk.subarray(-(MARK.length - 1));
  const cut = tail.indexOf(MARK.subarray(0, 1));
  return cut >= 0 && MARK.indexOf(tail.subarray(cut)) === 0 ? tail.subarray(cut) : EMPTY;
}

interface Round {
  readonly name: string;
  readonly sentAt: readonly number[];
  /** Number of the first event of the round. */
  readonly first: number;
}

function report({ name, sentAt, first }: Round): object {
  const delays: number[] = [];
  let complete = 0;
  for (const { arrivals } of groupOf(name)) {
    let got = 0;
    for (const [i, sent] of sentAt.entries()) {
      const came = arrivals.get(first + i);
      if (came === undefined) continue;
      got += 1;
      delays.push((came - sent) / 1_000);
    }
    if (got === sentAt.length) complete += 1;
    arrivals.clear();
  }
  delays.sort((a, b) => a - b);
  const at = (share: number): number =>
    delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? Number.NaN;
  return { report: { delivered: delays.length, complete, p50: at(0.5), p99: at(0.99), max: at(1) } };
}

type Question =
  | ({ readonly ask: 'open'; readonly count: number } & Address)
  | ({ readonly ask: 'report' } & Round)
  | { readonly ask: 'behind'; readonly name: string; readonly upTo: number }
  | { readonly ask: 'bytes'; readonly name: string };

async function answer(question: Question): Promise<object> {
  if (question.ask === 'open') return open(question);
  if (question.ask === 'report') return report(question);
  if (question.ask === 'bytes') return { bytes: groupOf(question.name).reduce((sum, it) => sum + it.bytes, 0) };
  return { behind: groupOf(question.name).filter(({ seen }) => seen < question.upTo).length };
}

process.on('message', async (question: Question) => void process.send?.(await answer(question)));
process.on('disconnect', () => process.exit(0));
