import type { Execution } from '../../../domain/accounts/execution.js';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { type ContractSpec, priceOf } from '../../../domain/instruments/contract.js';
import { type EpochMs, epochMs, fromUsd, MINUTE, microUsd, SECOND, type Ticks } from '../../../kernel/units.js';
import type { SimAccount } from './standing.js';

/** Of one micro and side, exchange and broker together; an ordinary price, no particular broker's. */
const COMMISSION = fromUsd(0.62);

/** What was traded, and how the platform filled it. */
export interface Filled {
  readonly id: string;
  readonly orderId: string;
  readonly root: string;
  readonly contract: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: number;
  readonly price: Ticks;
  readonly at: EpochMs;
}

/** The account after one more fill. */
export function withFill(account: SimAccount, filled: Filled): SimAccount {
  const { id, orderId, root, contract, side, quantity, price, at } = filled;
  const fill: Execution = {
    account: account.name,
    executionId: id,
    orderId,
    symbol: contract,
    root,
    contract,
    side,
    quantity,
    price: priceOf(price, specOf(root)),
    commission: microUsd(quantity * COMMISSION),
    at,
    operation: 'add',
    receivedAt: at,
  };
  return { ...account, fills: [...account.fills, fill] };
}

/**
 * A restarted demo knows its bars but not the last prices between them, and must report the same fill: what an order of the
 * platform filled inside a minute is stamped one second into it, whichever of the two found it.
 */
export const filledInside = (at: EpochMs): EpochMs => epochMs(Math.floor((at - 1) / MINUTE) * MINUTE + SECOND);

export function specOf(root: string): ContractSpec {
  const spec = instrument(root);
  if (!spec) throw new Error(`impossible: the demo trades an unknown ${root}`);
  return spec;
}
