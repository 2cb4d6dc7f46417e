import { bookVerdict, verdictOf } from '../../domain/accounts/verdict.js';
import { feedFaults } from '../../domain/copilot/feed-facts.js';
import { silentRoots } from '../../domain/copilot/freshness.js';
import { unheardAccounts } from '../../domain/copilot/results.js';
import type { CopilotState } from '../../domain/copilot/state.js';
import { type EpochMs, iso } from '../../kernel/units.js';
import type { SystemStatus } from '../../messages/dashboard.js';
import type { DataStatus } from '../../messages/data-status.js';
import { feedFactJson } from '../../messages/feed-facts.js';
import type { Mode } from '../../messages/focus-plan.js';

type Part = SystemStatus['parts'][number];

export interface StatusFacts {
  readonly state: CopilotState;
  readonly mode: Mode;
  readonly now: EpochMs;
  readonly data: DataStatus | undefined;
  /** Wall milliseconds since the data role last wrote its status; undefined when it never did. */
  readonly dataSilentMs: number | undefined;
  /** False while the status may still be one that an earlier run has left. */
  readonly dataIsLive?: boolean;
  /** What the engine waits for, undefined while it works. */
  readonly blockedBy: string | undefined;
}

/** The data role writes every second; this long without a beat it is gone. */
const DATA_SILENT_MS_MAX = 5_000;

export function systemStatus(facts: StatusFacts): SystemStatus {
  const { state, now } = facts;
  return {
    as_of: iso(now),
    mode: facts.mode,
    parts: [enginePart(facts), feedPart(facts), bridgePart(facts)],
    markets: state.roots.flatMap((root) => {
      const symbol = state.symbols.get(root);
      if (!symbol) return [];
      const { phase, isOpen, changesAt, note } = symbol.calendar.stateAt(now);
      return [{ symbol: root, phase, open: isOpen, changes_at: iso(changesAt), note: note ?? null }];
    }),
    ...(isStarting(facts) && { starting: true }),
    feed_facts: [...state.feedFacts.values()].map(feedFactJson),
  };
}

/** Live numbers are not to be relied on before the minutes that were missed are in them. */
const isStarting = ({ mode, data, dataIsLive = true }: StatusFacts): boolean =>
  mode === 'live' && (!dataIsLive || data?.feed.ready === false);

function enginePart({ now, blockedBy }: StatusFacts): Part {
  const reason = blockedBy === undefined ? 'deciding' : `waiting for its store: ${blockedBy}`;
  return { part: 'engine', state: blockedBy === undefined ? 'ok' : 'warning', at: iso(now), reason };
}

function feedPart({ state, now, data, dataSilentMs, dataIsLive = true }: StatusFacts): Part {
  if (!data || dataSilentMs === undefined) {
    return { part: 'feed', state: 'unknown', at: null, reason: 'the data service has not been heard yet' };
  }
  const at = newestPrice(data);
  if (dataSilentMs > DATA_SILENT_MS_MAX) {
    return {
      part: 'feed',
      state: 'down',
      at,
      reason: `the data service is silent for ${Math.round(dataSilentMs / 1000)} s`,
    };
  }
  if (!dataIsLive) {
    const unheard = 'starting: the data service has not been heard since the engine began';
    return { part: 'feed', state: 'unknown', at, reason: unheard };
  }
  const { name, state: feedState, reason } = data.feed;
  if (feedState === 'failed' || feedState === 'silent') {
    return { part: 'feed', state: 'down', at, reason: `${name} ${feedState}${reason === null ? '' : `: ${reason}`}` };
  }
  if (feedState === 'finished')
    return { part: 'feed', state: 'ok', at, reason: `${name} finished: every recorded bar was played` };
  if (data.feed.ready === false) return { part: 'feed', state: 'unknown', at, reason: startingText(data) };
  const silent = silentRoots(state, now);
  const troubles = [
    ...(silent.length > 0 ? [`no recent bar for ${silent.join(', ')}`] : []),
    // Of a lost feed the data service itself says the newest.
    ...feedFaults(state).flatMap(({ root, fact, text }) => (fact === 'lost' ? [] : `${root}: ${text}`)),
    ...(data.feed.trouble ? [data.feed.trouble] : []),
  ];
  if (troubles.length > 0) return { part: 'feed', state: 'warning', at, reason: troubles.join('; ') };
  return { part: 'feed', state: feedState === 'live' ? 'ok' : 'unknown', at, reason: `${name} ${feedState}` };
}

/** What `/health` says while the minutes that were missed are fetched and decided. */
const startingText = ({ feed: { name, complete_through } }: DataStatus): string =>
  `starting: ${name} brings the minutes since ${complete_through ?? 'the newest stored bar'}`;

function newestPrice(data: DataStatus): string | null {
  const times = data.roots.flatMap(({ last_price_at, last_bar_at }) => [last_price_at, last_bar_at]);
  return times.reduce((newest, at) => (at !== null && (newest === null || at > newest) ? at : newest), null);
}

function bridgePart(facts: StatusFacts): Part {
  const { state, now } = facts;
  const accounts = [...state.book.accounts.values()];
  const heard = accounts.map(({ snapshot }) => snapshot.receivedAt).sort((a, b) => b - a)[0];
  const program = programNote(facts);
  if (heard === undefined) {
    const reason = `no news from the platform yet${program}`;
    return { part: 'bridge', state: 'unknown', at: null, reason };
  }
  const unheard = unheardAccounts(state);
  if (unheard.length > 0) {
    const reason = `${unheard.join(', ')} UNKNOWN: fills came, but never what is held`;
    return { part: 'bridge', state: 'down', at: iso(heard), reason };
  }
  const verdict = bookVerdict(state.book, now);
  const having = accounts.filter(({ snapshot }) => verdictOf(state.book, snapshot.account, now) === verdict);
  const names = having.map(({ snapshot }) => snapshot.account).join(', ');
  const health = verdict === 'IN_SYNC' ? 'ok' : verdict === 'GAP' ? 'warning' : 'down';
  const reason = `${names} ${verdict}${verdict === 'IN_SYNC' ? '' : program}`;
  return { part: 'bridge', state: health, at: iso(heard), reason };
}

/**
 * Whether the program in the platform still speaks, for an account that does not: the two have different remedies. Only
 * the data role hears it, so of its own old word nothing is said.
 */
function programNote({ data, dataSilentMs }: StatusFacts): string {
  if (dataSilentMs === undefined || dataSilentMs > DATA_SILENT_MS_MAX) return '';
  const programs = data?.programs ?? [];
  if (programs.length === 0) return '';
  const names = programs.filter((it) => it.is_alive).map(({ bridge }) => bridge);
  if (names.length === 0) return '; the bridge program is silent too';
  return `; the bridge program ${[...new Set(names)].join(', ')} is running`;
}
