import type { Execution } from '../../../domain/accounts/execution.js';
import type { ExecutionBatch } from '../../../messages/executions.js';
import type { DataBus } from '../../../ports/bus.js';
import { ACCOUNTS_MAX } from './keeper.js';
import { createTurns } from './turns.js';

/** Fills whose repeats are recognised; of an older one a repeat is stored again, which the journal bears. */
const KNOWN_MAX = 20_000;
/** Requests that may wait for the stream at once. */
const WAITING_MAX = 256;

export type FillsTaken =
  | { readonly kind: 'taken'; readonly accepted: number; readonly repeated: number }
  | { readonly kind: 'busy' }
  | { readonly kind: 'too-many-accounts' };

/** Lets each report of a fill into the stream once. Rejects when the stream is away; the fills are then as unknown as before. */
export interface Fills {
  take(batch: ExecutionBatch): Promise<FillsTaken>;
}

/** What was said of one fill: a first report may come again late, and an amendment may follow another. */
interface Said {
  readonly first: string;
  readonly newest: string;
}

export function createFills(bus: Pick<DataBus, 'appendExecutions'>): Fills {
  const turns = createTurns(WAITING_MAX);
  const accounts = new Set<string>();
  const known = new Map<string, Said>();
  const keep = async (batch: ExecutionBatch): Promise<FillsTaken> => {
    const { account, executions } = batch;
    if (!accounts.has(account) && accounts.size >= ACCOUNTS_MAX) return { kind: 'too-many-accounts' };
    const said = new Map<string, Said>();
    const fresh = executions.filter((fill) => {
      const [key, words] = [keyOf(fill), wordsOf(fill)];
      const before = said.get(key) ?? known.get(key);
      if (before?.first === words || before?.newest === words) return false;
      said.set(key, { first: before?.first ?? words, newest: words });
      return true;
    });
    if (fresh.length > 0) await bus.appendExecutions({ ...batch, executions: fresh });
    accounts.add(account);
    for (const [key, words] of said) {
      // Set anew, so that the oldest stand first.
      known.delete(key);
      known.set(key, words);
    }
    forgetOldest(known);
    return { kind: 'taken', accepted: fresh.length, repeated: executions.length - fresh.length };
  };
  return { take: async (batch) => (await turns.take(() => keep(batch))) ?? { kind: 'busy' } };
}

const keyOf = ({ account, executionId }: Execution): string => JSON.stringify([account, executionId]);
const wordsOf = ({ operation, symbol, side, quantity, price, commission, at, orderId }: Execution): string =>
  JSON.stringify([operation, symbol, side, quantity, price, commission, at, orderId]);

function forgetOldest(known: Map<string, Said>): void {
  for (const key of known.keys()) {
    if (known.size <= KNOWN_MAX) return;
    known.delete(key);
  }
}
