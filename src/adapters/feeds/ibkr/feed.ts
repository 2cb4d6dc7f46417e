import { createRollBook, type RollBook } from '../../../domain/instruments/roll-book.js';
import { OperationalError } from '../../../kernel/errors.js';
import type { Feed } from '../../../ports/feed.js';
import { createVendorFeed } from '../vendor/feed.js';
import type { TwsAddress } from './connection.js';
import { createIbkrSource, type IbkrOptions } from './source.js';

export interface IbkrSettings {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly clientId: number | undefined;
}

const THIS_MACHINE = '127.0.0.1';
/** IB Gateway with a paper account; with a live one it is 4001, and TWS listens on 7497 and 7496. */
const GATEWAY_PAPER = 4002;
/** Any fixed number will do, as long as no other program uses it. */
const CLIENT_ID = 40;

/** Where TWS or IB Gateway listens. One of host and port must be said: nobody is connected to by accident. */
export function ibkrAddress({ host, port, clientId }: IbkrSettings): TwsAddress {
  if (host === undefined && port === undefined)
    throw new OperationalError('CONFIG_INVALID', 'IBKR_HOST or IBKR_PORT: the feed ibkr needs one of them');
  return { host: host ?? THIS_MACHINE, port: port ?? GATEWAY_PAPER, clientId: clientId ?? CLIENT_ID };
}

export interface IbkrFeedOptions extends IbkrOptions {
  readonly rolls?: RollBook | undefined;
}

/** Live bars and last prices through TWS or IB Gateway. */
export function createIbkrFeed({ rolls = createRollBook(), ...options }: IbkrFeedOptions): Feed {
  const source = createIbkrSource({ ...options, rolls });
  return createVendorFeed({ ...options, source, rolls });
}
