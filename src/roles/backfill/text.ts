import type { DateRange } from '../../domain/bars/backfill.js';
import type { BackfillRun } from '../../ports/backfill-store.js';

const whole = (n: number): string => n.toLocaleString('en-US');

/** `MGC: backfilled 45,000 bars (2025-03-01 to 2026-02-26)` */
export const doneText = (root: string, { bars, range }: { bars: number; range: DateRange }): string =>
  `${root}: backfilled ${whole(bars)} bars (${range.from} to ${range.to})`;

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
