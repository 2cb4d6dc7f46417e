import type { Execution } from '../../src/domain/accounts/execution.js';
import type { CopilotEvent } from '../../src/domain/copilot/event.js';
import { parsePlatformSymbol } from '../../src/domain/instruments/roll.js';
import { type EpochMs, epochMs, fromUsd } from '../../src/kernel/units.js';

export interface FillWords extends Partial<Omit<Execution, 'commission' | 'root' | 'contract'>> {
  /** Dollars. */
  readonly fee?: number;
}

/** One fill in MGC at an instant; whatever else matters to a test is named by it. */
export function fillAt(at: EpochMs, { fee = 0, ...words }: FillWords = {}): Execution {
  const symbol = words.symbol ?? 'MGC 12-26';
  const known = parsePlatformSymbol(symbol, at);
  return {
    account: 'Sim101',
    executionId: `f-${at}`,
    orderId: 'o1',
    side: 'BUY',
    quantity: 1,
    price: 4200,
    at,
    operation: 'add',
    receivedAt: at,
    ...words,
    symbol,
    root: known?.root,
    contract: known?.contract,
    commission: fromUsd(fee),
  };
}

/** Fills of one account that came with one request, when the last of them was received. */
export function filled(...fills: readonly Execution[]): CopilotEvent {
  const at = epochMs(Math.max(...fills.map(({ receivedAt }) => receivedAt)));
  const executions = fills.map((fill): Execution => ({ ...fill, receivedAt: at }));
  return { kind: 'executions', at, account: fills[0]?.account ?? '', executions };
}
