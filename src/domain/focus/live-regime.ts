import type { TradingDay } from '../../kernel/units.js';
import { createRegimeFilter, type LiveRegime, type RegimeFilter } from '../regime/filter.js';
import type { TrainedRegime } from '../regime/training.js';
import type { FocusWindow } from './window.js';

/** Trading days whose bars are read, today included: a filter forgets where it began within hours. */
const REGIME_WINDOW_DAYS = 2;

/**
 * The regime filter over the newest days of the window. It begins anew with each trading day and each model, so what it
 * says follows from the model and the bars alone, and not from when either came.
 */
export function createLiveRegime(window: FocusWindow) {
  let model: TrainedRegime | undefined;
  let fold: { readonly day: TradingDay | undefined; readonly filter: RegimeFilter; folded: number } | undefined;

  const begun = (used: TrainedRegime): NonNullable<typeof fold> => {
    const filter = createRegimeFilter(used);
    for (const bars of window.focusDays().slice(-REGIME_WINDOW_DAYS, -1)) for (const bar of bars) filter.push(bar);
    return { day: window.day(), filter, folded: 0 };
  };

  return {
    use(next: TrainedRegime): void {
      model = next;
      fold = undefined;
    },
    /** Another contract follows; the model is one of returns and goes on. */
    restart(): void {
      fold = undefined;
    },
    read(): LiveRegime | undefined {
      if (!model) return undefined;
      if (fold?.day !== window.day()) fold = undefined;
      fold ??= begun(model);
      const today = window.today();
      for (const bar of today.slice(fold.folded)) fold.filter.push(bar);
      fold.folded = today.length;
      const reading = fold.filter.read();
      return reading && { ...reading, trainedThrough: model.trainedThrough, rows: model.rows };
    },
  };
}
