import { z } from 'zod';
import type { Execution } from '../domain/accounts/execution.js';
import { parsePlatformSymbol } from '../domain/instruments/roll.js';
import { err, ok, type Result } from '../kernel/result.js';
import { after, type EpochMs, iso, MINUTE } from '../kernel/units.js';
import {
  DOLLARS_MAX,
  exactUsd,
  type FieldError,
  instantOf,
  instantText,
  moneyOf,
  name,
  price,
  quantity,
  readBody,
  readStored,
  side,
  text,
  withOlderNames,
} from './bridge-fields.js';

/** Fills of one account as one request brought them. */
export interface ExecutionBatch {
  readonly account: string;
  readonly receivedAt: EpochMs;
  readonly executions: readonly Execution[];
}

const EXECUTIONS_MAX = 2_000;
/** No platform we serve is older; an earlier fill is a clock that was never set. */
const OLDEST = instantOf('2000-01-01T00:00:00Z');
/**
 * A platform's clock may run ahead by minutes. Hours are a wrong time zone, and such a fill could fall into the next
 * trading day: today's result would lack it.
 */
const AHEAD_MS_MAX = 5 * MINUTE;

const operation = z.preprocess(
  (value) => (typeof value === 'string' ? value.trim().toLowerCase() : (value ?? undefined)),
  z.enum(['add', 'update', 'remove']).default('add'),
);

const executionSchema = z.preprocess(
  withOlderNames({ execution_id: 'executionId', order_id: 'orderId' }),
  z.object({
    execution_id: name,
    /** Empty for a position carried in from an earlier session, which no order of today made. */
    order_id: text.nullish().transform((value) => value ?? ''),
    symbol: name,
    side,
    quantity,
    price,
    commission: z
      .number()
      .min(0)
      .max(DOLLARS_MAX)
      .nullish()
      .transform((value) => value ?? 0),
    time: instantText,
    operation,
  }),
);

/** Body of `POST /executions`. */
const batchSchema = z.object({ account: name, executions: z.array(executionSchema).max(EXECUTIONS_MAX) });
export type ExecutionsWire = z.infer<typeof batchSchema>;

/** Reads a bridge's fills whole or not at all. `receivedAt` also decides what a bare root such as `MGC` means. */
export function decodeExecutions(body: unknown, receivedAt: EpochMs): Result<ExecutionBatch, readonly FieldError[]> {
  const read = readBody(batchSchema, body);
  if (!read.ok) return read;
  const { account, executions } = read.value;
  const wrong = executions.flatMap(({ time }, i) => {
    const problem = timeFault(instantOf(time), receivedAt);
    return problem === undefined ? [] : [{ field: `executions.${i}.time`, problem }];
  });
  if (wrong.length > 0) return err(wrong);
  return ok({ account, receivedAt, executions: executions.map((row) => toExecution(row, { account, receivedAt })) });
}

function timeFault(at: EpochMs, receivedAt: EpochMs): string | undefined {
  if (at < OLDEST) return 'lies before the year 2000';
  return at > after(receivedAt, AHEAD_MS_MAX)
    ? `lies more than 5 minutes ahead of ${iso(receivedAt)}; is the platform's clock in another time zone?`
    : undefined;
}

function toExecution(
  row: ExecutionsWire['executions'][number],
  { account, receivedAt }: { account: string; receivedAt: EpochMs },
): Execution {
  const known = parsePlatformSymbol(row.symbol, receivedAt);
  return {
    account,
    executionId: row.execution_id,
    orderId: row.order_id,
    symbol: row.symbol,
    root: known?.root,
    contract: known?.contract,
    side: row.side,
    quantity: row.quantity,
    // A -0 would not survive the way through JSON.
    price: row.price + 0,
    commission: moneyOf(row.commission),
    at: instantOf(row.time),
    operation: row.operation,
    receivedAt,
  };
}

/** The wire form: what a bridge sends, without the time it was received. */
export const executionsWire = ({ account, executions }: ExecutionBatch): ExecutionsWire => ({
  account,
  executions: executions.map((fill) => ({
    execution_id: fill.executionId,
    order_id: fill.orderId,
    symbol: fill.symbol,
    side: fill.side,
    quantity: fill.quantity,
    price: fill.price,
    commission: exactUsd(fill.commission),
    time: iso(fill.at),
    operation: fill.operation,
  })),
});

/** Field `executions` of `data:stream:account`: the wire form and when the intake took it. */
export const encodeExecutions = (batch: ExecutionBatch): string =>
  JSON.stringify({ v: 1, received_at: iso(batch.receivedAt), ...executionsWire(batch) });

export const decodeStoredExecutions = (text: string): Result<ExecutionBatch, string> =>
  readStored(text, decodeExecutions);
