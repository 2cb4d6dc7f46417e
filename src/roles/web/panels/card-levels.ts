import {
  NEAR_SHARE,
  STOP_ATR,
  STRONG_RATIO,
  TARGET_1_ATR,
  TARGET_2_ATR,
  ZONE_STRONG,
  ZONE_USUAL,
} from '../../../domain/focus/levels.js';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { microUsd, toUsd } from '../../../kernel/units.js';
import type { FocusAsset } from '../../../messages/focus-plan.js';
import { fixed, multiple, price, signedUsd, UNKNOWN, usd } from '../format.js';
import { row, type WhySection } from './card-section.js';
import { barWords, fine } from './card-words.js';
import type { ViewContext } from './panel.js';

/**
 * Entry, stop and targets, each with its distance in ticks, dollars and R. Stop and targets count from the entry edge
 * farthest from the stop, like the risk of the size does; the entry counts from the last price to its nearer edge.
 */
export function levelsView(asset: FocusAsset) {
  const { entry_low, entry_high, stop, tp1, tp2, side, symbol } = asset;
  const spec = instrument(symbol);
  if (entry_low === null || entry_high === null || stop === null || side === null || !spec) return undefined;
  const worst = side === 'LONG' ? entry_high : entry_low;
  const toward = side === 'LONG' ? 1 : -1;
  const stopTicks = Math.round(Math.abs(worst - stop) * spec.ticksPerPoint);
  const lots = Math.max(1, asset.position_size);
  const worth = (ticks: number) => toUsd(microUsd(ticks * lots * spec.microUsdPerTick));
  const inR = (ticks: number): number => ticks / Math.max(1, stopTicks);
  const level = (label: string, key: string, at: number | null) => {
    if (at === null) return undefined;
    const ticks = Math.round((at - worst) * spec.ticksPerPoint) * toward;
    return {
      key,
      label,
      price: price(at, symbol),
      ticks: `${Math.abs(ticks)} t`,
      dollars: short(signedUsd(worth(ticks))),
      r: multiple(inR(ticks)),
    };
  };
  const away = ticksAway(asset, spec.ticksPerPoint);
  return {
    side,
    // A card without a bias leans to one side all the same; beside a bias the word would only be said twice.
    lean: asset.bias === side ? '' : side.toLowerCase(),
    away:
      away === undefined
        ? { where: 'no price yet', ticks: UNKNOWN, dollars: UNKNOWN, r: UNKNOWN }
        : {
            where: away === 0 ? 'in it' : away > 0 ? 'up' : 'down',
            ticks: `${Math.abs(away)} t`,
            dollars: short(usd(worth(Math.abs(away)))),
            r: `${fixed(inR(Math.abs(away)), 1)} R`,
          },
    stopTicks,
    worst: price(worst, symbol),
    low: price(entry_low, symbol),
    high: price(entry_high, symbol),
    basis: asset.position_size > 0 ? '' : 'dollars above are for one contract',
    rows: [level('stop', 'stop', stop), level('tp1', 'target', tp1), level('tp2', 'target', tp2)].filter(
      (row) => row !== undefined,
    ),
  };
}

const short = (amount: string): string => amount.replace('.00', '');

/** Ticks from the last price up (or, negative, down) to the nearer edge of the entry zone, 0 within it. */
function ticksAway(asset: FocusAsset, ticksPerPoint: number): number | undefined {
  const { last_price, entry_low, entry_high } = asset;
  if (last_price === null || entry_low === null || entry_high === null) return undefined;
  const points = last_price < entry_low ? entry_low - last_price : Math.min(0, entry_high - last_price);
  return Math.round(points * ticksPerPoint);
}

/** How entry, stop and targets came of the bar's close, the range and the wave. */
export function levelsWhy(asset: FocusAsset, { now }: ViewContext): WhySection {
  const { side, atr, bar_close, dominant_ratio, symbol, bar_at } = asset;
  const head = { id: 'levels', title: 'Entry, stop, targets' };
  if (side === null || atr === null || dominant_ratio === null)
    return { ...head, says: 'not enough bars yet', groups: [] };
  const isStrong = dominant_ratio > STRONG_RATIO;
  const zone = isStrong ? ZONE_STRONG : ZONE_USUAL;
  const sign = side === 'LONG' ? 1 : -1;
  const middle =
    bar_close === null || bar_close === undefined ? undefined : bar_close - sign * zone * atr * ((1 - NEAR_SHARE) / 2);
  const wave = `wave ${fixed(dominant_ratio, 2)}x is ${isStrong ? 'over' : 'not over'} ${STRONG_RATIO}x`;
  const [against, along] = side === 'LONG' ? ['−', '+'] : ['+', '−'];
  const at = (value: number | null): string => price(value, symbol);
  const [far, near] = side === 'LONG' ? [asset.entry_low, asset.entry_high] : [asset.entry_high, asset.entry_low];
  return {
    ...head,
    says: side,
    at: barWords(bar_at, '5m', now),
    groups: [
      {
        rows: [
          row('P', at(bar_close ?? null), 'close of the bar'),
          row('A', fine(atr, symbol), 'ATR 14 of the 5-minute bars'),
          row('z', fine(zone * atr, symbol), `${zone} A: ${wave}`),
          row('m', fine(middle, symbol), 'middle of the entry zone'),
          row('entry, far', at(far), `P ${against} z, tick towards P`),
          row('entry, near', at(near), `P ${along} ${NEAR_SHARE} z, tick towards P`),
          row('stop', at(asset.stop), `m ${against} ${STOP_ATR} A, tick away from P`),
          row('tp1', at(asset.tp1), `m ${along} ${TARGET_1_ATR} A, tick towards P`),
          row('tp2', at(asset.tp2), `m ${along} ${TARGET_2_ATR} A, tick towards P`),
        ],
      },
    ],
  };
}
