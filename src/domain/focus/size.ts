import { type MicroUsd, microUsd } from '../../kernel/units.js';
import { instrument } from '../instruments/catalogue/index.js';
import { type ContractSpec, worth } from '../instruments/contract.js';
import type { AccountSize, Levels, Sizing } from './types.js';

/** The largest position, counted in micro contracts. */
export const MICROS_MAX = 15;
const MICRO_USD = 1_000_000;

/** An account and the most one of its trades may lose: 0.75 % of it. */
export function accountOf(size: MicroUsd): AccountSize {
  return { size, riskCap: microUsd(Math.floor((size * 3) / 400)) };
}

export interface SizeFacts {
  readonly levels: Levels;
  readonly spec: ContractSpec;
  readonly account: AccountSize;
  /** Limit in force, in micro contracts. */
  readonly microsMax?: number;
}

/** As many contracts as the cap can lose from the worst fill of the entry zone to the stop; none is a valid answer. */
export function sizeFor({ levels, spec, account, microsMax = MICROS_MAX }: SizeFacts): Sizing {
  const stopTicks = stopDistance(levels);
  const riskPerContract = worth(stopTicks, 1, spec);
  const nearestTarget = levels.side === 'LONG' ? levels.tp1 - levels.entryHigh : levels.entryLow - levels.tp1;
  if (riskPerContract <= 0 || nearestTarget <= 0)
    return none(riskPerContract, 'the 5-minute range is too small for this tick: wait for the market to move');
  const limit = Math.floor(microsMax / microsPerContract(spec));
  if (limit === 0) return none(riskPerContract, limitText(spec, microsMax));
  const contracts = Math.min(Math.floor(account.riskCap / riskPerContract), limit);
  if (contracts === 0) return none(riskPerContract, capText(stopTicks, spec, account));
  return { contracts, riskPerContract, risk: microUsd(contracts * riskPerContract), maxLossText: undefined };
}

/** Ticks between the stop and the entry edge farthest from it. */
export const stopDistance = ({ side, entryHigh, entryLow, stop }: Levels): number =>
  side === 'LONG' ? entryHigh - stop : stop - entryLow;

const none = (riskPerContract: MicroUsd, maxLossText: string): Sizing => ({
  contracts: 0,
  riskPerContract,
  risk: microUsd(0),
  maxLossText,
});

/** How many micros move as much money as one contract of this size. */
export function microsPerContract(spec: ContractSpec): number {
  const micro = spec.isMicro || spec.sibling === undefined ? undefined : instrument(spec.sibling);
  return micro ? spec.microUsdPerTick / micro.microUsdPerTick : 1;
}

function capText(stopTicks: number, spec: ContractSpec, { riskCap }: AccountSize): string {
  const risk = worth(stopTicks, 1, spec);
  const fits = Math.floor(riskCap / spec.microUsdPerTick);
  const account = Math.ceil((risk * 400) / 3 / MICRO_USD);
  const micro = spec.isMicro || spec.sibling === undefined ? '' : `, or ${spec.sibling} instead`;
  return `stop ${usd(risk)} > cap ${usd(riskCap)}: needs a stop within ${fits} ticks (now ${stopTicks}) or an account of ${usd(microUsd(account * MICRO_USD))}${micro}`;
}

const limitText = (spec: ContractSpec, microsMax: number): string =>
  `one ${spec.root} is ${microsPerContract(spec)} micros, the limit is ${microsMax}: trade ${spec.sibling ?? 'the micro'} instead`;

/** Whole dollars without cents, else two decimals, upwards: a loss is never shown smaller than it is. */
function usd(micro: MicroUsd): string {
  const cents = Math.ceil(micro / 10_000);
  const text = cents % 100 === 0 ? (cents / 100).toFixed(0) : (cents / 100).toFixed(2);
  return `$${text.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}`;
}
