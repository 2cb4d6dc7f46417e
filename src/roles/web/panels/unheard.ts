import type { DashboardState } from '../state.js';

/** Symbols of the watch list of which no bar has been heard: they are in no plan yet. */
export function unheard({ plan, status }: DashboardState): readonly string[] {
  const planned = new Set([...(plan?.assets ?? []), ...(plan?.others ?? [])].map(({ symbol }) => symbol));
  return (status?.markets ?? []).map(({ symbol }) => symbol).filter((symbol) => !planned.has(symbol));
}
