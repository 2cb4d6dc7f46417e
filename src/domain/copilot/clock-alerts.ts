import { type EpochMs, iso } from '../../kernel/units.js';
import type { RiskFacts } from '../risk/rule.js';
import { NOON } from '../risk/rules/overnight.js';
import { wallClock } from '../sessions/session.js';
import type { AlertNote, Effect, PositionsReport, RiskReport } from './effect.js';
import type { SpokenRule } from './risk-events.js';
import type { CopilotState } from './state.js';

/** The trading day rolls. What the clock says later in the evening is the day before's. */
const ROLL_MINUTE = 18 * 60;

type ClockRule = 'entry-cutoff' | 'overnight';
const CLOCK_RULES: readonly ClockRule[] = ['entry-cutoff', 'overnight'];

interface Judged {
  readonly before: ReadonlyMap<string, SpokenRule>;
  readonly now: ReadonlyMap<string, SpokenRule>;
  readonly risk: RiskReport;
  readonly positions: PositionsReport;
}

/**
 * The trader's own times have come: said when their rule begins to speak, once a trading day, and only while a market is
 * open. On weekends and holidays nobody needs to hear it.
 */
export function clockAlerts(state: CopilotState, { before, now, risk, positions }: Judged): readonly Effect[] {
  const { facts } = risk;
  if (!facts.anyMarketOpen || facts.etMinute >= ROLL_MINUTE) return [];
  const due = CLOCK_RULES.filter((rule) => now.has(rule) && !before.has(rule) && !state.rung.has(rule));
  if (due.length === 0) return [];
  state.rung = new Set([...state.rung, ...due]);
  return due.map((rule) => ({
    kind: 'alert',
    alert: { ...wordsOf(rule, facts, positions), ...common(rule, facts.now) },
  }));
}

const common = (rule: ClockRule, at: EpochMs) =>
  ({ id: `${rule}-${iso(at)}`, at, kind: 'risk', root: undefined }) satisfies Partial<AlertNote>;

function wordsOf(
  rule: ClockRule,
  { etMinute, limits }: RiskFacts,
  { exposures }: PositionsReport,
): Pick<AlertNote, 'severity' | 'text'> {
  if (rule === 'entry-cutoff') {
    // Ordinary news of every trading day.
    return { severity: 'info', text: `entry cut-off ${wallClock(limits.entryCutoffMinute)} ET: no new entries today` };
  }
  const names = exposures.map(({ position }) => position.symbol).join(', ');
  const left = NOON - etMinute;
  const rest = left > 0 ? `${left} min of the active session left` : 'the active session is over';
  return { severity: 'warning', text: `${names} still open at ${wallClock(etMinute)} ET: ${rest}` };
}
