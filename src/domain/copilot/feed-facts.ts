import { type EpochMs, iso, type TradingDay } from '../../kernel/units.js';
import { type FeedFact, type FeedFactKind, isSameFact } from '../feed-health/fact.js';
import type { FeedFault } from '../risk/rule.js';
import { parseTradingDay } from '../sessions/trading-day.js';
import type { AlertNote, Effect } from './effect.js';
import type { CopilotState } from './state.js';

/** Under which rule a fact stands among the risk events, and how loudly it is said. */
const RULES: Readonly<Record<FeedFactKind, { readonly rule: string; readonly severity: AlertNote['severity'] }>> = {
  'price-mismatch': { rule: 'price-mismatch', severity: 'critical' },
  lost: { rule: 'feed-lost', severity: 'warning' },
  frozen: { rule: 'feed-frozen', severity: 'warning' },
  source: { rule: 'feed-source', severity: 'warning' },
  roll: { rule: 'contract-roll', severity: 'info' },
};

/** Facts that take a card out of trading, the heavier first. */
const FAULTS = ['lost', 'price-mismatch', 'frozen'] as const satisfies readonly FeedFactKind[];

const keyOf = (root: string, fact: FeedFactKind): string => `${root}/${fact}`;

/** Takes what the data role found out; undefined when it is known, or nobody watches the instrument. */
export function takeFeedFact(state: CopilotState, fact: FeedFact): readonly Effect[] | undefined {
  if (!state.symbols.has(fact.root)) return undefined;
  const key = keyOf(fact.root, fact.fact);
  const known = state.feedFacts.get(key);
  if (fact.active ? known !== undefined && isSameFact(known, fact) : known === undefined) return undefined;
  const facts = new Map(state.feedFacts);
  if (fact.active) facts.set(key, fact);
  else facts.delete(key);
  state.feedFacts = facts;
  return said(state, fact);
}

/** Why the prices of an instrument are in doubt; undefined when they are not. */
export function feedFault({ feedFacts }: CopilotState, root: string): FeedFact | undefined {
  for (const kind of FAULTS) {
    const fact = feedFacts.get(keyOf(root, kind));
    if (fact) return fact;
  }
  return undefined;
}

/** The first trading day of the contract that follows this one, where volume has decided it. */
export function decidedRoll({ feedFacts }: CopilotState, root: string, contract: string): TradingDay | undefined {
  const { from, on } = feedFacts.get(keyOf(root, 'roll'))?.facts ?? {};
  return from === contract && typeof on === 'string' ? parseTradingDay(on) : undefined;
}

/** Every instrument whose prices are in doubt. */
export const feedFaults = (state: CopilotState): readonly FeedFault[] =>
  state.roots.flatMap((root) => {
    const fault = feedFault(state, root);
    return fault ? [{ root, fact: fault.fact, text: fault.text }] : [];
  });

function said({ tradingDay, newestAt: at }: CopilotState, fact: FeedFact): readonly Effect[] {
  const { rule, severity } = RULES[fact.fact];
  const phase = fact.active ? 'began' : 'ended';
  // A roll is told once, also by processes that were started again. Two turns of another fact may come at one of our instants.
  const id = fact.fact === 'roll' ? fact.id : `${rule}-${phase}-${fact.root}-${iso(fact.at)}`;
  const text = `${fact.root}: ${fact.text}`;
  const facts = { symbol: fact.root, ...fact.facts };
  const weight = FAULTS.some((it) => it === fact.fact) ? 'refuse' : 'warn';
  return [
    { kind: 'record-risk-event', event: { id, at, tradingDay, rule, severity: weight, phase, text, facts } },
    { kind: 'alert', alert: alertOf({ id, at, fact, text, severity: fact.active ? severity : 'info' }) },
  ];
}

interface Words {
  readonly id: string;
  readonly at: EpochMs;
  readonly fact: FeedFact;
  readonly text: string;
  readonly severity: AlertNote['severity'];
}

const alertOf = ({ fact, ...note }: Words): AlertNote => ({ ...note, kind: 'feed', root: fact.root });
