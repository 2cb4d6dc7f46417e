import { type FeedEntry, type FeedOptions, feeds } from '../../../adapters/feeds/index.js';
import { chooseFeeds } from '../../../config/feeds.js';
import type { RoleContext } from '../../../config/role-context.js';
import { createRollBook, type RollBook } from '../../../domain/instruments/roll-book.js';
import { hasCode, OperationalError } from '../../../kernel/errors.js';
import type { Feed } from '../../../ports/feed.js';
import { type ArbitratedFeed, createArbiter } from './arbiter.js';

/** The feed of a run, and how its sources stand where it is a live one. */
export interface OpenFeed {
  readonly feed: Feed | undefined;
  readonly sources: ArbitratedFeed['report'] | undefined;
  /** Which months lead, where that is found out and not the calendar's alone. */
  readonly rolls: RollBook | undefined;
}

/** A practice run has its one feed; a live one those that are configured and can be used, in their order. */
export function openFeed(ctx: RoleContext): OpenFeed {
  const { run, config, clock, log } = ctx;
  const alone = { sources: undefined, rolls: undefined };
  if (run.mode !== 'live')
    return { feed: entryOf(run.mode).create(optionsOf(ctx, { roots: config.watchlist })), ...alone };
  const { feeds: names, usual, order, remark } = chooseFeeds(config);
  if (remark !== undefined) log.info({ evt: 'feed.choice' }, remark);
  const wanted = new Map(config.watchlist.map((root) => [root, order.get(root) ?? usual]));
  // One for all of them, so that a fail-over does not change the month.
  const rolls = createRollBook();
  const sources = names.flatMap((name) => {
    const roots = config.watchlist.filter((root) => wanted.get(root)?.includes(name));
    return roots.length > 0 ? usable(ctx, { name, roots, rolls, names }) : [];
  });
  const isThere = (name: string): boolean => sources.some((source) => source.name === name);
  const orders = new Map([...wanted].map(([root, list]) => [root, list.filter(isThere)]));
  if (sources.length === 0) return { feed: undefined, ...alone };
  const arbiter = createArbiter({ sources, orders, clock, log });
  return { feed: arbiter, sources: arbiter.report, rolls };
}

interface Followed {
  readonly roots: readonly string[];
  readonly rolls?: RollBook;
}

interface Wanted extends Followed {
  readonly name: string;
  /** Every feed of the run. */
  readonly names: readonly string[];
}

/** A feed that lacks a setting gives way to the others; unless it is the only one. */
function usable(ctx: RoleContext, { name, names, ...followed }: Wanted): readonly Feed[] {
  try {
    return [entryOf(name).create(optionsOf(ctx, followed))];
  } catch (error) {
    const others = names.filter((it) => it !== name);
    if (!hasCode(error, 'CONFIG_INVALID') || others.length === 0) throw error;
    const text = `${name} cannot be used (${error.message}); ${others.join(', ')} instead`;
    ctx.log.warn({ evt: 'feed.choice', feed: name }, text);
    return [];
  }
}

const optionsOf = ({ config, run, clock, log }: RoleContext, followed: Followed): FeedOptions => ({
  clock,
  ...followed,
  from: run.from,
  seed: run.seed,
  files: run.replayFiles,
  log,
  vendors: { massive: config.massive, ibkr: config.ibkr, twelveData: config.twelveData, finnhub: config.finnhub },
});

function entryOf(name: string): FeedEntry {
  const entry = feeds.find((it) => it.name === name);
  if (entry) return entry;
  const known = feeds.map((it) => it.name).join(', ');
  throw new OperationalError('CONFIG_INVALID', `FEED: there is no feed "${name}"; known are ${known}`);
}
