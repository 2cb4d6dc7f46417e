import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type BarColumns, columnsBuilder, eachRun } from '../../domain/bars/columns.js';
import { type ContractSpec, onGrid, priceOf } from '../../domain/instruments/contract.js';
import { SECOND, ticks } from '../../kernel/units.js';

/** Which columns a file has; another number means another set of them. */
export const LAYOUT = 1;

/** The columns of `bar_1m`, so that any tool that reads Parquet finds plain prices and UTC times. */
const TABLE = `create temp table bar (symbol varchar, ms bigint, contract varchar, open double, high double, low double,
  "close" double, volume double, source varchar, length_s integer)`;
const WRITTEN = `select symbol, make_timestamptz(ms * 1000) as ts, contract, open, high, low, "close", volume, source, length_s
  from bar order by ms`;

/** Parquet files of 1-minute bars, by DuckDB. */
export interface Parquet {
  write(path: string, spec: ContractSpec, columns: BarColumns): Promise<void>;
  /** Throws what DuckDB says when this is no such file. */
  read(path: string, spec: ContractSpec): Promise<BarColumns>;
}

export function parquet(): Parquet {
  let opening: Promise<DuckDBInstance> | undefined;
  // Loaded when it is first needed: a native library of some tens of megabytes that most runs never touch.
  const instance = (): Promise<DuckDBInstance> => {
    opening ??= import('@duckdb/node-api').then((duckdb) => duckdb.DuckDBInstance.create(':memory:', SETTINGS));
    return opening;
  };
  const connected = async <T>(work: (db: DuckDBConnection) => Promise<T>): Promise<T> => {
    const db = await (await instance()).connect();
    try {
      return await work(db);
    } finally {
      db.closeSync();
    }
  };
  return {
    write: (path, spec, columns) => connected((db) => writeFile(db, path, { spec, columns })),
    read: (path, spec) => connected((db) => readFile(db, path, spec)),
  };
}

/** One thread writes rows in their order and needs no pool; what is not built in is never fetched. */
const SETTINGS = { threads: '1', autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

interface RootBars {
  readonly spec: ContractSpec;
  readonly columns: BarColumns;
}

async function writeFile(db: DuckDBConnection, path: string, { spec, columns }: RootBars): Promise<void> {
  await db.run(TABLE);
  const rows = await db.createAppender('bar', null, 'temp');
  const price = (at: number | undefined): number => priceOf(ticks(at ?? 0), spec);
  eachRun(columns, ({ contract, source, lengthMs }, from, until) => {
    for (let i = from; i < until; i += 1) {
      rows.appendVarchar(spec.root);
      rows.appendBigInt(BigInt(columns.at[i] ?? 0));
      rows.appendVarchar(contract);
      rows.appendDouble(price(columns.open[i]));
      rows.appendDouble(price(columns.high[i]));
      rows.appendDouble(price(columns.low[i]));
      rows.appendDouble(price(columns.close[i]));
      rows.appendDouble(columns.volume[i] ?? 0);
      rows.appendVarchar(source);
      rows.appendInteger(lengthMs / SECOND);
      rows.endRow();
    }
  });
  rows.closeSync();
  const about = `kv_metadata {root: ${quoted(spec.root)}, layout: ${quoted(String(LAYOUT))}}`;
  await db.run(`copy (${WRITTEN}) to ${quoted(path)} (format parquet, compression zstd, ${about})`);
}

const READ = 'epoch_ms(ts)::double as ms, open, high, low, "close", volume, length_s, contract, source';

async function readFile(db: DuckDBConnection, path: string, spec: ContractSpec): Promise<BarColumns> {
  const builder = columnsBuilder(32_768);
  const tick = (price: unknown): number => {
    const on = typeof price === 'number' ? onGrid(price, spec) : undefined;
    if (on === undefined) throw new Error(`a price that is none of ${spec.root}: ${price}`);
    return on;
  };
  const result = await db.stream(
    `select ${READ} from read_parquet(${quoted(path)}) where symbol = ${quoted(spec.root)}`,
  );
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const columns = Array.from({ length: chunk.columnCount }, (_, i) => chunk.getColumnVector(i));
    const [at, open, high, low, close, volume, lengthS, contract, source] = columns;
    for (let i = 0; i < chunk.rowCount; i += 1) {
      builder.run({
        contract: String(contract?.getItem(i)),
        source: String(source?.getItem(i)),
        lengthMs: Number(lengthS?.getItem(i)) * SECOND,
      });
      const [o, h, l, c] = [
        tick(open?.getItem(i)),
        tick(high?.getItem(i)),
        tick(low?.getItem(i)),
        tick(close?.getItem(i)),
      ];
      builder.add(Number(at?.getItem(i)), o, h, l, c, Number(volume?.getItem(i)));
    }
  }
  return builder.done();
}
