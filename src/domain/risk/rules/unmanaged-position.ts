import type { RiskRule } from '../rule.js';

/** An instrument whose tick value is not known carries a risk that cannot be counted, held or asked about. */
export const unmanagedPosition: RiskRule = {
  id: 'unmanaged-position',
  severity: 'refuse',
  judge({ unmanaged, entry }) {
    if (unmanaged.length > 0) {
      return {
        text: `unmanaged risk: ${unmanaged.join(', ')} is not in the instrument list`,
        facts: { symbols: unmanaged.join(',') },
      };
    }
    if (!entry || entry.isKnownInstrument) return undefined;
    const { root } = entry.request;
    return { text: `${root} is not in the instrument list: its risk cannot be counted`, facts: { symbols: root } };
  },
};
