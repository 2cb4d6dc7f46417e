import type { EntryFacts } from '../entry.js';
import { closedBy } from '../held.js';
import type { AccountFacts, Finding, RiskRule } from '../rule.js';

/**
 * No entry while any account is not known for certain: silence is never read as flat. A trade that closes needs only the
 * account it closes in: there the stop may have been filled meanwhile, and the order would open the other side.
 */
export const accountInSync: RiskRule = {
  id: 'account-in-sync',
  severity: 'refuse',
  judge({ accounts, entry }) {
    if (accounts.length === 0) return { text: 'no news from the trading platform yet', facts: { accounts: 0 } };
    if (entry?.kind === 'closes') return doubtOfClose(entry, accounts);
    const bad = accounts.find(({ verdict }) => verdict !== 'IN_SYNC');
    if (bad) return { text: stateOf(bad), facts: factsOf(bad) };
    const meant = entry?.request.account;
    if (meant === undefined || accounts.some(({ account }) => account === meant)) return undefined;
    return neverHeard(meant);
  },
};

type Said = Omit<Finding, 'rule'>;

function doubtOfClose({ request, held }: EntryFacts, accounts: readonly AccountFacts[]): Said | undefined {
  for (const { account, symbol } of closedBy(request, held)) {
    const its = accounts.find((known) => known.account === account);
    if (!its) return neverHeard(account);
    if (its.verdict === 'IN_SYNC') continue;
    const text = `${stateOf(its)}, so whether ${symbol} is still open to be closed is not known: use the platform's own flatten`;
    return { text, facts: factsOf(its) };
  }
  return undefined;
}

function stateOf({ account, verdict, ageMs, isCutOff }: AccountFacts): string {
  const why = isCutOff ? 'the platform has lost its connection to the broker' : `last heard ${seconds(ageMs)} s ago`;
  return `account ${account} is ${verdict}: ${why}`;
}

const factsOf = ({ account, verdict, ageMs }: AccountFacts): Said['facts'] => ({
  account,
  verdict,
  age_s: seconds(ageMs),
});

const neverHeard = (account: string): Said => ({
  text: `account ${account} was never heard of`,
  facts: { account, verdict: 'UNKNOWN', age_s: null },
});

const seconds = (ms: number): number => Math.round(ms / 1000);
