import { TwsFailure } from './codes.js';

interface Open<Row> {
  row(row: Row): void;
  ended(): void;
  failed(failure: TwsFailure): void;
}

export interface OneRequest {
  send(id: number): void;
  /** Tells TWS that nobody waits any more. */
  cancel(id: number): void;
  readonly signal: AbortSignal;
}

export interface Streaming<Row> {
  send(id: number): void;
  cancel(id: number): void;
  row(row: Row): void;
  failed(failure: TwsFailure): void;
}

/** Requests of one kind that wait for TWS, by their number. */
export interface Requests<Row> {
  /** All rows of an answer, once it has ended. */
  all(request: OneRequest): Promise<readonly Row[]>;
  /** Rows as they come, until the returned function is called or the request fails. */
  stream(request: Streaming<Row>): () => void;
  row(id: number, row: Row): void;
  ended(id: number): void;
  /** False when no request has this number. */
  failed(id: number, failure: TwsFailure): boolean;
  failAll(failure: TwsFailure): void;
}

/** TWS answers within seconds or, when its farm is away, never. */
const ANSWER_MS = 30_000;

export function createRequests<Row>(nextId: () => number): Requests<Row> {
  const open = new Map<number, Open<Row>>();
  return {
    all: ({ send, cancel, signal }) =>
      new Promise((resolve, reject) => {
        const id = nextId();
        const rows: Row[] = [];
        const settle = (): void => {
          open.delete(id);
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
        };
        const fail = (failure: TwsFailure): void => {
          settle();
          reject(failure);
        };
        const giveUp = (failure: TwsFailure): void => {
          fail(failure);
          cancel(id);
        };
        const timer = setTimeout(
          () => giveUp(new TwsFailure('silent', 0, `TWS has not answered for ${ANSWER_MS / 1000} s`)),
          ANSWER_MS,
        );
        const onAbort = (): void => giveUp(new TwsFailure('cancelled', 0, 'stopped'));
        open.set(id, {
          row: (row) => rows.push(row),
          ended() {
            settle();
            resolve(rows);
          },
          failed: fail,
        });
        signal.addEventListener('abort', onAbort);
        if (signal.aborted) onAbort();
        else send(id);
      }),
    stream({ send, cancel, row, failed }) {
      const id = nextId();
      open.set(id, {
        row,
        ended: () => {},
        failed(failure) {
          open.delete(id);
          failed(failure);
        },
      });
      send(id);
      return () => {
        if (open.delete(id)) cancel(id);
      };
    },
    row: (id, row) => open.get(id)?.row(row),
    ended: (id) => open.get(id)?.ended(),
    failed(id, failure) {
      const request = open.get(id);
      request?.failed(failure);
      return request !== undefined;
    },
    failAll(failure) {
      for (const request of [...open.values()]) request.failed(failure);
    },
  };
}
