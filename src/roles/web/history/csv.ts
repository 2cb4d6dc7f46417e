import { stringify } from 'csv-stringify';
import { etDate } from '../../../domain/sessions/session.js';
import { type EpochMs, epochMs, iso, type MicroUsd, type TradingDay, toUsd } from '../../../kernel/units.js';
import type { FocusAsset } from '../../../messages/focus-plan.js';
import type { DayHistory } from '../../../ports/day-history.js';
import { etTime } from '../format.js';

type Cell = string | number | boolean | null | undefined;
type Row = readonly Cell[];

interface Table {
  readonly columns: readonly string[];
  rows(history: DayHistory, day: TradingDay): AsyncIterable<Row>;
}

/** The files of one trading day. Times stand twice: UTC for programs, New York for people. */
export const tables: Readonly<Record<string, Table>> = {
  plan: {
    columns: [
      'as_of',
      'as_of_et',
      'symbol',
      'contract',
      'shown',
      'bias',
      'tradeable',
      'note',
      'last_price',
      'side',
      'entry_low',
      'entry_high',
      'stop',
      'tp1',
      'tp2',
      'wave_ratio',
      'dominant_ratio',
      'wave_direction',
      'quality',
      'vol_percentile',
      'confluence',
      'position_size',
      'risk_dollars',
      'no_trade',
    ],
    async *rows(history, day) {
      for await (const plan of history.plans(day)) {
        const row =
          (shown: string) =>
          (asset: FocusAsset): Row =>
            planRow(plan.as_of, plan.no_trade.active, shown, asset);
        yield* plan.assets.map(row('card'));
        yield* plan.others.map(row('other'));
      }
    },
  },
  'no-trade': {
    columns: ['at', 'at_et', 'no_trade', 'reasons', 'text'],
    async *rows(history, day) {
      for await (const { at, active, reasons } of history.noTrades(day))
        yield [
          ...times(at),
          active,
          text(reasons.map(({ id }) => id).join(' ')),
          text(reasons.map((it) => it.text).join('; ')),
        ];
    },
  },
  alerts: {
    columns: ['at', 'at_et', 'kind', 'severity', 'symbol', 'text'],
    async *rows(history, day) {
      for await (const alert of history.alerts(day))
        yield [...times(Date.parse(alert.at)), alert.kind, alert.severity, text(alert.symbol), text(alert.text)];
    },
  },
  positions: {
    columns: [
      'received_at',
      'received_at_et',
      'account',
      'symbol',
      'side',
      'quantity',
      'avg_price',
      'last_price',
      'unrealized_pnl',
    ],
    async *rows(history, day) {
      for await (const { receivedAt, account, positions } of history.reports(day)) {
        const head = [...times(receivedAt), text(account)];
        if (positions.length === 0) yield [...head, null, 'FLAT', 0, null, null, null];
        yield* positions.map(
          (it): Row => [
            ...head,
            text(it.symbol),
            it.side,
            it.quantity,
            it.avgPrice,
            it.lastPrice,
            dollars(it.unrealizedPnl),
          ],
        );
      }
    },
  },
  trades: {
    columns: [
      'account',
      'symbol',
      'side',
      'quantity',
      'opened_at',
      'opened_at_et',
      'closed_at',
      'closed_at_et',
      'entry_price',
      'exit_price',
      'gross',
      'fees',
      'net',
    ],
    async *rows(history, day) {
      for (const it of await history.trades(day))
        yield [
          text(it.account),
          text(it.symbol),
          it.side,
          it.quantity,
          ...times(it.openedAt),
          ...times(it.closedAt),
          it.entryPrice,
          it.exitPrice,
          dollars(it.gross),
          dollars(it.fees),
          dollars(it.net),
        ];
    },
  },
};

/** RFC 4180 with a header line, written as it is read. */
export function csvOf(table: Table, history: DayHistory, day: TradingDay): NodeJS.ReadableStream {
  const out = stringify({
    header: true,
    columns: [...table.columns],
    record_delimiter: 'windows',
    cast: { boolean: String },
  });
  pour(table.rows(history, day), out).catch((error: unknown) =>
    out.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return out;
}

async function pour(rows: AsyncIterable<Row>, out: ReturnType<typeof stringify>): Promise<void> {
  for await (const row of rows) {
    if (out.destroyed) return;
    if (!out.write(row)) await new Promise<void>((resolve) => out.once('drain', resolve).once('close', resolve));
  }
  out.end();
}

const times = (at: EpochMs | number): readonly [string, string] => {
  const utc = iso(epochMs(at));
  return [utc, `${etDate(epochMs(at))} ${etTime(utc)}`];
};
const dollars = (amount: MicroUsd | undefined): number | null => (amount === undefined ? null : toUsd(amount));

/** A spreadsheet takes a text that begins so for a formula (OWASP, CSV injection); an apostrophe makes it text again. */
const text = (value: string | null): string | null =>
  value !== null && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;

const planRow = (asOf: string, noTrade: boolean, shown: string, it: FocusAsset): Row => [
  ...times(Date.parse(asOf)),
  it.symbol,
  it.contract,
  shown,
  it.bias,
  it.tradeable,
  text(it.note),
  it.last_price,
  it.side,
  it.entry_low,
  it.entry_high,
  it.stop,
  it.tp1,
  it.tp2,
  it.wave_ratio,
  it.dominant_ratio,
  it.wave_direction,
  it.quality,
  it.vol_percentile,
  it.confluence,
  it.position_size,
  it.risk_dollars,
  noTrade,
];
