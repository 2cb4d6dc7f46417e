import type { TrainedRegime } from '../regime/training.js';
import type { CopilotState } from './state.js';

/** Puts a model behind an instrument's regime. Answers why not, for one that is nobody's or no newer than the one in use. */
export function takeRegime(state: CopilotState, root: string, model: TrainedRegime): string | undefined {
  const symbol = state.symbols.get(root);
  if (!symbol) return 'not on the watch list';
  if (symbol.regime && symbol.regime.trainedThrough >= model.trainedThrough) return 'repeat';
  symbol.regime = model;
  symbol.analysis.useRegime(model);
  return undefined;
}
