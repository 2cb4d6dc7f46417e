import type { FocusAsset } from '../../../messages/focus-plan.js';
import { etSince } from '../format.js';
import type { DashboardState } from '../state.js';
import type { ViewContext } from './panel.js';

/** Whether the header says that no prices come: then every price shown is old, each in its own moment. */
export const isFeedLost = ({ status }: DashboardState): boolean =>
  status?.parts.some(({ part, state }) => part === 'feed' && (state === 'down' || state === 'unknown')) ?? false;

/** What a card that may not be acted on says instead of its age; undefined for one that may be believed. */
export function staleText(asset: FocusAsset, { freshness, state, now }: ViewContext): string | undefined {
  if (freshness.stale)
    return freshness.since === undefined ? 'no news yet' : `stale since ${etSince(freshness.since, now)}`;
  if (!asset.stale && !isFeedLost(state)) return undefined;
  return asset.price_at === null ? 'stale' : `stale since ${etSince(asset.price_at, now)}`;
}

/** Open positions whose risk nobody can count. The two reports that tell of them come one after the other. */
export const uncounted = ({ positions, risk }: DashboardState): number =>
  Math.max(
    positions?.positions.filter((row) => row.risk_basis === 'unmanaged').length ?? 0,
    risk?.facts.unmanaged.length ?? 0,
  );
