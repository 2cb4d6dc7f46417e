import type { Frozen } from '../../../domain/feed-health/frozen.js';
import { etWhen } from '../../../domain/sessions/when.js';
import type { EpochMs } from '../../../kernel/units.js';
import type { FeedStatus } from '../../../ports/feed.js';
import type { Charge } from './line.js';
import { isAlive, type Standing, standingText, toldState, whyOf } from './standing.js';

/** How the sources of a run stand, for status and facts. */
export interface SourcesReport {
  readonly at: EpochMs;
  readonly sources: readonly Standing[];
  readonly roots: readonly RootReport[];
}

export interface RootReport {
  readonly root: string;
  /** In order of trust. */
  readonly order: readonly string[];
  readonly charge: Charge;
  /** The source that is listened to: the one in charge, or where that is not live the first that is. */
  readonly heard: string;
  /** It stands still here. */
  readonly frozen: Frozen | undefined;
  /** It was seen to move here, so that it is known not to stand still. */
  readonly isMoving: boolean;
  /** Some bar was decided: before that nobody is known to be in charge. */
  readonly hasDecided: boolean;
}

/** Several sources as the one feed the rest of the system knows. */
export function summary(report: SourcesReport): FeedStatus {
  const { at, sources, roots } = report;
  const away = sources.filter((it) => !isAlive(it));
  if (away.length === sources.length) return noneLive(report);
  const moved = roots.filter(isMoved);
  const parts = [
    ...groups(moved, at),
    ...(moved.length < roots.length ? [`${moved.length > 0 ? 'the others' : 'bars'} from ${firsts(roots)}`] : []),
    ...away.map((it) => standingText(it, at)),
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

/** `massive failed since 09:41: socket hang up; ibkr silent since 09:43` */
export const sourcesText = (sources: readonly Standing[], at: EpochMs): string =>
  sources.map((it) => standingText(it, at)).join('; ');

/** `from ibkr since 09:41: massive silent` */
export const chargeText = ({ source, since, reason }: Charge, at: EpochMs): string =>
  `from ${source}${since === undefined ? '' : ` since ${etWhen(since, at)}`}${reason === undefined ? '' : `: ${reason}`}`;

/** Those a root has, live or not. */
export const sourcesOf = ({ order }: RootReport, { sources }: SourcesReport): readonly Standing[] =>
  sources.filter(({ name }) => order.includes(name));

/** What is gone comes before what only starts: a platform that nobody opens would hide it for ever. */
const ORDER = ['silent', 'failed', 'starting', 'finished', 'live'] as const;

function noneLive({ at, sources }: SourcesReport): FeedStatus {
  const state = ORDER.find((it) => sources.some((source) => toldState(source) === it)) ?? 'failed';
  const [only] = sources;
  if (sources.length > 1 || !only) return { state, reason: sourcesText(sources, at) };
  const since = only.away && `since ${etWhen(only.away.since, at)}`;
  return { state, reason: [since, whyOf(only)].filter((it) => it !== undefined).join(': ') || undefined };
}

/** Roots that moved together share one part: `MGC, SIL from ibkr since 09:41: massive silent`. */
function groups(moved: readonly RootReport[], at: EpochMs): readonly string[] {
  const byText = new Map<string, string[]>();
  for (const { root, charge } of moved) {
    const text = chargeText(charge, at);
    byText.set(text, [...(byText.get(text) ?? []), root]);
  }
  return [...byText].map(([text, roots]) => `${roots.join(', ')} ${text}`);
}

const firsts = (roots: readonly RootReport[]): string =>
  [...new Set(roots.filter((it) => !isMoved(it)).map(({ charge }) => charge.source))].join(', ');
