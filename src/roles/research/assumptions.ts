import { DAYS_MIN, SAMPLES_MIN } from '../../domain/research/quality-table.js';

/** How a plan is taken for a trade; the report carries these sentences, so that a number never stands without them. */
export const ASSUMPTIONS: readonly string[] = [
  'A plan is read at the close of a 5-minute bar, with the code that makes the cards, and followed on the 1-minute bars that open from then on.',
  'It is filled when the price trades in its entry zone within 30 minutes: at the open if that lies in the zone, else at the edge reached first. Later, and after noon, it is not entered.',
  'Then tp1 or the stop, whichever a minute reaches first; both within one minute count as the stop. A minute that fell into the zone from beyond it does not count its own far end as tp1.',
  'A market that opens beyond the stop is left at that open; tp1 never pays more than tp1. What is left at 12:00 ET is closed at the last minute’s close.',
  'R is the result in multiples of the distance from fill to stop, one contract, the whole position at tp1, before fees and slippage.',
  'Plans of one instrument do not overlap: the next is read when the one before has ended. A plan that still runs when the bars end is left out.',
  'LONG and SHORT are cards with a side (quality 55 or more); NEUTRAL is the side a card leaned to, which nobody was told to trade.',
  'Hit rate counts tp1 against all filled plans, with Wilson’s 95 % interval, which takes plans for independent. Mean R and the rank correlation have 95 % bootstrap intervals that draw whole trading days, since plans of one day share its weather.',
  `Nothing is claimed of a cell, or of the whole, with fewer than ${SAMPLES_MIN} filled plans or fewer than ${DAYS_MIN} trading days.`,
];
