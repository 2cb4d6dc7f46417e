import type { PositionsState, Verdict } from '../../../messages/dashboard.js';
import { age, instant, plural, signedUsd, usd } from '../format.js';
import { whyNotNow } from '../retiring.js';
import type { Tone, ViewContext } from './panel.js';

type Account = PositionsState['accounts'][number];

const WORDS: Record<Verdict, string> = {
  IN_SYNC: 'in sync',
  GAP: 'a message was missed, the next one heals it',
  STALE: 'stale',
  UNKNOWN: 'not heard yet',
};
const TONES: Record<Verdict, Tone> = { IN_SYNC: 'good', GAP: 'warning', STALE: 'unknown', UNKNOWN: 'unknown' };
/** Where the day's result was read. The platform's own counter knows neither fees nor our trading day. */
const SOURCES: Record<Account['result_source'], string> = {
  executions: 'from fills',
  platform: 'from platform',
  none: '',
};

export const isTrusted = ({ verdict }: Pick<Account, 'verdict'>): boolean => verdict === 'IN_SYNC';

/** One account: how far it can be believed, and its trading day. */
export function accountView(account: Account, context: ViewContext) {
  const { now } = context;
  const isHeard = account.verdict !== 'UNKNOWN';
  const { day_realized: result, result_source: source, consecutive_losses: losses } = account;
  return {
    name: account.account,
    word: account.cut_off ? 'the platform has lost its broker' : WORDS[account.verdict],
    tone: TONES[account.verdict],
    isOld: !isTrusted(account),
    at: isHeard ? account.heard_at : '',
    age: isHeard ? age(now - instant(account.heard_at)) : '',
    result: result === null ? 'not known' : signedUsd(result),
    resultTone: result === null || result === 0 ? 'flat' : result > 0 ? 'gain' : 'loss',
    source: SOURCES[source],
    // The platform's counter tells a result, not how many trades made it.
    trades: source === 'executions' ? plural(account.trades, 'trade') : '',
    losses: losses === null ? '' : losses === 0 ? 'no losing streak' : `${plural(losses, 'loss', 'losses')} in a row`,
    // Its silence refuses entries for good, so there is a way to say that it is not used any more.
    retireAt:
      whyNotNow(account.account, context) === undefined
        ? `/retire-account?account=${encodeURIComponent(account.account)}`
        : '',
    fees: account.fees === null ? '' : `fees ${usd(account.fees)}`,
  };
}
