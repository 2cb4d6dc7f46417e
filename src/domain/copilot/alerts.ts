import { type EpochMs, iso } from '../../kernel/units.js';
import type { FocusCard, FocusPlan, NoTrade } from '../focus/types.js';
import { gateText, isSuppressed } from '../gate/mode.js';
import { type ContractSpec, priceOf } from '../instruments/contract.js';
import { RANGE_MINUTES } from '../opening-range/opening-range.js';
import type { Verdict } from '../risk/rule.js';
import { etMinuteOfDay, type Session, wallClock } from '../sessions/session.js';
import type { AlertNote, RangeBreakSignal } from './effect.js';

const SESSION_WORDS: Record<Session, string> = {
  'pre-market': 'PRE-MARKET: the plan is being prepared',
  active: 'ACTIVE: 05:00 to 12:00 ET',
  'off-hours': 'OFF-HOURS: no day trading until midnight',
};

export const sessionAlert = (session: Session, at: EpochMs): AlertNote => ({
  id: `session-${iso(at)}`,
  at,
  kind: 'session',
  severity: 'info',
  root: undefined,
  text: `session ${SESSION_WORDS[session]}`,
});

/** One alert per card that became tradeable, turned round, or is no longer tradeable. */
export function focusAlerts(before: FocusPlan | undefined, plan: FocusPlan): readonly AlertNote[] {
  const cardsOf = (it: FocusPlan): readonly FocusCard[] => [...it.assets, ...it.others];
  const known = new Map(before ? cardsOf(before).map((card) => [card.root, card]) : []);
  return cardsOf(plan).flatMap((card): AlertNote[] => {
    const was = known.get(card.root);
    const text = changeOf(was, card);
    if (text === undefined) return [];
    const id = `focus-${iso(plan.asOf)}-${card.root}`;
    return [{ id, at: plan.asOf, kind: 'focus', severity: 'info', root: card.root, text }];
  });
}

function changeOf(was: FocusCard | undefined, card: FocusCard): string | undefined {
  if (card.tradeable && (!was?.tradeable || was.bias !== card.bias)) {
    // Rounded down, as on the card: 54.9 must never read as 55.
    const quality = Math.floor(card.reading.quality?.score ?? 0);
    return `${card.root} focus ${card.bias}, quality ${quality}`;
  }
  if (was?.tradeable && !card.tradeable) return `${card.root} no longer tradeable: ${card.note ?? 'no bias'}`;
  return undefined;
}

/** One the gate held back is told too, but calls nobody to the screen. */
export function rangeBreakAlert(
  { id, at, root, range, signal, gate }: RangeBreakSignal,
  spec: ContractSpec,
): AlertNote {
  const price = (inTicks: Parameters<typeof priceOf>[0]): string => priceOf(inTicks, spec).toFixed(spec.decimals);
  const isHeld = isSuppressed(gate);
  const against = gateText(gate);
  const parts = [
    `${root} opening range ${signal.direction}${isHeld ? ', held back' : ''}: closed at ${price(signal.triggerPrice)}`,
    ` at ${wallClock(etMinuteOfDay(at))} ET, range ${price(signal.orLow)} to ${price(signal.orHigh)}`,
    `, ATR ${signal.atr.toFixed(spec.decimals + 1)}`,
    range.missing > 0 ? `, ${range.missing} of ${RANGE_MINUTES} minutes missing` : '',
    against === undefined ? '' : `; ${against}`,
  ];
  return { id, at, kind: 'signal', severity: isHeld ? 'info' : 'warning', root, text: parts.join('') };
}

/** An alert for each reason that is new, and one when the last reason is gone. */
export function noTradeAlerts(before: NoTrade | undefined, now: NoTrade, at: EpochMs): readonly AlertNote[] {
  const known = new Set(before?.reasons.map((reason) => reason.id));
  const fresh = now.reasons.filter((reason) => !known.has(reason.id));
  const alerts = fresh.map(
    (reason): AlertNote => ({
      id: `no-trade-${reason.id}-${iso(at)}`,
      at,
      kind: 'no-trade',
      severity: 'critical',
      root: undefined,
      text: `NO TRADE: ${reason.text}`,
    }),
  );
  if (!before?.active || now.active) return alerts;
  const id = `no-trade-over-${iso(at)}`;
  return [
    ...alerts,
    { id, at, kind: 'no-trade', severity: 'info', root: undefined, text: 'no reason against trading any more' },
  ];
}

/** An alert when an account falls out of sync or comes back. */
export function verdictAlert(
  { account, before, now }: { account: string; before: Verdict | undefined; now: Verdict },
  at: EpochMs,
): AlertNote | undefined {
  const isFirstNews = before === undefined && now === 'IN_SYNC';
  if (before === now || isFirstNews) return undefined;
  return {
    id: `bridge-${account}-${now}-${iso(at)}`,
    at,
    kind: 'bridge',
    severity: now === 'IN_SYNC' ? 'info' : 'warning',
    root: undefined,
    text: now === 'IN_SYNC' ? `account ${account} is in sync again` : `account ${account} is ${now}`,
  };
}
