import { openSince } from '../../../domain/feed-health/bounds.js';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { type SessionCalendar, sessionCalendar } from '../../../domain/sessions/calendar.js';
import { etWhen } from '../../../domain/sessions/when.js';
import { type EpochMs, epochMs, iso, SECOND } from '../../../kernel/units.js';
import type { Known } from '../facts.js';
import { isDead, isMoved, type RootReport, type SourcesReport, sourcesOf, sourcesText } from './report.js';
import { isSteady, type Standing } from './standing.js';

/** What the engine is to know of the sources of each root. */
export const knownOfSources = (report: SourcesReport): readonly Known[] =>
  report.roots.flatMap((root) => {
    const lost = lostFact(root, report);
    const known = [sourceFact(root, report.at), lost, frozenFact(root, report.at, lost)];
    return known.filter((it) => it !== undefined);
  });

/** Whether the sources of this run will show if it is over; till then silence about it is no sign that it is. */
export const isWatched = ({ roots }: SourcesReport, { root, fact }: Pick<Known, 'root' | 'fact'>): boolean =>
  (fact === 'lost' || fact === 'frozen') && roots.some((it) => it.root === root);

function sourceFact(report: RootReport, now: EpochMs): Known | undefined {
  const { root, order, charge, hasDecided } = report;
  if (!hasDecided || order.length < 2) return undefined;
  const { source, since, reason } = charge;
  const about = { root, fact: 'source' } as const;
  if (!isMoved(report)) return { ...about, active: false, text: `bars come from ${source} again`, facts: {} };
  const from = since === undefined ? source : `${source} since ${etWhen(since, now)} ET`;
  return {
    ...{ ...about, active: true, since },
    text: `bars come from ${from}: ${reason ?? 'no other'}`,
    facts: { source, instead_of: order[0] ?? null, since: since === undefined ? null : iso(since) },
  };
}

/** A connection that is made again within a moment is no loss. Milliseconds of open market. */
const LOST_AFTER_MS = 2 * SECOND;

/**
 * While its market is shut nobody misses a feed. It is over once the source in charge has been live for a while: another may
 * yet bring nothing, and one that comes and goes is not back.
 */
function lostFact(root: RootReport, report: SourcesReport): Known | undefined {
  const { order, charge } = root;
  const { at } = report;
  const sources = sourcesOf(root, report);
  const about = { root: root.root, fact: 'lost' } as const;
  const over = (text: string): Known => ({ ...about, active: false, text, facts: {} });
  if (!isDead(sources)) {
    const isBack = sources.some((it) => it.name === charge.source && isSteady(it, at));
    if (isBack) return over(`${charge.source} is live again`);
    return isShut(root.root, at) ? over(SHUT) : undefined;
  }
  const since = deadSince(sources);
  const calendar = calendarOf(root.root);
  const missedSince = calendar && openSince(since, at, calendar);
  if (missedSince === undefined) return over(SHUT);
  if (at - missedSince < LOST_AFTER_MS) return undefined;
  return {
    ...{ ...about, active: true, since },
    text: `no prices come: ${sourcesText(sources, at)}`,
    facts: { feeds: order.join(','), since: iso(since) },
  };
}

/** When the last of them went; one that has only ever been starting was none that brought anything. */
const deadSince = (sources: readonly Standing[]): EpochMs =>
  epochMs(Math.max(...sources.flatMap(({ away }) => away?.since ?? [])));

const SHUT = 'its market is shut';

function calendarOf(root: string): SessionCalendar | undefined {
  const spec = instrument(root);
  return spec && sessionCalendar(spec.calendar);
}
const isShut = (root: string, at: EpochMs): boolean => !calendarOf(root)?.isOpen(at);

/** What is lost does not stand still as well: one outage is one fact. A market that is shut has no price that could move. */
function frozenFact(report: RootReport, at: EpochMs, lost: Known | undefined): Known | undefined {
  const { root, charge, heard, frozen, isMoving } = report;
  const about = { root, fact: 'frozen' } as const;
  const over = (text: string): Known => ({ ...about, active: false, text, facts: {} });
  if (lost?.active) return over(`${charge.source} is not live any more`);
  if (!frozen && isMoving) return over(`${heard} moves again`);
  if (!frozen) return isShut(root, at) ? over(SHUT) : undefined;
  return {
    ...{ ...about, active: true, since: frozen.since },
    text: `${heard} stands still: ${frozen.text}`,
    facts: { feed: heard, kind: frozen.kind, ...frozen.facts },
  };
}
