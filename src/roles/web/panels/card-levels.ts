import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { microUsd, toUsd } from '../../../kernel/units.js';
import type { FocusAsset } from '../../../messages/focus-plan.js';
import { multiple, price, signedUsd } from '../format.js';

/** Entry, stop and targets. Distances count from the entry edge farthest from the stop, like the risk of the size does. */
export function levelsView(asset: FocusAsset) {
  const { entry_low, entry_high, stop, tp1, tp2, side, symbol } = asset;
  const spec = instrument(symbol);
  if (entry_low === null || entry_high === null || stop === null || side === null || !spec) return undefined;
  const worst = side === 'LONG' ? entry_high : entry_low;
  const toward = side === 'LONG' ? 1 : -1;
  const stopTicks = Math.round(Math.abs(worst - stop) * spec.ticksPerPoint);
  const lots = Math.max(1, asset.position_size);
  const level = (label: string, key: string, at: number | null) => {
    if (at === null) return undefined;
    const ticks = Math.round((at - worst) * spec.ticksPerPoint) * toward;
    return {
      key,
      label,
      price: price(at, symbol),
      ticks: `${Math.abs(ticks)} t`,
      dollars: signedUsd(toUsd(microUsd(ticks * lots * spec.microUsdPerTick))).replace('.00', ''),
      r: key === 'stop' || stopTicks === 0 ? '' : multiple(ticks / stopTicks),
    };
  };
  return {
    side,
    low: price(entry_low, symbol),
    high: price(entry_high, symbol),
    basis: asset.position_size > 0 ? '' : '$ for one contract',
    rows: [level('stop', 'stop', stop), level('tp1', 'target', tp1), level('tp2', 'target', tp2)].filter(
      (row) => row !== undefined,
    ),
  };
}
