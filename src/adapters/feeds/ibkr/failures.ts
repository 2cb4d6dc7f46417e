import { unavailable, VendorFailure } from '../vendor/failure.js';
import { TwsFailure } from './codes.js';
import type { TwsAddress } from './connection.js';

/** A failure of TWS in our words: what happened, and what helps. `subject` is the contract it is about. */
export function vendorFailure(failure: TwsFailure, address: TwsAddress, subject = 'the contract'): VendorFailure {
  const { code, message } = failure;
  const { host, port, clientId } = address;
  const said = `${code === 0 ? '' : `${code}: `}${message}`;
  switch (failure.meaning) {
    case 'unreachable':
      return unavailable(
        `no TWS or IB Gateway takes our connection at ${host}:${port} (IBKR_HOST, IBKR_PORT; ${said}): it must run, be ` +
          'logged in, and have API access enabled for socket clients on this port, with our address trusted',
      );
    case 'client-id-taken':
      return unavailable(
        `another program is connected to ${host}:${port} as client ${clientId}: give one of them its own IBKR_CLIENT_ID (${said})`,
      );
    case 'competing':
      return unavailable(`another session of the same IBKR user takes the market data: end it (${said})`);
    case 'not-subscribed':
      return refusedAlone(
        `IBKR sends this login no market data for ${subject}: its exchange must be subscribed (${said})`,
      );
    case 'unknown-contract':
      return refusedAlone(`IBKR does not know ${subject} (${said})`);
    case 'port-changed':
      return unavailable(`TWS listens on another port now: set IBKR_PORT (${said})`);
    case 'lost':
    case 'farm-down':
      return unavailable(`TWS has lost IBKR's market data (${said})`);
    case 'silent':
      return unavailable(`no answer about ${subject} (${said})`);
    case 'back-without-streams':
    case 'bust':
      return unavailable(`IBKR has ended our streams (${said})`);
    case 'pacing':
      return unavailable(`IBKR was asked for too much at once (${said})`);
    default:
      return unavailable(`IBKR refuses ${subject} (${said})`);
  }
}

/** What is refused of one contract says nothing of the others. */
export const refusedAlone = (message: string): VendorFailure =>
  new VendorFailure('FEED_REFUSED', message, undefined, true);

/** Does `action`; what TWS says against it comes out as a `VendorFailure`. */
export async function inOurWords<T>(action: () => Promise<T>, address: TwsAddress, subject?: string): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof TwsFailure ? vendorFailure(error, address, subject) : error;
  }
}
