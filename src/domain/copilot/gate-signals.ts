import { iso } from '../../kernel/units.js';
import type { FocusCard, FocusPlan } from '../focus/types.js';
import { isAgainst } from '../gate/mode.js';
import type { Effect } from './effect.js';

/** A record for each card that called a side against the gate and did not in the plan before. */
export function gateSignals(before: FocusPlan | undefined, plan: FocusPlan): readonly Effect[] {
  const known = new Set(before ? opposed(before).map(({ root, bias }) => `${root} ${bias}`) : []);
  return opposed(plan).flatMap((card): readonly Effect[] => {
    const { root, gate, bias } = card;
    if (!gate || known.has(`${root} ${bias}`)) return [];
    const id = `gate-${iso(plan.asOf)}-${root}-${gate.side}`;
    const head = { id, at: plan.asOf, tradingDay: plan.tradingDay, root, side: gate.side, gate };
    return [{ kind: 'record-signal', signal: { type: 'CARD', ...head, card } }];
  });
}

const opposed = ({ assets, others }: FocusPlan): readonly FocusCard[] =>
  [...assets, ...others].filter(({ gate }) => gate !== undefined && isAgainst(gate));
