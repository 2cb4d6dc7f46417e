import type { Trade } from '../../domain/accounts/journal.js';
import { iso, type MicroUsd, toUsd } from '../../kernel/units.js';
import type { PositionsState } from '../../messages/dashboard.js';
import type { AccountFacts } from './fold.js';

export type Value = string | number | null;

/** One fact on which the raw reports and the running system do not agree. Null means that one side knows nothing of it. */
export interface Difference {
  readonly account: string;
  readonly field: string;
  readonly rebuilt: Value;
  readonly running: Value;
}

type Fact = readonly [field: string, rebuilt: Value, running: Value];

export interface Running {
  /** What the engine published. */
  readonly published: PositionsState;
  /** What it wrote into the journal of its trading day, this account's only. */
  readonly trades: readonly Trade[];
}

/** Compares on the wire's units: dollars to the cent, prices as decimals, times as ISO text. */
export function differencesOf(facts: AccountFacts, { published, trades }: Running): readonly Difference[] {
  const { account } = facts;
  const all = [
    ...accountFacts(facts, published),
    ...positionFacts(facts, published),
    ...tradeFacts(facts.trades, trades),
  ];
  return all
    .filter(([, rebuilt, running]) => rebuilt !== running)
    .map(([field, rebuilt, running]) => ({ account, field, rebuilt, running }));
}

const usd = (amount: MicroUsd | undefined): number | null => (amount === undefined ? null : toUsd(amount));

function accountFacts({ account, snapshot, result }: AccountFacts, { accounts }: PositionsState): readonly Fact[] {
  const row = accounts.find((it) => it.account === account);
  // Of an account that sent fills alone the engine shows nothing; its trades are compared all the same.
  if (!row && !snapshot) return [];
  if (!row || !snapshot) return [['account', snapshot ? 'there' : null, row ? 'there' : null]];
  return [
    ['newest snapshot', iso(snapshot.receivedAt), row.heard_at],
    ['cash', usd(snapshot.cashBalance), row.cash_balance],
    ["platform's realised", usd(snapshot.realizedPnl), row.realized_pnl],
    ["day's realised", usd(result?.realized), row.day_realized],
    ['realised read from', result?.source ?? null, row.result_source],
    ['fees', usd(result?.fees), row.fees],
    ['trades of the day', result?.trades ?? null, row.trades],
    ['losses in a row', result?.consecutiveLosses ?? null, row.consecutive_losses],
  ];
}

function positionFacts({ account, snapshot }: AccountFacts, { positions }: PositionsState): readonly Fact[] {
  const rebuilt = new Map((snapshot?.positions ?? []).map((it) => [it.symbol, it]));
  const running = new Map(positions.filter((it) => it.account === account).map((it) => [it.symbol, it]));
  return namesOf(rebuilt, running).flatMap((symbol): readonly Fact[] => {
    const [mine, theirs] = [rebuilt.get(symbol), running.get(symbol)];
    const facts: readonly Fact[] = [
      [`${symbol} side`, mine?.side ?? null, theirs?.side ?? null],
      [`${symbol} quantity`, mine?.quantity ?? null, theirs?.quantity ?? null],
      [`${symbol} average`, mine?.avgPrice ?? null, theirs?.avg_price ?? null],
    ];
    return facts;
  });
}

function tradeFacts(rebuilt: readonly Trade[], stored: readonly Trade[]): readonly Fact[] {
  const [mine, theirs] = [rebuilt, stored].map((trades) => new Map(trades.map((trade) => [trade.id, trade])));
  return namesOf(mine, theirs).flatMap((id): readonly Fact[] => {
    const [a, b] = [fieldsOf(mine?.get(id)), fieldsOf(theirs?.get(id))];
    if (!a || !b) return [[`trade ${id}`, a ? summary(a) : null, b ? summary(b) : null]];
    return Object.entries(a).map(([name, value]): Fact => [`trade ${id} ${name}`, value, b[name] ?? null]);
  });
}

const fieldsOf = (trade: Trade | undefined): Readonly<Record<string, Value>> | undefined =>
  trade && {
    symbol: trade.symbol,
    side: trade.side,
    quantity: trade.quantity,
    opened: iso(trade.openedAt),
    closed: iso(trade.closedAt),
    entry: trade.entryPrice,
    exit: trade.exitPrice,
    gross: usd(trade.gross),
    fees: usd(trade.fees),
    net: usd(trade.net),
  };

const summary = ({ side, quantity, symbol, net }: Readonly<Record<string, Value>>): string =>
  `${side} ${quantity} ${symbol}, net ${net ?? 'not known'}`;

const namesOf = (a?: ReadonlyMap<string, unknown>, b?: ReadonlyMap<string, unknown>): readonly string[] =>
  [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])].sort();
