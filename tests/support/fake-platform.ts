/** A trading platform's bridge as the intake sees it: an account, an epoch, a growing sequence number. */
export interface FakePlatform {
  /** Body of the next snapshot; `changes` replace its fields. */
  next(changes?: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Sends the next snapshot. */
  report(changes?: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Sends any body under the platform's key. */
  send(body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The bridge starts anew: another epoch, counting from 1. */
  restart(): void;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export const FLAT = { positions: [], orders: [] };

export const LONG_GOLD = {
  positions: [
    { symbol: 'MGC 12-26', side: 'LONG', quantity: 2, avg_price: 4205.3, last_price: 4207.0, unrealized_pnl: 34.0 },
  ],
  orders: [
    {
      order_id: 'a1',
      symbol: 'MGC 12-26',
      action: 'SELL',
      type: 'STOP',
      quantity: 2,
      stop_price: 4199.8,
      state: 'working',
    },
  ],
};

export function fakePlatform(of: { url: string; key: string; account?: string; sentAt?: string }): FakePlatform {
  let [starts, seq] = [1, 0];
  const send: FakePlatform['send'] = async (body, headers = {}) => {
    const response = await fetch(`${of.url}/positions/update`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': of.key, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    return { status: response.status, body: typeof answer === 'object' && answer !== null ? { ...answer } : {} };
  };
  const next: FakePlatform['next'] = (changes = {}) => {
    seq += 1;
    return {
      bridge: 'ninjatrader',
      bridge_version: '1.0.0',
      epoch: `epoch-${starts}`,
      seq,
      sent_at: of.sentAt ?? '2026-11-20T14:31:07.120Z',
      account: of.account ?? 'Sim101',
      connection: { orders: 'connected', prices: 'connected' },
      cash_balance: 50_000.0,
      realized_pnl: -120.5,
      ...LONG_GOLD,
      ...changes,
    };
  };
  return {
    next,
    send,
    report: (changes) => send(next(changes)),
    restart() {
      starts += 1;
      seq = 0;
    },
  };
}
