/** What one bench says: a JSON line of `npm run bench`. */
export interface Figure {
  /** Null when it could not be measured here; `skipped` says why. */
  readonly value: number | null;
  readonly unit: string;
  /** Of how many single measurements. */
  readonly n: number;
  readonly limit?: number;
  readonly [detail: string]: number | string | Readonly<Record<string, number>> | null | undefined;
}

export type Benches = readonly { readonly name: string; run(): Promise<Figure> }[];

/** The value below which `part` (0 to 1) of all lie; NaN of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
