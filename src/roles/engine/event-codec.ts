import { z } from 'zod';
import type { CopilotEvent } from '../../domain/copilot/event.js';
import { err, ok, type Result } from '../../kernel/result.js';
import { after, epochMs, iso, MINUTE, microUsd } from '../../kernel/units.js';
import { decodeStoredSnapshot, encodeSnapshot } from '../../messages/account.js';
import { decodeBar, encodeBar } from '../../messages/bars.js';
import { commandSchema } from '../../messages/commands.js';
import { decodeStoredExecutions, encodeExecutions } from '../../messages/executions.js';
import { type FeedFactJson, feedFactJson, feedFactOf, feedFactSchema } from '../../messages/feed-facts.js';
import { limitsOf } from '../../messages/limits.js';
import { type RegimeModelJson, regimeModelJson, regimeModelOf, regimeModelSchema } from '../../messages/regime.js';
import type { StreamEntry } from '../../ports/engine-bus.js';
import { limitsChange, storedLimits } from './records.js';

/** In the audit a bar names no feed: nothing is decided from it. */
const AUDITED = 'audit';

/** An event as plain JSON for the audit; `decodeEvent` gives the same event back, so a day can be folded again. */
export function encodeEvent(event: CopilotEvent): unknown {
  switch (event.kind) {
    case 'bar': {
      const { source: _, ...bar } = event;
      return { kind: 'bar', bar: encodeBar(bar, AUDITED) };
    }
    case 'account':
      return { kind: 'account', snapshot: encodeSnapshot(event.snapshot) };
    case 'executions':
      return { kind: 'executions', executions: encodeExecutions({ ...event, receivedAt: event.at }) };
    case 'set-limits':
      return { kind: 'set-limits', at: iso(event.at), id: event.id, change: event.change };
    case 'regime-model':
      return { kind: event.kind, at: iso(event.at), symbol: event.root, model: regimeModelJson(event.model) };
    case 'feed-fact':
      return { kind: event.kind, fact: feedFactJson(event.fact) };
    case 'retire-account':
      return { kind: event.kind, at: iso(event.at), id: event.id, account: event.account };
    case 'begin':
      return { ...event, at: iso(event.at), asked: iso(event.asked) };
    case 'job':
      return { kind: 'job', at: iso(event.at), name: event.name };
    case 'force-refresh':
    case 'clock':
      return { kind: event.kind, at: iso(event.at) };
    default:
      return event satisfies never;
  }
}

const storedSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bar'), bar: z.string() }),
  z.object({ kind: z.literal('account'), snapshot: z.string() }),
  z.object({ kind: z.literal('executions'), executions: z.string() }),
  z.object({ kind: z.literal('set-limits'), at: z.iso.datetime(), id: z.string(), change: storedLimits.partial() }),
  z.object({ kind: z.literal('regime-model'), at: z.iso.datetime(), symbol: z.string(), model: regimeModelSchema }),
  z.object({ kind: z.literal('feed-fact'), fact: feedFactSchema }),
  z.object({ kind: z.literal('retire-account'), at: z.iso.datetime(), id: z.string(), account: z.string() }),
  z.object({
    kind: z.literal('begin'),
    at: z.iso.datetime(),
    id: z.string(),
    asked: z.iso.datetime(),
    accountSize: z.int().positive().transform(microUsd),
    limits: storedLimits,
  }),
  z.object({
    kind: z.literal('job'),
    at: z.iso.datetime(),
    name: z.enum(['focus', 'risk-sweep', 'session-change', 'entry-cutoff', 'overnight-warning']),
  }),
  z.object({ kind: z.enum(['force-refresh', 'clock']), at: z.iso.datetime() }),
]);

export function decodeEvent(json: unknown): Result<CopilotEvent, string> {
  const stored = storedSchema.safeParse(json);
  if (!stored.success) return err(z.prettifyError(stored.error));
  const { data } = stored;
  if (data.kind === 'bar') return barEvent(data.bar);
  if (data.kind === 'account') return accountEvent(data.snapshot);
  if (data.kind === 'executions') return executionsEvent(data.executions);
  if (data.kind === 'set-limits')
    return ok({ ...data, at: epochMs(Date.parse(data.at)), change: limitsChange(data.change) });
  if (data.kind === 'regime-model') return ok(regimeEvent(data));
  if (data.kind === 'feed-fact') return ok(feedEvent(data.fact));
  if (data.kind === 'begin')
    return ok({ ...data, at: epochMs(Date.parse(data.at)), asked: epochMs(Date.parse(data.asked)) });
  return ok({ ...data, at: epochMs(Date.parse(data.at)) });
}

/** One stream entry as an event. A refusal says what is wrong with it; the entry then goes to the dead letters. */
export function eventOf({ stream, fields }: StreamEntry): Result<CopilotEvent, string> {
  // Postgres stores no NUL and no half of a surrogate pair: what cannot be written down is not decided.
  if (Object.values(fields).some((text) => /\0|\\u0000|\\ud[89a-f]/i.test(text))) {
    return err('holds a character that cannot be stored');
  }
  switch (stream) {
    case 'bars':
      return fields.bar === undefined && fields.clock !== undefined
        ? clockEvent(fields.clock)
        : barEvent(fields.bar ?? '');
    case 'account':
      return fields.executions === undefined ? accountEvent(fields.snapshot ?? '') : executionsEvent(fields.executions);
    case 'commands':
      return commandEvent(fields.command ?? '');
    default:
      return stream satisfies never;
  }
}

function barEvent(text: string): Result<CopilotEvent, string> {
  const decoded = decodeBar(text);
  if (!decoded.ok) return decoded;
  const { source, ...feedBar } = decoded.value;
  const at = after(feedBar.bar.at, feedBar.lengthMs ?? MINUTE);
  return ok({ kind: 'bar', at, ...feedBar, ...(source !== AUDITED && { source }) });
}

/** A promise that came without a bar: a quiet minute, or one whose bars went before it. */
const clockEvent = (text: string): Result<CopilotEvent, string> =>
  /^\d{10,15}$/.test(text) ? ok({ kind: 'clock', at: epochMs(Number(text)) }) : err('clock: is no instant');

function accountEvent(text: string): Result<CopilotEvent, string> {
  const decoded = decodeStoredSnapshot(text);
  return decoded.ok ? ok({ kind: 'account', at: decoded.value.receivedAt, snapshot: decoded.value }) : decoded;
}

function executionsEvent(text: string): Result<CopilotEvent, string> {
  const decoded = decodeStoredExecutions(text);
  if (!decoded.ok) return decoded;
  const { account, receivedAt, executions } = decoded.value;
  return ok({ kind: 'executions', at: receivedAt, account, executions });
}

function commandEvent(text: string): Result<CopilotEvent, string> {
  try {
    const command = commandSchema.parse(JSON.parse(text));
    const at = epochMs(Date.parse(command.at));
    if (command.kind === 'force-refresh') return ok({ kind: command.kind, at });
    if (command.kind === 'regime-model') return ok(regimeEvent(command));
    if (command.kind === 'feed-fact') return ok(feedEvent(command));
    const asked = { at, id: command.id };
    if (command.kind === 'retire-account') return ok({ kind: command.kind, ...asked, account: command.account });
    return ok({ kind: command.kind, ...asked, change: limitsOf(command.change) });
  } catch (error) {
    return err(error instanceof z.ZodError ? z.prettifyError(error) : 'not JSON');
  }
}

const regimeEvent = ({ at, symbol, model }: { at: string; symbol: string; model: RegimeModelJson }): CopilotEvent => ({
  kind: 'regime-model',
  at: epochMs(Date.parse(at)),
  root: symbol,
  model: regimeModelOf(model),
});

function feedEvent(json: FeedFactJson): CopilotEvent {
  const fact = feedFactOf(json);
  return { kind: 'feed-fact', at: fact.at, fact };
}
