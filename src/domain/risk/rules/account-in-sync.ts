import type { RiskRule } from '../rule.js';

/** No entry while any account is not known for certain: silence is never read as flat. */
export const accountInSync: RiskRule = {
  id: 'account-in-sync',
  severity: 'refuse',
  judge({ accounts, entry }) {
    if (accounts.length === 0) return { text: 'no news from the trading platform yet', facts: { accounts: 0 } };
    const bad = accounts.find(({ verdict }) => verdict !== 'IN_SYNC');
    if (bad) {
      const age = Math.round(bad.ageMs / 1000);
      const why = bad.isCutOff ? 'the platform has lost its connection to the broker' : `last heard ${age} s ago`;
      return {
        text: `account ${bad.account} is ${bad.verdict}: ${why}`,
        facts: { account: bad.account, verdict: bad.verdict, age_s: age },
      };
    }
    const meant = entry?.request.account;
    if (meant === undefined || accounts.some(({ account }) => account === meant)) return undefined;
    return {
      text: `account ${meant} was never heard of`,
      facts: { account: meant, verdict: 'UNKNOWN', age_s: null },
    };
  },
};
