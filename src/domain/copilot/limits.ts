import { type EpochMs, iso, type MicroUsd } from '../../kernel/units.js';
import { resized } from '../risk/account-size.js';
import { bookOf, changeLimits, type LimitBook, type LimitsChange, limitsOn } from '../risk/limit-book.js';
import type { RiskLimits } from '../risk/limits.js';
import { usd } from '../risk/money.js';
import { wallClock } from '../sessions/session.js';
import { tradingDayOf } from '../sessions/trading-day.js';
import type { AlertNote, Effect } from './effect.js';
import { accountSizeOf, type CopilotState } from './state.js';

type Words = { readonly [Key in keyof RiskLimits]: (value: RiskLimits[Key]) => string };

const WORDS: Words = {
  openTradesMax: (count) => `at most ${count} open trades`,
  riskPerTrade: (amount) => `${usd(amount)} risk per trade`,
  dailyLoss: (amount) => `${usd(amount)} daily loss`,
  noTradeLoss: (amount) => `NO TRADE at a day's loss of ${usd(amount)}`,
  lossesInARow: (count) => `${count} losses in a row`,
  totalRiskPct: (percent) => `${percent} % total risk`,
  entryCutoffMinute: (minute) => `no entries from ${wallClock(minute)} ET`,
  overnightWarningMinute: (minute) => `overnight warning from ${wallClock(minute)} ET`,
};
const KEYS = Object.keys(WORDS).filter((key): key is keyof RiskLimits => key in WORDS);

export interface LimitsNews {
  readonly at: EpochMs;
  readonly id: string;
  readonly change: LimitsChange;
}

/** Tighter limits hold at once, looser ones wait for the next trading day. Undefined when nothing changes. */
export function takeLimits(state: CopilotState, { at, id, change }: LimitsNews): readonly Effect[] | undefined {
  const before = state.limits;
  const { tradingDay } = state;
  const changed = changeLimits(before, change, { tradingDay, accountSize: accountSizeOf(state) });
  if (!changed.ok) {
    const problems = changed.error.map(({ problem }) => problem).join('; ');
    return [alert({ id: `limits-${id}`, at, text: `limits stay as they are: ${problems}` }, 'warning')];
  }
  const { book } = changed.value;
  if (JSON.stringify(book) === JSON.stringify(before)) return undefined;
  state.limits = book;
  return recorded(state, { id, at, text: changeText(before, book) });
}

export interface Settings {
  readonly at: EpochMs;
  readonly id: string;
  readonly asked: EpochMs;
  readonly accountSize: MicroUsd;
  readonly limits: RiskLimits;
}

/**
 * The account size a start came with, and where nothing was written down yet, the limits too. A larger account waits for
 * the trading day after the one in which it was asked for, also when the newest event is older. Undefined for no news.
 */
export function takeSettings(
  state: CopilotState,
  { at, id, asked, accountSize: to, limits }: Settings,
): { readonly effects: readonly Effect[]; readonly isChange: boolean } | undefined {
  const before = state.limits;
  const from = before.accountSize;
  if (from === undefined) {
    const isUntouched = JSON.stringify(before) === JSON.stringify(bookOf(state.config.limits));
    state.limits = isUntouched ? bookOf(limits, to) : { ...before, accountSize: to };
    const text = `limits begin: ${[sizeText(to), ...KEYS.map((key) => say(key, state.limits.inForce))].join(', ')}`;
    return { effects: [recordOf(state, { id, at, text })], isChange: false };
  }
  if ((before.pending?.accountSize ?? from) === to) return undefined;
  const askedOn = tradingDayOf(asked);
  const tradingDay = askedOn > state.tradingDay ? askedOn : state.tradingDay;
  state.limits = resized(before, { from, to, tradingDay });
  return { effects: recorded(state, { id, at, text: changeText(before, state.limits) }), isChange: true };
}

/** Limits that waited for this trading day come into force. */
export function rollLimits(state: CopilotState, at: EpochMs): readonly Effect[] {
  const before = state.limits;
  if (!before.pending) return [];
  const book = limitsOn(before, state.tradingDay);
  if (book.pending) return [];
  state.limits = book;
  return recorded(state, { id: `limits-of-${state.tradingDay}-${iso(at)}`, at, text: changeText(before, book) });
}

/** The limits as they were left before the state's beginning. */
export function rememberLimits(state: CopilotState, book: LimitBook): void {
  state.limits = limitsOn(book, state.tradingDay);
}

function changeText(before: LimitBook, now: LimitBook): string {
  const { pending } = now;
  const holds = [...differingSize(now.accountSize, before.accountSize), ...differing(now.inForce, before.inForce)];
  const waits = pending
    ? [...differingSize(pending.accountSize, now.accountSize), ...differing(pending.limits, now.inForce)]
    : [];
  const parts = [
    ...(holds.length > 0 ? [`in force now: ${holds.join(', ')}`] : []),
    ...(pending && waits.length > 0 ? [`from trading day ${pending.from}: ${waits.join(', ')}`] : []),
  ];
  return `limits changed, ${parts.length > 0 ? parts.join('; ') : 'nothing waits any more'}`;
}

const sizeText = (size: MicroUsd): string => `account of ${usd(size)}`;

const differingSize = (size: MicroUsd | undefined, other: MicroUsd | undefined): readonly string[] =>
  size === undefined || size === other ? [] : [sizeText(size)];

const differing = (limits: RiskLimits, other: RiskLimits): readonly string[] =>
  KEYS.flatMap((key) => (limits[key] === other[key] ? [] : [say(key, limits)]));

const say = <Key extends keyof RiskLimits>(key: Key, limits: RiskLimits): string => WORDS[key](limits[key]);

interface Said {
  readonly id: string;
  readonly at: EpochMs;
  readonly text: string;
}

const recordOf = ({ limits: book, tradingDay }: CopilotState, { id, at, text }: Said): Effect => ({
  kind: 'record-limits',
  record: { id, at, tradingDay, book, text },
});

const recorded = (state: CopilotState, said: Said): readonly Effect[] => [
  recordOf(state, said),
  alert({ ...said, id: `limits-${said.id}` }),
];

const alert = ({ id, at, text }: Said, severity: AlertNote['severity'] = 'info'): Effect => ({
  kind: 'alert',
  alert: { id, at, kind: 'risk', severity, root: undefined, text },
});
