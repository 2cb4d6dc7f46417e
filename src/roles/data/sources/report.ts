import type { Frozen } from '../../../domain/feed-health/frozen.js';
import { etMinuteOfDay, wallClock } from '../../../domain/sessions/session.js';
import type { FeedStatus } from '../../../ports/feed.js';
import type { Charge } from './line.js';
import type { Standing } from './standing.js';

/** How the sources of a run stand, for status and facts. */
export interface SourcesReport {
  readonly sources: readonly Standing[];
  readonly roots: readonly RootReport[];
}

export interface RootReport {
  readonly root: string;
  /** In order of trust. */
  readonly order: readonly string[];
  readonly charge: Charge;
  /** The source in charge stands still here. */
  readonly frozen: Frozen | undefined;
  /** The source in charge was seen to move here, so that it is known not to stand still. */
  readonly isMoving: boolean;
  /** Some bar was decided: before that nobody is known to be in charge. */
  readonly hasDecided: boolean;
}

/** Several sources as the one feed the rest of the system knows. */
export function summary({ sources, roots }: SourcesReport): FeedStatus {
  const away = sources.filter(({ state }) => state !== 'live');
  if (away.length === sources.length) return allAway(sources);
  const moved = roots.filter(isMoved);
  const parts = [
    ...groups(moved),
    ...(moved.length < roots.length ? [`${moved.length > 0 ? 'the others' : 'bars'} from ${firsts(roots)}`] : []),
    ...away.map(({ name, state, reason }) => `${name} ${state}${reason === undefined ? '' : `: ${reason}`}`),
  ];
  return { state: 'live', reason: parts.join('; ') };
}

/** Another source than the first of its order decides. */
export const isMoved = ({ order, charge }: RootReport): boolean => charge.source !== order[0];

const ORDER = ['starting', 'silent', 'failed', 'finished', 'live'] as const;

function allAway(sources: readonly Standing[]): FeedStatus {
  const state = ORDER.find((it) => sources.some((source) => source.state === it)) ?? 'failed';
  const words = sources.map((it) => `${it.name} ${it.state}${it.reason === undefined ? '' : `: ${it.reason}`}`);
  return { state, reason: sources.length === 1 ? sources[0]?.reason : words.join('; ') };
}

/** Roots that moved together share one part: `MGC, SIL from ibkr since 09:41: massive silent`. */
function groups(moved: readonly RootReport[]): readonly string[] {
  const byText = new Map<string, string[]>();
  for (const { root, charge } of moved) {
    const since = charge.since === undefined ? '' : ` since ${wallClock(etMinuteOfDay(charge.since))}`;
    const text = `from ${charge.source}${since}${charge.reason === undefined ? '' : `: ${charge.reason}`}`;
    byText.set(text, [...(byText.get(text) ?? []), root]);
  }
  return [...byText].map(([text, roots]) => `${roots.join(', ')} ${text}`);
}

const firsts = (roots: readonly RootReport[]): string =>
  [...new Set(roots.filter((it) => !isMoved(it)).map(({ charge }) => charge.source))].join(', ');
