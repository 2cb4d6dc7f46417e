import type { RiskRule } from '../rule.js';

/** Positions without a working stop, and a trade asked about without one. */
export const noStop: RiskRule = {
  id: 'no-stop',
  severity: 'warn',
  judge({ withoutStop, entry }) {
    const asked =
      entry && entry.kind !== 'closes' && entry.request.stop === undefined && entry.riskPerContract !== undefined
        ? `no stop named for ${entry.request.root}: counted with ${entry.riskBasis === 'plan' ? "the plan's stop" : '2 ATR'}`
        : undefined;
    if (withoutStop.length === 0 && asked === undefined) return undefined;
    const open = withoutStop.length === 0 ? undefined : `no stop: ${withoutStop.join(', ')}`;
    const text = [open, asked].filter((part) => part !== undefined).join('; ');
    return { text, facts: { symbols: withoutStop.join(',') } };
  },
};
