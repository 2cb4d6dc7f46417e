import type { EpochMs } from '../../kernel/units.js';
import { gateView, isSuppressed } from '../gate/mode.js';
import { priceOf } from '../instruments/contract.js';
import { etMinuteOfDay, sessionAt } from '../sessions/session.js';
import { rangeBreakAlert } from './alerts.js';
import type { Effect, EntryZoneSignal, RangeBreakSignal } from './effect.js';
import type { CopilotEvent } from './event.js';
import { type CopilotState, gateMode, type SymbolState } from './state.js';

type BarEvent = Extract<CopilotEvent, { kind: 'bar' }>;

/** Setups of a trading day: each is told once, and one the gate held back does not count as having triggered. */
export function setupsOf(state: CopilotState, event: BarEvent): readonly Effect[] {
  const symbol = state.symbols.get(event.root);
  if (!symbol) return [];
  const zone = entryZone(state, event, symbol);
  const range = rangeBreak(state, event.root, symbol);
  return [
    ...(zone ? [take(state, zone)] : []),
    ...(range ? [take(state, range), ...alertOf(range, { at: event.at, symbol })] : []),
  ];
}

function take(state: CopilotState, signal: EntryZoneSignal | RangeBreakSignal): Effect {
  const { id, root, side, at, type } = signal;
  if (isSuppressed(signal.gate)) state.heldSetups = new Set(state.heldSetups).add(id);
  else {
    state.setups = new Set(state.setups).add(id);
    state.lastSetup = { root, type: type === 'ORB' ? 'opening range' : 'entry zone', side, at };
  }
  return { kind: 'record-signal', signal };
}

const isTold = ({ setups, heldSetups }: CopilotState, id: string): boolean => setups.has(id) || heldSetups.has(id);

/**
 * The first bar of an active session that trades in the entry zone of a tradeable card, decided before that bar opened.
 * One a day per instrument; of those the gate holds back, one a day per instrument and side.
 */
function entryZone(state: CopilotState, event: BarEvent, symbol: SymbolState): EntryZoneSignal | undefined {
  const { plan, tradingDay } = state;
  const { bar, root } = event;
  if (!plan || plan.asOf > bar.at || sessionAt(bar.at) !== 'active') return undefined;
  const card = [...plan.assets, ...plan.others].find((each) => each.root === root);
  if (!card?.levels || !card.gate || !(card.tradeable || card.heldBy === 'gate')) return undefined;
  const { entryLow, entryHigh, side } = card.levels;
  if (bar.high < entryLow || bar.low > entryHigh) return undefined;
  const counted = `entry-zone-${tradingDay}-${root}`;
  const id = card.tradeable ? counted : `entry-zone-held-${tradingDay}-${root}-${side}`;
  if (isTold(state, counted) || isTold(state, id)) return undefined;
  const [price, openRisk] = [priceOf(bar.close, symbol.spec), card.size.risk];
  return { type: 'ENTRY_ZONE', id, at: event.at, tradingDay, root, side, price, openRisk, gate: card.gate };
}

/** The break of this trading day's opening range: yesterday's is nobody's news, whenever its bars arrive. */
function rangeBreak(state: CopilotState, root: string, { analysis }: SymbolState): RangeBreakSignal | undefined {
  const { tradingDay } = state;
  const range = analysis.openingRange();
  const id = `opening-range-${tradingDay}-${root}`;
  if (!range?.signal || range.day !== tradingDay || isTold(state, id)) return undefined;
  const { signal } = range;
  const gate = gateView(analysis.reading()?.gate, signal.direction, gateMode(state));
  return { type: 'ORB', id, at: signal.at, tradingDay, root, side: signal.direction, range, signal, gate };
}

/** A break is valid until noon: an engine that starts later and finds it in its history writes it down and calls nobody. */
const VALID_UNTIL = 12 * 60;

const alertOf = (range: RangeBreakSignal, { at, symbol }: { at: EpochMs; symbol: SymbolState }): readonly Effect[] =>
  etMinuteOfDay(at) <= VALID_UNTIL ? [{ kind: 'alert', alert: rangeBreakAlert(range, symbol.spec) }] : [];
