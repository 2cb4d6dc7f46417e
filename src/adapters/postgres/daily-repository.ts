import type { DailyBar } from '../../domain/bars/daily.js';
import { onGrid, priceOf } from '../../domain/instruments/contract.js';
import { tradingDay } from '../../domain/sessions/trading-day.js';
import { assert } from '../../kernel/assert.js';
import type { DailyStore } from '../../ports/bar-archive.js';
import { specOf } from './bar-read.js';
import type { Sql } from './client.js';

interface DailyRow {
  readonly day: string;
  readonly contract: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly minutes: number;
}

export function dailyRepository(sql: Sql): DailyStore {
  return {
    async save(root, days) {
      if (days.length === 0) return 0;
      const spec = specOf(root);
      const prices = (name: 'open' | 'high' | 'low' | 'close') => days.map((day) => priceOf(day[name], spec));
      const { count } = await sql`
        insert into bar_1d (symbol, trading_day, contract, open, high, low, close, volume, minutes)
        select ${root}, day, contract, open, high, low, close, volume, minutes
        from unnest(
          ${days.map(({ day }) => day)}::date[], ${days.map(({ contract }) => contract)}::text[],
          ${prices('open')}::float8[], ${prices('high')}::float8[], ${prices('low')}::float8[], ${prices('close')}::float8[],
          ${days.map(({ volume }) => volume)}::float8[], ${days.map(({ minutes }) => minutes)}::integer[]
        ) as bar (day, contract, open, high, low, close, volume, minutes)
        on conflict (symbol, trading_day) do update set contract = excluded.contract, open = excluded.open,
          high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume,
          minutes = excluded.minutes
        where excluded.minutes >= bar_1d.minutes and bar_1d is distinct from excluded`;
      return count;
    },
    async range(root, from, through) {
      const rows = await sql<DailyRow[]>`
        select trading_day::text as day, contract, open, high, low, close, volume, minutes from bar_1d
        where symbol = ${root} and trading_day >= ${from}::date and trading_day <= ${through}::date
        order by trading_day`;
      return rows.map((row) => toDaily(root, row));
    },
    async forgetBefore(day) {
      const { count } = await sql`delete from bar_1d where trading_day < ${day}::date`;
      return count;
    },
  };
}

function toDaily(root: string, row: DailyRow): DailyBar {
  const spec = specOf(root);
  const onTick = (price: number) => {
    const on = onGrid(price, spec);
    assert(on !== undefined, `a stored ${root} price off the grid: ${price}`);
    return on;
  };
  const { contract, volume, minutes } = row;
  const [open, high, low, close] = [onTick(row.open), onTick(row.high), onTick(row.low), onTick(row.close)];
  return { day: tradingDay(row.day), contract, open, high, low, close, volume, minutes };
}
