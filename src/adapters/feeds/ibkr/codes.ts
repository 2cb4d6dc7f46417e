/** What a message of TWS means for us. */
export type Meaning =
  /** Nothing is wrong, or nothing that concerns market data. */
  | 'notice'
  /** TWS has lost IBKR; it comes back by itself. */
  | 'lost'
  /** It is back, and our streams are gone. */
  | 'back-without-streams'
  /** It is back, and our streams go on. */
  | 'back'
  /** TWS listens on another port from now on. */
  | 'port-changed'
  /** The farm that sends market data is away, or is there again. */
  | 'farm-down'
  | 'farm-up'
  | 'not-subscribed'
  /** Another session of the same user takes the market data. */
  | 'competing'
  | 'unknown-contract'
  /** More was asked than the limits allow. */
  | 'pacing'
  /** There is nothing in the stretch that was asked for. */
  | 'no-data'
  | 'cancelled'
  | 'client-id-taken'
  | 'unreachable'
  /** IBKR took trades back and ended the stream; it must be asked for again. */
  | 'bust'
  | 'undecodable'
  /** A request was never answered. */
  | 'silent'
  | 'refused';

/** Codes of IBKR's "Message Codes" page, read 2026-11, as far as they need an answer. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  162: 'refused',
  200: 'unknown-contract',
  326: 'client-id-taken',
  354: 'not-subscribed',
  366: 'cancelled',
  420: 'not-subscribed',
  502: 'unreachable',
  503: 'unreachable',
  504: 'unreachable',
  505: 'undecodable',
  506: 'unreachable',
  1100: 'lost',
  1101: 'back-without-streams',
  1102: 'back',
  1300: 'port-changed',
  2103: 'farm-down',
  2104: 'farm-up',
  2110: 'lost',
  // An order or position warning, a farm of history or definitions that is away (2105, 2157) or there (2106, 2158),
  // a farm that sleeps until it is needed (2107, 2108): the next request says what it means for us.
  10089: 'not-subscribed',
  10090: 'not-subscribed',
  10167: 'not-subscribed',
  10168: 'not-subscribed',
  10186: 'not-subscribed',
  10187: 'not-subscribed',
  10189: 'not-subscribed',
  10197: 'competing',
  10225: 'bust',
};

export function meaningOf(code: number, text: string): Meaning {
  if (code === 162 || code === 165 || code === 420) {
    if (/pacing violation/i.test(text)) return 'pacing';
    if (/no data/i.test(text)) return 'no-data';
    if (/cancelled/i.test(text)) return 'cancelled';
    if (/different IP address|competing/i.test(text)) return 'competing';
    if (/no market data permissions|not subscribed/i.test(text)) return 'not-subscribed';
    if (code === 162) return 'refused';
  }
  const known = MEANINGS[code];
  if (known !== undefined) return known;
  return (code >= 2100 && code < 3000) || (code >= 1000 && code < 2000) ? 'notice' : 'refused';
}

/** The farm a message is about: 2103 reads "Market data farm connection is broken:usfuture". */
export const farmOf = (text: string): string => text.split(':').at(-1)?.trim() ?? '';

/** Farms of shares, options and currencies come and go without touching a futures stream. */
export const isFuturesFarm = (farm: string): boolean => /future/i.test(farm);

/** A failure of one request, or of the connection, as TWS put it. */
export class TwsFailure extends Error {
  override readonly name = 'TwsFailure';
  constructor(
    readonly meaning: Meaning,
    readonly code: number,
    text: string,
  ) {
    super(text);
  }
}
