import type { FocusAsset } from '../../../messages/focus-plan.js';
import { staleText } from './believed.js';
import { closeFirst } from './open-in.js';
import type { ViewContext } from './panel.js';

/** Whether a trader may act on the card now: the engine calls it tradeable, what it shows is not old and no rule wants the other side closed first. */
export const isActionable = (asset: FocusAsset, context: ViewContext): boolean =>
  asset.tradeable && staleText(asset, context) === undefined && closeFirst(asset, context.state) === undefined;
