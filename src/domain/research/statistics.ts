import type { Rng } from '../../kernel/rng.js';

/** An estimate with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959_963_984_540_054;
const BOOTSTRAP_ROUNDS = 2_000;
/** Draws from fewer blocks than these repeat each other so often that their spread is too small to be believed. */
export const BLOCKS_MIN = 10;
const [LOW, HIGH] = [0.025, 0.975];

/** Share of hits with the score interval of Wilson (1927), which stays honest near 0, near 1 and for few tries. */
export function wilson(hits: number, tries: number): Estimate | undefined {
  if (tries <= 0) return undefined;
  const share = hits / tries;
  const shrink = 1 + Z ** 2 / tries;
  const middle = (share + Z ** 2 / (2 * tries)) / shrink;
  const reach = (Z / shrink) * Math.sqrt((share * (1 - share)) / tries + Z ** 2 / (4 * tries ** 2));
  // No hit at all has the lower end 0 and not the dust of a double above it.
  const low = Math.min(share, Math.max(0, middle - reach));
  return { value: share, low, high: Math.max(share, Math.min(1, middle + reach)) };
}

/** One observation: what was said, what came of it, and the block it shares its luck with. */
export interface Observation {
  readonly x: number;
  readonly y: number;
  readonly block: string;
}

/**
 * Mean of y with a percentile bootstrap (Efron 1979) that draws whole blocks: markets of one day move together, so days
 * are what is independent, not trades. Undefined with fewer than two blocks.
 */
export function bootstrapMean(observations: readonly Observation[], rng: Rng): Estimate | undefined {
  const { blocks, blockOf } = blocksOf(observations);
  const counts = new Float64Array(blocks);
  const sums = new Float64Array(blocks);
  for (const [i, { y }] of observations.entries()) {
    const block = blockOf[i] ?? 0;
    counts[block] = (counts[block] ?? 0) + 1;
    sums[block] = (sums[block] ?? 0) + y;
  }
  return estimated(blocks, rng, (times) => {
    const count = counts.reduce((all, own, block) => all + own * (times[block] ?? 0), 0);
    const sum = sums.reduce((all, own, block) => all + own * (times[block] ?? 0), 0);
    return count === 0 ? undefined : sum / count;
  });
}

/** Spearman's rank correlation (1904) of x with y, ties at their mean rank, with the same bootstrap. Undefined too when x or y never differs. */
export function spearman(observations: readonly Observation[], rng: Rng): Estimate | undefined {
  const { blocks, blockOf } = blocksOf(observations);
  const [x, y] = [rankedBy(observations.map((o) => o.x)), rankedBy(observations.map((o) => o.y))];
  const weights = new Float64Array(observations.length);
  return estimated(blocks, rng, (times) => {
    for (const [i, block] of blockOf.entries()) weights[i] = times[block] ?? 0;
    return correlation(midRanks(x, weights), midRanks(y, weights), weights);
  });
}

/** How many blocks there are, and the number of each observation's own. */
function blocksOf(observations: readonly Observation[]): { blocks: number; blockOf: readonly number[] } {
  const numbers = new Map<string, number>();
  const blockOf = observations.map(({ block }) => {
    const known = numbers.get(block) ?? numbers.size;
    numbers.set(block, known);
    return known;
  });
  return { blocks: numbers.size, blockOf };
}

/** The statistic with every block once, and its spread over draws of as many blocks with replacement. */
function estimated(
  blocks: number,
  rng: Rng,
  statistic: (times: Float64Array) => number | undefined,
): Estimate | undefined {
  const value = blocks < BLOCKS_MIN ? undefined : statistic(new Float64Array(blocks).fill(1));
  if (value === undefined) return undefined;
  const drawn: number[] = [];
  for (let round = 0; round < BOOTSTRAP_ROUNDS; round += 1) {
    const times = new Float64Array(blocks);
    for (let k = 0; k < blocks; k += 1) {
      const block = Math.floor(rng.next() * blocks);
      times[block] = (times[block] ?? 0) + 1;
    }
    const again = statistic(times);
    if (again !== undefined) drawn.push(again);
  }
  drawn.sort((a, b) => a - b);
  const at = (share: number): number => drawn[Math.round(share * (drawn.length - 1))] ?? value;
  return { value, low: at(LOW), high: at(HIGH) };
}

/** Values and their indices from the smallest to the largest. */
interface Ranked {
  readonly order: readonly number[];
  readonly values: readonly number[];
}

const rankedBy = (values: readonly number[]): Ranked => ({
  order: [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0)),
  values,
});

/** Mean ranks of observations that count `weights` times each. */
function midRanks({ order, values }: Ranked, weights: Float64Array): Float64Array {
  const ranks = new Float64Array(values.length);
  let below = 0;
  for (let from = 0; from < order.length; ) {
    let [until, tied] = [from, 0];
    const value = values[order[from] ?? 0];
    while (until < order.length && values[order[until] ?? 0] === value) {
      tied += weights[order[until] ?? 0] ?? 0;
      until += 1;
    }
    for (let k = from; k < until; k += 1) ranks[order[k] ?? 0] = below + (tied + 1) / 2;
    below += tied;
    from = until;
  }
  return ranks;
}

/** Pearson's correlation with weights; undefined when one side never differs. */
function correlation(a: Float64Array, b: Float64Array, weights: Float64Array): number | undefined {
  let [count, sumA, sumB] = [0, 0, 0];
  for (const [i, weight] of weights.entries()) {
    count += weight;
    sumA += weight * (a[i] ?? 0);
    sumB += weight * (b[i] ?? 0);
  }
  let [both, ofA, ofB] = [0, 0, 0];
  for (const [i, weight] of weights.entries()) {
    const [da, db] = [(a[i] ?? 0) - sumA / count, (b[i] ?? 0) - sumB / count];
    both += weight * da * db;
    ofA += weight * da * da;
    ofB += weight * db * db;
  }
  return ofA > 0 && ofB > 0 ? both / Math.sqrt(ofA * ofB) : undefined;
}
