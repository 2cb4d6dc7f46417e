import type { FocusAsset } from '../../../messages/focus-plan.js';
import { staleText } from './believed.js';
import type { ViewContext } from './panel.js';

/** Whether a trader may act on the card now: the engine calls it tradeable and what it shows is not old. */
export const isActionable = (asset: FocusAsset, context: ViewContext): boolean =>
  asset.tradeable && staleText(asset, context) === undefined;
