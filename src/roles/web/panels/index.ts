import { alertsPanel } from './alerts.js';
import { focusPanel } from './focus.js';
import { limitsPanel } from './limits.js';
import { noTradePanel } from './no-trade.js';
import { othersPanel } from './others.js';
import type { Panel } from './panel.js';
import { positionsPanel } from './positions.js';
import { riskPanel } from './risk.js';
import { sessionPanel } from './session.js';
import { statusPanel } from './status.js';

/** The order is that of the page and of a snapshot: may I trade, what am I in, what next. Limits have a page of their own. */
export const panels: readonly Panel[] = [
  sessionPanel,
  statusPanel,
  noTradePanel,
  riskPanel,
  positionsPanel,
  focusPanel,
  othersPanel,
  alertsPanel,
  limitsPanel,
];

/** Panels that an event changes. */
export const panelsOn = (event: string): readonly Panel[] =>
  panels.filter((panel) => panel.event === event || panel.alsoOn?.includes(event));
