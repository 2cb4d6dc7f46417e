import type { Trade, TradesOfDay } from '../../domain/accounts/journal.js';
import { epochMs, type MicroUsd, microUsd, type TradingDay } from '../../kernel/units.js';
import type { Sql } from './client.js';

interface TradeRow {
  readonly id: string;
  readonly account: string;
  readonly symbol: string;
  readonly root: string | null;
  readonly side: Trade['side'];
  readonly quantity: number;
  readonly opened_at: Date;
  readonly closed_at: Date;
  readonly entry_price: number;
  readonly exit_price: number;
  readonly gross: string | null;
  readonly fees: string;
  readonly net: string | null;
}

/**
 * Puts a day's trades in the place of what was counted before. An amendment can move a trade into another day, so its id
 * is taken from wherever it stood.
 */
export async function replaceTrades(sql: Sql, account: string, { tradingDay, trades }: TradesOfDay): Promise<void> {
  const ids = trades.map((trade) => trade.id);
  await sql.begin(async (tx) => {
    await tx`
      delete from trade
      where (account = ${account} and trading_day = ${tradingDay}::text::date) or id = any(${ids}::text[])`;
    if (trades.length === 0) return;
    await tx`
      insert into trade (id, account, trading_day, symbol, root, side, quantity, opened_at, closed_at, entry_price,
        exit_price, gross, fees, net)
      select id, ${account}, ${tradingDay}::text::date, symbol, root, side, quantity, to_timestamp(opened_ms / 1000.0),
        to_timestamp(closed_ms / 1000.0), entry_price, exit_price, gross, fees, net
      from unnest(
        ${ids}::text[], ${trades.map((it) => it.symbol)}::text[], ${trades.map((it) => it.root ?? null)}::text[],
        ${trades.map((it) => it.side)}::text[], ${trades.map((it) => it.quantity)}::integer[],
        ${trades.map((it) => it.openedAt)}::float8[], ${trades.map((it) => it.closedAt)}::float8[],
        ${trades.map((it) => it.entryPrice)}::float8[], ${trades.map((it) => it.exitPrice)}::float8[],
        ${trades.map((it) => it.gross ?? null)}::bigint[], ${trades.map((it) => it.fees)}::bigint[],
        ${trades.map((it) => it.net ?? null)}::bigint[]
      ) as row (id, symbol, root, side, quantity, opened_ms, closed_ms, entry_price, exit_price, gross, fees, net)`;
  });
}

/** The trades of all accounts that closed in a trading day, oldest first. */
export async function tradesOfDay(sql: Sql, day: TradingDay): Promise<readonly Trade[]> {
  const rows = await sql<TradeRow[]>`
    select id, account, symbol, root, side, quantity, opened_at, closed_at, entry_price, exit_price, gross, fees, net
    from trade where trading_day = ${day}::text::date order by account, closed_at, id`;
  return rows.map(toTrade);
}

/** Postgres hands a bigint over as text; micro-dollars fit a number exactly. */
const amount = (text: string | null): MicroUsd | undefined => (text === null ? undefined : microUsd(Number(text)));

const toTrade = (row: TradeRow): Trade => ({
  id: row.id,
  account: row.account,
  symbol: row.symbol,
  root: row.root ?? undefined,
  side: row.side,
  quantity: row.quantity,
  openedAt: epochMs(row.opened_at.getTime()),
  closedAt: epochMs(row.closed_at.getTime()),
  entryPrice: row.entry_price,
  exitPrice: row.exit_price,
  gross: amount(row.gross),
  fees: microUsd(Number(row.fees)),
  net: amount(row.net),
});
