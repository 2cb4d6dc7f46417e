import type { EpochMs } from '../../kernel/units.js';
import { isKept, receive } from '../accounts/book.js';
import { currentSession, nextSessionChange, sessionAt } from '../sessions/session.js';
import { countResult } from './accounts.js';
import { sessionAlert } from './alerts.js';
import type { AlertNote, Effect } from './effect.js';
import type { CopilotEvent, JobName } from './event.js';
import { takeFeedFact } from './feed-facts.js';
import { reconcile, takeFills } from './fills.js';
import { takeLimits, takeSettings } from './limits.js';
import { noTradeOn } from './plan.js';
import { takeRegime } from './regime.js';
import { comeBack, retire } from './retire.js';
import { positionsReport, riskReport } from './risk-facts.js';
import { rollTradingDay } from './roll.js';
import { setupsOf } from './setup.js';
import { analysisFor, type CopilotState } from './state.js';
import { refocus, sweep, sweepAfterNews } from './sweep.js';

export interface Decision {
  readonly effects: readonly Effect[];
  /** Why the event changed nothing and need not be recorded. */
  readonly ignored?: string;
}

/**
 * The whole co-pilot as one function: live, replay, recovery and backtest differ only in who supplies the events and who
 * performs the effects. Same state and same event, same answer; time is the event's own.
 */
export function decide(state: CopilotState, event: CopilotEvent): Decision {
  const rolled = rollTradingDay(state, event.at);
  if (event.at > state.newestAt) state.newestAt = event.at;
  const decision = decided(state, event);
  // What the new day brought must be written down, whatever the event itself was worth.
  return rolled.length === 0 ? decision : { effects: [...rolled, ...decision.effects] };
}

function decided(state: CopilotState, event: CopilotEvent): Decision {
  switch (event.kind) {
    case 'bar':
      return onBar(state, event);
    case 'clock':
      for (const { analysis } of state.symbols.values()) {
        if (analysis.closeThrough(event.at)) state.hasNewBars = true;
      }
      return { effects: [] };
    case 'account':
      return onAccount(state, event);
    case 'executions':
      return onExecutions(state, event);
    case 'set-limits':
      return onLimits(state, event);
    case 'regime-model':
      return onRegimeModel(state, event);
    case 'feed-fact':
      return onFeedFact(state, event);
    case 'retire-account':
      return { effects: [...retire(state, event), ...sweep(state, event.at)] };
    case 'begin':
      return onBegin(state, event);
    case 'job':
      return { effects: onJob(state, event.name, event.at) };
    case 'force-refresh':
      return { effects: [...refocus(state, event.at), ...sweep(state, event.at)] };
    default:
      return event satisfies never;
  }
}

/** Everything that is true now, told again without an alert: for a process or a store that begins empty. */
export function retell(state: CopilotState, at: EpochMs): readonly Effect[] {
  const positions = positionsReport(state, at);
  const risk = riskReport(state, positions);
  const noTrade = state.noTrade ?? noTradeOn(state, risk.facts);
  return [
    ...sessionEffects(state, at),
    ...(state.plan ? [{ kind: 'publish-focus', plan: state.plan } as const] : []),
    { kind: 'publish-positions', report: positions },
    { kind: 'publish-risk', report: risk },
    { kind: 'publish-no-trade', asOf: at, noTrade },
  ];
}

function onBar(state: CopilotState, event: Extract<CopilotEvent, { kind: 'bar' }>): Decision {
  const symbol = state.symbols.get(event.root);
  if (!symbol) return { effects: [], ignored: 'not on the watch list' };
  const { outcome, closed5m } = analysisFor(symbol, event.lengthMs).push(event.bar, event.contract);
  if (outcome !== 'accepted') {
    symbol[outcome] += 1;
    return { effects: [], ignored: outcome };
  }
  symbol.contract = event.contract;
  if (closed5m) state.hasNewBars = true;
  return { effects: setupsOf(state, event) };
}

function onAccount(state: CopilotState, event: Extract<CopilotEvent, { kind: 'account' }>): Decision {
  const { book, outcome } = receive(state.book, event.snapshot);
  if (!isKept(outcome)) return { effects: [], ignored: outcome };
  const { account } = event.snapshot;
  state.book = book;
  countResult(state, event.snapshot);
  reconcile(state, account, 'snapshot');
  return { effects: [...comeBack(state, account), ...sweepAfterNews(state, event.at)] };
}

function onExecutions(state: CopilotState, event: Extract<CopilotEvent, { kind: 'executions' }>): Decision {
  const trades = takeFills(state, event.account, event.executions);
  if (!trades) return { effects: [], ignored: 'repeat' };
  return { effects: [...trades, ...comeBack(state, event.account), ...sweepAfterNews(state, event.at)] };
}

/** Sizes on the cards follow the cap of one trade, so new limits are a new plan. */
function onLimits(state: CopilotState, event: Extract<CopilotEvent, { kind: 'set-limits' }>): Decision {
  const said = takeLimits(state, event);
  if (!said) return { effects: [], ignored: 'changes no limit' };
  return { effects: [...said, ...refocus(state, event.at), ...sweep(state, event.at)] };
}

/** A card that had no regime, or yesterday's, need not wait for the next 5-minute bar. */
function onRegimeModel(state: CopilotState, event: Extract<CopilotEvent, { kind: 'regime-model' }>): Decision {
  const ignored = takeRegime(state, event.root, event.model);
  return ignored === undefined ? { effects: refocus(state, state.newestAt) } : { effects: [], ignored };
}

/** A card whose prices are in doubt must not wait for the next 5-minute bar. */
function onFeedFact(state: CopilotState, { fact }: Extract<CopilotEvent, { kind: 'feed-fact' }>): Decision {
  const said = takeFeedFact(state, fact);
  if (!said) return { effects: [], ignored: 'repeat' };
  if (fact.fact === 'source' || fact.fact === 'roll') return { effects: said };
  return { effects: [...said, ...refocus(state, state.newestAt), ...sweep(state, state.newestAt)] };
}

/** The first start only writes down what it began with; a later one may have brought another account size. */
function onBegin(state: CopilotState, event: Extract<CopilotEvent, { kind: 'begin' }>): Decision {
  const said = takeSettings(state, event);
  if (!said) return { effects: [], ignored: 'the account size is as it was' };
  if (!said.isChange) return { effects: said.effects };
  return { effects: [...said.effects, ...refocus(state, event.at), ...sweep(state, event.at)] };
}

function onJob(state: CopilotState, name: JobName, at: EpochMs): readonly Effect[] {
  switch (name) {
    case 'focus':
      return [...refocus(state, at), ...sweep(state, at)];
    case 'risk-sweep':
    case 'entry-cutoff':
    case 'overnight-warning':
      return sweep(state, at);
    case 'session-change':
      return [
        ...sessionEffects(state, at),
        ...whileOpen(state, at, sessionAlert(sessionAt(at), currentSession(at).at)),
        ...refocus(state, at),
        ...sweep(state, at),
      ];
    default:
      return name satisfies never;
  }
}

/** The clock rings on weekends and holidays too; then nobody needs to hear it. */
const whileOpen = (state: CopilotState, at: EpochMs, alert: AlertNote): readonly Effect[] =>
  state.isAnyMarketOpen(at) ? [{ kind: 'alert', alert }] : [];

function sessionEffects(state: CopilotState, at: EpochMs): readonly Effect[] {
  const current = currentSession(at);
  const next = nextSessionChange(at);
  return [
    {
      kind: 'publish-session',
      asOf: at,
      session: current.session,
      since: current.at,
      next: next.session,
      nextAt: next.at,
      tradingDay: state.tradingDay,
    },
  ];
}
