import type { TwsAddress, TwsListener } from './connection.js';
import { inOurWords } from './failures.js';
import { openTws, type Tws } from './wire.js';

/** One gateway: one connection at a time, which lives no longer than the signal it was opened for. */
export interface Door {
  /** The connection, opened when there is none. Rejects with a `VendorFailure`. */
  enter(signal: AbortSignal): Promise<Tws>;
  /** Who hears from here on what belongs to no request. */
  hear(listener: TwsListener): void;
}

export function createDoor(address: TwsAddress): Door {
  let tws: Tws | undefined;
  let listener: TwsListener = { said() {}, undecodable() {} };
  const current: TwsListener = {
    said: (code, text) => listener.said(code, text),
    undecodable: (text) => listener.undecodable(text),
  };

  const open = async (signal: AbortSignal): Promise<Tws> => {
    const opened = await openTws(address, current, signal);
    tws = opened;
    signal.addEventListener('abort', opened.close, { once: true });
    if (signal.aborted) opened.close();
    void opened.ended.then(() => {
      signal.removeEventListener('abort', opened.close);
      if (tws === opened) tws = undefined;
    });
    return opened;
  };
  return {
    enter: async (signal) => tws ?? inOurWords(() => open(signal), address),
    hear(next) {
      listener = next;
    },
  };
}
