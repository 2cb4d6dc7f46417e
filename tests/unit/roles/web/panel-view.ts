import { epochMs } from '../../../../src/kernel/units.js';
import { panels } from '../../../../src/roles/web/panels/index.js';
import type { ViewContext } from '../../../../src/roles/web/panels/panel.js';
import { createRender, createViews } from '../../../../src/roles/web/render.js';
import { type DashboardState, fromSnapshot } from '../../../../src/roles/web/state.js';
import { fullSnapshot, MORNING } from '../../../support/web-source.js';

export const render = createRender(createViews());
const full = fromSnapshot(fullSnapshot(MORNING));

export const context = (state: Partial<DashboardState> = {}, more: Partial<ViewContext> = {}): ViewContext => ({
  state: { ...full, ...state },
  now: MORNING,
  freshness: { stale: false },
  mode: 'demo',
  speed: 1,
  ...more,
});
/** A panel of the page as HTML. */
export const html = (id: string, at: ViewContext): string => {
  const panel = panels.find((candidate) => candidate.id === id);
  if (!panel) throw new Error(`no panel ${id}`);
  return render.panel(panel, at);
};
/** Its words alone. */
export const text = (id: string, at: ViewContext): string =>
  html(id, at)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
export const EMPTY: DashboardState = {
  plan: undefined,
  risk: undefined,
  noTrade: undefined,
  session: undefined,
  positions: undefined,
  alerts: [],
  status: undefined,
};
export const staleAt = epochMs(MORNING - 30_000);
