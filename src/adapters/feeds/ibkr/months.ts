import type { ContractSpec } from '../../../domain/instruments/contract.js';
import type { EpochMs } from '../../../kernel/units.js';
import { TwsFailure } from './codes.js';
import { deliveryOf, type ListedMonth, pickMonth, queriesFor } from './contracts.js';
import type { Tws } from './wire.js';

export interface MonthAsked {
  readonly spec: ContractSpec;
  readonly contract: string;
  /** An instant at which it trades. */
  readonly at: EpochMs;
}

/** Listed months by our names for them; what was found once is not asked for again. */
export interface Months {
  known(asked: MonthAsked): ListedMonth | undefined;
  /** Undefined when IBKR has no such month of this product. */
  find(tws: Tws, asked: MonthAsked, signal: AbortSignal): Promise<ListedMonth | undefined>;
}

export function createMonths(): Months {
  const found = new Map<string, ListedMonth>();
  // The one-digit year of a name means another month ten years on.
  const keyOf = ({ spec, contract, at }: MonthAsked): string => {
    const delivery = deliveryOf(spec, contract, at);
    return `${contract} ${delivery?.year ?? ''}`;
  };
  return {
    known: (asked) => found.get(keyOf(asked)),
    async find(tws, asked, signal) {
      const month = found.get(keyOf(asked)) ?? (await lookUp(tws, asked, signal));
      if (month) found.set(keyOf(asked), month);
      return month;
    },
  };
}

async function lookUp(
  tws: Tws,
  { spec, contract, at }: MonthAsked,
  signal: AbortSignal,
): Promise<ListedMonth | undefined> {
  const delivery = deliveryOf(spec, contract, at);
  if (!delivery) return undefined;
  for (const query of queriesFor(spec, contract, delivery)) {
    const answers = await tws.listedMonths(query, signal).catch((error: unknown) => {
      if (error instanceof TwsFailure && error.meaning === 'unknown-contract') return [];
      throw error;
    });
    const month = pickMonth(answers, { spec, contract, delivery });
    if (month) return month;
  }
  return undefined;
}
