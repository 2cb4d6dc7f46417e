import type { Frozen } from '../../../domain/feed-health/frozen.js';
import type { FeedStatus } from '../../../ports/feed.js';
import type { Charge } from './line.js';
import { clockText, isAlive, type Standing, standingText, toldState, whyOf } from './standing.js';

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
  const away = sources.filter((it) => !isAlive(it));
  if (away.length === sources.length) return noneLive(sources);
  const moved = roots.filter(isMoved);
  const parts = [
    ...groups(moved),
    ...(moved.length < roots.length ? [`${moved.length > 0 ? 'the others' : 'bars'} from ${firsts(roots)}`] : []),
    ...away.map(standingText),
  ];
  return { state: 'live', reason: parts.join('; ') };
}

/** Another source than the first of its order decides. */
export const isMoved = ({ order, charge }: RootReport): boolean => charge.source !== order[0];

/** No source of these brings anything, and one at least has said so: to begin with, a source only starts. */
export const isDead = (sources: readonly Standing[]): boolean =>
  !sources.some(isAlive) && sources.some(({ away }) => away !== undefined);

/** Roots that no source brings anything for. */
export const deadRoots = (report: SourcesReport): readonly RootReport[] =>
  report.roots.filter((root) => isDead(sourcesOf(root, report)));

/** `MGC down: massive failed since 09:41: socket hang up; ibkr silent since 09:43` */
export const deadText = (root: RootReport, report: SourcesReport): string =>
  `${root.root} down: ${sourcesOf(root, report).map(standingText).join('; ')}`;

const sourcesOf = ({ order }: RootReport, { sources }: SourcesReport): readonly Standing[] =>
  sources.filter(({ name }) => order.includes(name));

/** What is gone comes before what only starts: a platform that nobody opens would hide it for ever. */
const ORDER = ['silent', 'failed', 'starting', 'finished', 'live'] as const;

function noneLive(sources: readonly Standing[]): FeedStatus {
  const state = ORDER.find((it) => sources.some((source) => toldState(source) === it)) ?? 'failed';
  const [only] = sources;
  if (sources.length > 1 || !only) return { state, reason: sources.map(standingText).join('; ') };
  const since = only.away && `since ${clockText(only.away.since)}`;
  return { state, reason: [since, whyOf(only)].filter((it) => it !== undefined).join(': ') || undefined };
}

/** Roots that moved together share one part: `MGC, SIL from ibkr since 09:41: massive silent`. */
function groups(moved: readonly RootReport[]): readonly string[] {
  const byText = new Map<string, string[]>();
  for (const { root, charge } of moved) {
    const since = charge.since === undefined ? '' : ` since ${clockText(charge.since)}`;
    const text = `from ${charge.source}${since}${charge.reason === undefined ? '' : `: ${charge.reason}`}`;
    byText.set(text, [...(byText.get(text) ?? []), root]);
  }
  return [...byText].map(([text, roots]) => `${roots.join(', ')} ${text}`);
}

const firsts = (roots: readonly RootReport[]): string =>
  [...new Set(roots.filter((it) => !isMoved(it)).map(({ charge }) => charge.source))].join(', ');
