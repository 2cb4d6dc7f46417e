import type { DateRange } from '../../domain/bars/backfill.js';
import type { Standing } from '../../domain/bars/standing.js';
import type { BackfillRun } from '../../ports/backfill-store.js';

const whole = (n: number): string => n.toLocaleString('en-US');

export const minutesText = (minutes: number): string => (minutes === 1 ? '1 minute' : `${whole(minutes)} minutes`);

/** `MGC: backfilled 45,000 bars (2025-03-01 to 2026-02-26)` */
export const doneText = (root: string, { bars, range }: { bars: number; range: DateRange }): string =>
  `${root}: backfilled ${whole(bars)} bars (${range.from} to ${range.to})`;

/** How far a run is, ever shorter. */
export function progressTexts(
  roots: readonly string[],
  { bars, leftMs }: Pick<Standing, 'bars' | 'leftMs'>,
): readonly string[] {
  const [root = ''] = roots;
  const whose = roots.length === 1 ? root : `${roots.length} symbols`;
  const count = `${whose}: ${whole(bars)} bars`;
  const short = bars.toLocaleString('en-US', { notation: 'compact' });
  const left = leftMs === undefined ? [] : [`${count}, about ${whole(Math.ceil(leftMs / 1_000))} s left`];
  return [...left, count, `${whose} ${short}`];
}

/** The outcome of a run: a line for each symbol, then what is still missing. */
export function outcomeLines({ parts, range, reason }: BackfillRun, isForPeople: boolean): readonly string[] {
  const line = (evt: string, text: string, fields: object): string =>
    isForPeople ? text : JSON.stringify({ evt, ...fields, text });
  return [
    ...(reason === undefined ? [] : [line('backfill.remark', reason, {})]),
    ...parts.map(({ root, bars, state }) =>
      line('backfill.symbol', doneText(root, { bars, range }), { symbol: root, bars, state, ...range }),
    ),
    ...parts.flatMap(({ root, reasons }) =>
      reasons.map((why) => line('backfill.missing', `${root}: ${why}`, { symbol: root })),
    ),
  ];
}
