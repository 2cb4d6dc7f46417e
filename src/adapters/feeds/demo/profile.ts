/** How one synthetic market behaves. Figures are chosen to look like November 2026, not fitted to a data set. */
export interface MarketProfile {
  readonly root: string;
  /** Points of price on the first day of the chain. */
  readonly level: number;
  /** Standard deviation of a one-minute move at an ordinary hour (activity 1), in points. */
  readonly minuteMove: number;
  /** Contracts traded in a minute at activity 1. */
  readonly minuteVolume: number;
  /** Size of the jump at the 18:00 ET open, in one-minute moves. */
  readonly openingGap: number;
  /** The news that several markets share, and how much of a move it explains (a correlation, 0-1). */
  readonly factor: { readonly name: 'equity' | 'metal' | 'energy'; readonly share: number };
  /** Hours of the day by their activity, as [ET minute of day, activity], joined by straight lines. */
  readonly hours: readonly (readonly [number, number])[];
}

const at = (hour: number, minute = 0): number => hour * 60 + minute;

// Asia quiet, Europe from 03:00, data at 08:30, the cash open at 09:30, the cash close at 16:00.
const equityHours = [
  [at(0), 0.45],
  [at(2), 0.5],
  [at(3), 0.8],
  [at(4, 30), 0.7],
  [at(8, 25), 0.75],
  [at(8, 30), 1.35],
  [at(8, 45), 0.95],
  [at(9, 29), 1],
  [at(9, 30), 2.1],
  [at(10, 30), 1.5],
  [at(12), 1],
  [at(14), 0.95],
  [at(15, 30), 1.3],
  [at(15, 59), 1.7],
  [at(16, 5), 0.6],
  [at(16, 59), 0.35],
  [at(18), 0.7],
  [at(18, 30), 0.5],
  [at(19, 55), 0.45],
  [at(20), 0.7],
  [at(21), 0.5],
] as const;

// The old COMEX pit opens at 08:20 and its settlement is about 13:30; Shanghai opens at 20:00 or 21:00.
const metalHours = [
  [at(0), 0.5],
  [at(2), 0.6],
  [at(3), 0.95],
  [at(5), 0.8],
  [at(8, 15), 0.9],
  [at(8, 20), 1.6],
  [at(8, 30), 1.9],
  [at(9), 1.4],
  [at(10), 1.6],
  [at(11), 1.2],
  [at(13, 30), 1],
  [at(13, 45), 0.6],
  [at(16, 59), 0.3],
  [at(18), 0.7],
  [at(19), 0.5],
  [at(20), 0.8],
  [at(21), 0.9],
  [at(22), 0.6],
] as const;

// The old NYMEX pit opens at 09:00, inventories come at 10:30, settlement is 14:30.
const energyHours = [
  [at(0), 0.35],
  [at(2), 0.5],
  [at(3), 0.9],
  [at(5), 0.8],
  [at(8, 55), 0.95],
  [at(9), 1.6],
  [at(10, 25), 1.3],
  [at(10, 30), 1.8],
  [at(11), 1.3],
  [at(14, 15), 1.2],
  [at(14, 29), 1.6],
  [at(14, 35), 0.6],
  [at(16, 59), 0.3],
  [at(18), 0.6],
  [at(19), 0.4],
  [at(21), 0.5],
] as const;

export const profiles: readonly MarketProfile[] = [
  {
    root: 'MGC',
    level: 4_180,
    minuteMove: 1.4,
    minuteVolume: 120,
    openingGap: 2.5,
    factor: { name: 'metal', share: 0.75 },
    hours: metalHours,
  },
  {
    root: 'MNQ',
    level: 24_950,
    minuteMove: 10.4,
    minuteVolume: 900,
    openingGap: 3,
    factor: { name: 'equity', share: 0.92 },
    hours: equityHours,
  },
  {
    root: 'MES',
    level: 6_790,
    minuteMove: 2.05,
    minuteVolume: 700,
    openingGap: 3,
    factor: { name: 'equity', share: 0.94 },
    hours: equityHours,
  },
  {
    root: 'MCL',
    level: 60.2,
    minuteMove: 0.036,
    minuteVolume: 90,
    openingGap: 3.5,
    factor: { name: 'energy', share: 0.8 },
    hours: energyHours,
  },
  {
    root: 'SIL',
    level: 50.4,
    minuteMove: 0.042,
    minuteVolume: 22,
    openingGap: 3,
    factor: { name: 'metal', share: 0.7 },
    hours: metalHours,
  },
  {
    root: 'MHG',
    level: 5.02,
    minuteMove: 0.0036,
    minuteVolume: 14,
    openingGap: 2.5,
    factor: { name: 'metal', share: 0.45 },
    hours: metalHours,
  },
];

/** Activity of a market at a minute of the New York day; 1 is ordinary. */
export function activityAt({ hours }: MarketProfile, etMinute: number): number {
  const next = hours.findIndex(([minute]) => minute > etMinute);
  const before = hours[next === -1 ? hours.length - 1 : Math.max(0, next - 1)];
  const following = next === -1 ? hours[0] : hours[next];
  if (!before || !following) return 1;
  const [fromMinute, from] = before;
  const [toMinute, to] = following;
  const span = (toMinute - fromMinute + 1_440) % 1_440 || 1_440;
  return from + ((to - from) * (etMinute - fromMinute)) / span;
}
