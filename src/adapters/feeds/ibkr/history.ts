import type { HistorySource } from '../../../ports/history-source.js';
import { vendorHistory } from '../vendor/history.js';
import { TwsFailure } from './codes.js';
import type { TwsListener } from './connection.js';
import { vendorFailure } from './failures.js';
import { createMonths } from './months.js';
import { createReader } from './reader.js';
import { type IbkrOptions, NAME } from './source.js';
import { turnsAt } from './turns.js';
import { openTws, type Tws } from './wire.js';

/** The live feed has the configured client id; workers beside it take the first free one of those that follow. */
const CLIENT_IDS = 16;
/** Requests of ten minutes that a live feed in the same process finds free after a lost connection. */
const LEFT_TO_LIVE = 14;

/** The past by itself, through a connection of its own that is opened with the first wish. */
export function createIbkrHistory({ address, clock, log }: Omit<IbkrOptions, 'roots'>): HistorySource {
  const closing = new AbortController();
  const listener: TwsListener = {
    said: (code, text) => log.debug({ evt: 'ibkr.said', code, text }, 'TWS says'),
    undecodable: (text) => log.warn({ evt: 'ibkr.undecodable', text }, 'a message was left out'),
  };
  let opening: Promise<Tws> | undefined;

  const open = async (): Promise<Tws> => {
    let taken: TwsFailure | undefined;
    for (let ahead = 1; ahead <= CLIENT_IDS; ahead += 1) {
      try {
        return await openTws({ ...address, clientId: address.clientId + ahead }, listener, closing.signal);
      } catch (error) {
        if (!(error instanceof TwsFailure)) throw error;
        if (error.meaning !== 'client-id-taken') throw vendorFailure(error, address);
        taken = error;
      }
    }
    throw taken ? vendorFailure(taken, address) : new Error('impossible: no client id was tried');
  };
  /** All who read share one connection. */
  const enter = async (): Promise<Tws> => {
    const forget = (): void => {
      opening = undefined;
    };
    opening ??= open().then(
      (tws) => {
        void tws.ended.then(forget);
        return tws;
      },
      (error: unknown) => {
        forget();
        throw error;
      },
    );
    return opening;
  };
  const turns = turnsAt(`${address.host}:${address.port}`, clock);
  const past = createReader({ address, clock, log, months: createMonths(), turns, leaves: LEFT_TO_LIVE, enter });
  const reading = vendorHistory({ name: NAME, past }, log);
  return {
    ...reading,
    async close() {
      closing.abort();
      const open = opening;
      await reading.close();
      await open?.then(
        (tws) => tws.close(),
        () => undefined,
      );
    },
  };
}
