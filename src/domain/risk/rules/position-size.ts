import { microsPerContract } from '../../focus/size.js';
import { instrument } from '../../instruments/catalogue/index.js';
import { sameSide } from '../entry.js';
import type { RiskRule } from '../rule.js';

/** The largest position in one product, held plus asked, counted in micros: one GC is ten MGC. */
export const positionSize: RiskRule = {
  id: 'position-size',
  severity: 'refuse',
  judge({ entry }) {
    if (!entry) return undefined;
    const { quantity, root } = entry.request;
    if (!Number.isInteger(quantity) || quantity < 1)
      return { text: `${quantity} is no number of contracts`, facts: { micros: null, limit: entry.microsMax } };
    const held = sameSide(entry);
    const micros = [{ root, quantity }, ...held].reduce((sum, it) => sum + microsIn(it.root) * it.quantity, 0);
    if (micros <= entry.microsMax) return undefined;
    const holding = held.map((trade) => `${trade.quantity} ${trade.symbol}`).join(' and ');
    const asked = `${quantity} ${root}${holding === '' ? '' : ` with the ${holding} already held`}`;
    const counted = holding === '' && microsIn(root) === 1 ? asked : `${asked}: ${micros} micros`;
    return { text: `${counted}, ${entry.microsMax} is the most`, facts: { micros, limit: entry.microsMax } };
  },
};

const microsIn = (root: string): number => {
  const spec = instrument(root);
  // An unknown instrument is refused by a rule of its own.
  return spec ? microsPerContract(spec) : 1;
};
