import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import { assetEvent } from '../../messages/dashboard.js';
import type { FocusAsset } from '../../messages/focus-plan.js';
import { etSince } from './format.js';
import { partial } from './frame.js';
import { cardId, cardView } from './panels/card.js';
import { heldId, heldView } from './panels/held.js';
import { panels, panelsOn } from './panels/index.js';
import { shownPlan } from './panels/open-in.js';
import { othersPanel } from './panels/others.js';
import type { Panel, ViewContext } from './panels/panel.js';
import { positionsPanel } from './panels/positions.js';
import { rememberPaths } from './template-paths.js';

/** `views/` and `public/` lie beside both `src/` and `dist/`. */
export const projectFolder = (name: string): string => fileURLToPath(new URL(`../../../${name}/`, import.meta.url));

export const createViews = (): Eta =>
  rememberPaths(new Eta({ views: projectFolder('views'), cache: true, autoTrim: false }));

/** Turns state into HTML. The page, the fragments and the stream all use these same functions. */
export interface Render {
  panel(panel: Panel, context: ViewContext): string;
  /** One card of the plan, or undefined when the symbol has none. */
  card(symbol: string, context: ViewContext): string | undefined;
  /** Every panel that an event changes, each addressed to its own element. */
  event(event: string, context: ViewContext): string;
  /** For `<symbol>-update`: a card alone, or the strip of the others when it is in there; empty when the plan lacks it. */
  cardEvent(event: string, context: ViewContext): string;
  /** A part of the page outside the panels: `views/parts/<name>.eta`. */
  part(name: string, view: object): string;
  /** Panels by id, for the page. */
  all(context: ViewContext): Readonly<Record<string, string>>;
}

export const panelElementId = (panel: Panel): string => `panel-${panel.id}`;

/** `range` answers what the charts have read of the day; without it a card's words leave the range out. */
export function createRender(views: Eta, range: ViewContext['range'] = () => undefined): Render {
  const seen = (context: ViewContext): ViewContext => ({ range, ...context });
  const panel = (part: Panel, context: ViewContext): string => {
    const view = part.view(seen(context));
    const stale = context.freshness.stale;
    return views.render('/parts/panel', {
      id: panelElementId(part),
      name: part.id,
      title: part.title,
      tag: part.tag ?? 'section',
      tone: view.tone,
      data: { stale: String(stale), ...view.data },
      staleText: staleText(context),
      inside: views.render(`/panels/${part.id}`, view),
    });
  };
  const find = (symbol: string, { state }: ViewContext) =>
    [...(state.plan?.assets ?? []), ...(state.plan?.others ?? [])].find((asset) => asset.symbol === symbol);
  const card = (symbol: string, context: ViewContext): string | undefined => {
    const asset = find(symbol, context);
    return asset && views.render('/parts/card', cardView(asset, seen(context)));
  };
  /** The open position on each card, without the card: cards wait for their turn, positions do not. */
  const held = (context: ViewContext): readonly string[] => {
    const { plan } = context.state;
    return [...(plan?.assets ?? []), ...(plan?.others ?? [])].map(({ symbol }) =>
      partial(heldId(symbol), views.render('/parts/held', heldView(symbol, context))),
    );
  };
  const event = (name: string, context: ViewContext): string => {
    const parts = panelsOn(name).map((part) => partial(panelElementId(part), panel(part, context)));
    return [...parts, ...(name === positionsPanel.event ? held(context) : [])].join('\n');
  };
  return {
    panel,
    card,
    event,
    cardEvent(name, context) {
      const belongs = ({ symbol }: FocusAsset): boolean => assetEvent(symbol) === name;
      const { cards, others } = shownPlan(context.state);
      const shown = cards.find(belongs);
      if (shown) return partial(cardId(shown.symbol), views.render('/parts/card', cardView(shown, seen(context))));
      return others.some(belongs) ? partial(panelElementId(othersPanel), panel(othersPanel, context)) : '';
    },
    part: (name, view) => views.render(`/parts/${name}`, view),
    all: (context) => Object.fromEntries(panels.map((part) => [part.id, panel(part, context)])),
  };
}

/** Empty while the page can be believed. */
function staleText({ freshness, now }: ViewContext): string {
  if (!freshness.stale) return '';
  return freshness.since === undefined ? 'no news yet' : `stale since ${etSince(freshness.since, now)}`;
}
