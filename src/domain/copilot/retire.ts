import { type EpochMs, iso, MINUTE } from '../../kernel/units.js';
import { verdictOf } from '../accounts/verdict.js';
import type { Verdict } from '../risk/rule.js';
import type { AlertNote, Effect, RiskEventNote } from './effect.js';
import type { CopilotState } from './state.js';

/** Long enough that a platform which only restarts, or changes its connection, is not meant. */
const SILENT_AT_LEAST_MS = 10 * MINUTE;

/** The rule under which retirements stand among the risk events: `began` when an account leaves, `ended` when it is back. */
export const RETIRED_RULE = 'account-retired';

export interface LastHeard {
  readonly account: string;
  /** Undefined for an account that is not in the book. */
  readonly verdict: Verdict | undefined;
  readonly silentMs: number;
  /** Contracts held in its last report, and those its later fills leave open. */
  readonly held: readonly string[];
}

/** Why an account may not be retired; undefined when it may. */
export function whyNotRetired({ account, verdict, silentMs, held }: LastHeard): string | undefined {
  if (verdict === undefined || verdict === 'UNKNOWN') return `no account "${account}" has reported its positions`;
  if (verdict !== 'STALE' || silentMs < SILENT_AT_LEAST_MS)
    return `${account} reported less than ${SILENT_AT_LEAST_MS / MINUTE} minutes ago; only an account that is silent for longer can be retired`;
  if (held.length === 0) return undefined;
  return `${account} held ${held.join(', ')} when it was last heard; it must report that it is flat`;
}

export interface Retirement {
  readonly at: EpochMs;
  readonly id: string;
  readonly account: string;
}

/** Takes an account that is not used any more out of the book. What it realised today still counts until the day is over. */
export function retire(state: CopilotState, { id, account }: Retirement): readonly Effect[] {
  const at = state.newestAt;
  const refusal = whyNotRetired(lastHeard(state, account, at));
  if (refusal !== undefined)
    return [alert({ id: `retire-${id}`, at, severity: 'warning', text: `nothing was retired: ${refusal}` })];
  const accounts = new Map(state.book.accounts);
  const heard = accounts.get(account)?.snapshot.receivedAt;
  accounts.delete(account);
  const differences = new Map(state.differences);
  differences.delete(account);
  state.book = { ...state.book, accounts };
  state.differences = differences;
  state.retired = new Set(state.retired).add(account);
  const text = `account ${account} is retired: it counts no more until it reports again`;
  return said(state, { account, at, phase: 'began', text, lastHeard: heard });
}

/** A retired account that reports is back at once. */
export function comeBack(state: CopilotState, account: string): readonly Effect[] {
  if (!state.retired.has(account)) return [];
  const retired = new Set(state.retired);
  retired.delete(account);
  state.retired = retired;
  const text = `account ${account} was retired and reports again`;
  return said(state, { account, at: state.newestAt, phase: 'ended', text, lastHeard: undefined });
}

function lastHeard(state: CopilotState, account: string, now: EpochMs): LastHeard {
  const { book, differences } = state;
  const snapshot = book.accounts.get(account)?.snapshot;
  if (!snapshot) return { account, verdict: undefined, silentMs: 0, held: [] };
  const held = snapshot.positions.map(({ side, quantity, symbol }) => `${side} ${quantity} ${symbol}`);
  // Fills that came after the last report: what they left open is not in it.
  const isFilledSince = held.length === 0 && differences.get(account)?.isFillAhead === true;
  return {
    account,
    verdict: verdictOf(book, account, now),
    silentMs: now - snapshot.receivedAt,
    held: isFilledSince ? ['what its newest fills left open'] : held,
  };
}

interface Said {
  readonly account: string;
  readonly at: EpochMs;
  readonly phase: RiskEventNote['phase'];
  readonly text: string;
  readonly lastHeard: EpochMs | undefined;
}

function said({ tradingDay }: CopilotState, { account, at, phase, text, lastHeard: heard }: Said): readonly Effect[] {
  const id = `${RETIRED_RULE}-${phase}-${account}-${iso(at)}`;
  const facts = { account, last_heard: heard === undefined ? null : iso(heard) };
  return [
    {
      kind: 'record-risk-event',
      event: { id, at, tradingDay, rule: RETIRED_RULE, severity: 'warn', phase, text, facts },
    },
    alert({ id, at, severity: 'info', text }),
  ];
}

const alert = (note: Pick<AlertNote, 'id' | 'at' | 'severity' | 'text'>): Effect => ({
  kind: 'alert',
  alert: { ...note, kind: 'bridge', root: undefined },
});
