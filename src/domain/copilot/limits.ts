import { type EpochMs, iso } from '../../kernel/units.js';
import { changeLimits, type LimitBook, type LimitsChange, limitsOn } from '../risk/limit-book.js';
import type { RiskLimits } from '../risk/limits.js';
import { usd } from '../risk/money.js';
import { wallClock } from '../sessions/session.js';
import type { AlertNote, Effect } from './effect.js';
import type { CopilotState } from './state.js';

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
  const { tradingDay, config } = state;
  const changed = changeLimits(before, change, { tradingDay, accountSize: config.accountSize });
  if (!changed.ok) {
    const problems = changed.error.map(({ problem }) => problem).join('; ');
    return [alert({ id: `limits-${id}`, at, text: `limits stay as they are: ${problems}` }, 'warning')];
  }
  const { book } = changed.value;
  if (JSON.stringify(book) === JSON.stringify(before)) return undefined;
  state.limits = book;
  return recorded(state, { id, at, text: changeText(before, book) });
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
  const holds = differing(now.inForce, before.inForce);
  const waits = now.pending ? differing(now.pending.limits, now.inForce) : [];
  const parts = [
    ...(holds.length > 0 ? [`in force now: ${holds.join(', ')}`] : []),
    ...(now.pending && waits.length > 0 ? [`from trading day ${now.pending.from}: ${waits.join(', ')}`] : []),
  ];
  return `limits changed, ${parts.length > 0 ? parts.join('; ') : 'nothing waits any more'}`;
}

const differing = (limits: RiskLimits, other: RiskLimits): readonly string[] =>
  KEYS.flatMap((key) => (limits[key] === other[key] ? [] : [say(key, limits)]));

const say = <Key extends keyof RiskLimits>(key: Key, limits: RiskLimits): string => WORDS[key](limits[key]);

interface Said {
  readonly id: string;
  readonly at: EpochMs;
  readonly text: string;
}

const recorded = ({ limits: book, tradingDay }: CopilotState, { id, at, text }: Said): readonly Effect[] => [
  { kind: 'record-limits', record: { id, at, tradingDay, book, text } },
  alert({ id: `limits-${id}`, at, text }),
];

const alert = ({ id, at, text }: Said, severity: AlertNote['severity'] = 'info'): Effect => ({
  kind: 'alert',
  alert: { id, at, kind: 'risk', severity, root: undefined, text },
});
