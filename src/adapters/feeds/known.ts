import { OperationalError } from '../../kernel/errors.js';
import { feeds } from './index.js';

interface NamedFeeds {
  readonly feeds: readonly string[];
  readonly feedOrder: ReadonlyMap<string, readonly string[]>;
}

/** Throws CONFIG_INVALID for a feed that is named in FEED or FEED_ORDER and does not exist. */
export function requireKnownFeeds({ feeds: named, feedOrder }: NamedFeeds): void {
  const known = feeds.map(({ name }) => name).filter((name) => name !== 'demo' && name !== 'replay');
  const check = (setting: string, names: readonly string[]): void => {
    const unknown = names.find((name) => !known.includes(name));
    if (unknown === undefined) return;
    throw new OperationalError('CONFIG_INVALID', `${setting} names "${unknown}"; known are ${known.join(', ')}`);
  };
  check('FEED', named);
  check('FEED_ORDER', [...feedOrder.values()].flat());
}
