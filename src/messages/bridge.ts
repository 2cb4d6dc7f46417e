import { z } from 'zod';
import { err, ok, type Result } from '../kernel/result.js';
import { type EpochMs, iso } from '../kernel/units.js';
import {
  type FieldError,
  instantOf,
  instantText,
  name,
  readBody,
  readJsonText,
  text,
  upper,
  withOlderNames,
} from './bridge-fields.js';

const ACCOUNTS_MAX = 64;

/** Body of `POST /heartbeat`: the program inside the platform lives, whatever its accounts do. */
const heartbeatSchema = z.preprocess(
  withOlderNames({ bridge_version: 'bridgeVersion', sent_at: 'sentAt' }),
  z.object({
    bridge: name,
    bridge_version: text.default(''),
    epoch: name,
    sent_at: instantText,
    accounts: z.array(name).max(ACCOUNTS_MAX).default([]),
  }),
);

export interface BridgeHeartbeat {
  readonly bridge: string;
  readonly bridgeVersion: string;
  readonly epoch: string;
  readonly sentAt: EpochMs;
  readonly receivedAt: EpochMs;
  /** Accounts the program says it looks after; empty when it does not say. */
  readonly accounts: readonly string[];
}

export function decodeHeartbeat(body: unknown, receivedAt: EpochMs): Result<BridgeHeartbeat, readonly FieldError[]> {
  const read = readBody(heartbeatSchema, body);
  if (!read.ok) return read;
  const { bridge, bridge_version, epoch, sent_at, accounts } = read.value;
  return ok({ bridge, bridgeVersion: bridge_version, epoch, sentAt: instantOf(sent_at), receivedAt, accounts });
}

/** What a platform bridge may be told to do: never to open anything. */
export interface BridgeCommand {
  readonly kind: 'flatten' | 'cancel';
  readonly account: string;
  /** One contract by the platform's name; undefined means all of the account. */
  readonly symbol: string | undefined;
  readonly at: EpochMs;
}

/** A command as it stands in `bridge:stream:commands`; `id` is its entry's id. */
export interface NumberedCommand extends BridgeCommand {
  readonly id: string;
}

const commandSchema = z.object({
  v: z.literal(1),
  kind: z.enum(['flatten', 'cancel']),
  account: name,
  symbol: name.nullable(),
  at: z.iso.datetime(),
});

/** Field `command` of `bridge:stream:commands`. */
export const encodeBridgeCommand = ({ kind, account, symbol, at }: BridgeCommand): string =>
  JSON.stringify({ v: 1, kind, account, symbol: symbol ?? null, at: iso(at) });

export function decodeBridgeCommand(text: string): Result<BridgeCommand, string> {
  const parsed = commandSchema.safeParse(readJsonText(text));
  if (!parsed.success) return err(z.prettifyError(parsed.error));
  const { kind, account, symbol, at } = parsed.data;
  return ok({ kind, account, symbol: symbol ?? undefined, at: instantOf(at) });
}

/** What `GET /bridge/commands` hands out. */
export const commandWire = ({ id, kind, account, symbol, at }: NumberedCommand) => ({
  id,
  kind,
  account,
  symbol: symbol ?? null,
  at: iso(at),
});

const ACK_TEXT_MAX = 1_000;

/** Body of `POST /bridge/commands/:id/ack`: what became of it, and a sentence for people. */
const ackSchema = z.object({
  result: upper(['DONE', 'REFUSED', 'FAILED']).transform((result) => result.toLowerCase()),
  text: z
    .string()
    .max(ACK_TEXT_MAX)
    .refine((value) => !/[\p{Cc}\p{Cs}]/u.test(value), 'must not hold control characters or broken Unicode')
    .default(''),
});
export interface CommandAck {
  readonly result: string;
  readonly text: string;
}

export const decodeAck = (body: unknown): Result<CommandAck, readonly FieldError[]> => readBody(ackSchema, body);
