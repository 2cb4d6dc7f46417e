import type { RiskRule } from '../rule.js';

/** A position whose tick value is not known carries a risk that cannot be counted. */
export const unmanagedPosition: RiskRule = {
  id: 'unmanaged-position',
  severity: 'refuse',
  judge({ unmanaged }) {
    if (unmanaged.length === 0) return undefined;
    return {
      text: `unmanaged risk: ${unmanaged.join(', ')} is not in the instrument list`,
      facts: { symbols: unmanaged.join(',') },
    };
  },
};
