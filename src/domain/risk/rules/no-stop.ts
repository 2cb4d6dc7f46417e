import type { RiskRule } from '../rule.js';

export const noStop: RiskRule = {
  id: 'no-stop',
  severity: 'warn',
  judge({ withoutStop }) {
    if (withoutStop.length === 0) return undefined;
    return { text: `no stop: ${withoutStop.join(', ')}`, facts: { symbols: withoutStop.join(',') } };
  },
};
