/** What a symbol of a backfill has come to. */
export interface PartWorked {
  /** Minutes to ask for. */
  readonly minutes: number;
  readonly minutesDone: number;
  /** New rows. */
  readonly bars: number;
}

export interface Worked {
  readonly parts: readonly PartWorked[];
  /** Wall milliseconds of work so far. */
  readonly tookMs: number | undefined;
}

export interface Standing {
  readonly minutes: number;
  readonly minutesDone: number;
  readonly bars: number;
  /** 0 to 1. */
  readonly share: number;
  /** Minutes of market a wall second; undefined before there is anything to measure. */
  readonly perSecond: number | undefined;
  readonly leftMs: number | undefined;
}

/** How far a run is, how fast it goes, and how long it will take at that pace. */
export function standingOf({ parts, tookMs }: Worked): Standing {
  const sum = (of: (part: PartWorked) => number): number => parts.reduce((all, part) => all + of(part), 0);
  const [minutes, minutesDone, bars] = [sum((it) => it.minutes), sum((it) => it.minutesDone), sum((it) => it.bars)];
  const perMs = tookMs !== undefined && tookMs > 0 && minutesDone > 0 ? minutesDone / tookMs : undefined;
  return {
    minutes,
    minutesDone,
    bars,
    share: minutes === 0 ? 0 : minutesDone / minutes,
    perSecond: perMs === undefined ? undefined : perMs * 1_000,
    leftMs: perMs === undefined ? undefined : (minutes - minutesDone) / perMs,
  };
}
