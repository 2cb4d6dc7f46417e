import { DAYS_MIN, type QualityTable, SAMPLES_MIN } from './quality-table.js';

/** Does quality sort outcomes? `unknown` where the sample cannot tell. */
export type SortingVerdict = 'unknown' | 'no' | 'yes' | 'inverted';

export function sortingVerdict({ filled, days, sorting }: QualityTable): SortingVerdict {
  if (!sorting || filled < SAMPLES_MIN || days < DAYS_MIN) return 'unknown';
  if (sorting.low > 0) return 'yes';
  return sorting.high < 0 ? 'inverted' : 'no';
}

/** What can and what cannot be said, in words. Synthetic bars say nothing of a market, whatever they show. */
export function summaryOf(table: QualityTable, { isSynthetic }: { readonly isSynthetic: boolean }): string {
  return [saidOfSorting(table), saidOfCells(table), isSynthetic ? SYNTHETIC : '']
    .filter((text) => text !== '')
    .join(' ');
}

const SYNTHETIC = 'The bars are the demo’s synthetic market: nothing of this holds for a real one.';

function saidOfSorting(table: QualityTable): string {
  const { sorting } = table;
  const sample = `${count(table.filled, 'filled plan')} on ${count(table.days, 'trading day')}`;
  switch (sortingVerdict(table)) {
    case 'unknown':
      return table.filled === 0
        ? 'No plan was filled in these bars, so nothing can be said.'
        : `Whether quality sorts outcomes cannot be said: ${sample} ${table.filled === 1 ? 'is' : 'are'} too few (${SAMPLES_MIN} plans and ${DAYS_MIN} days are the fewest).`;
    case 'no':
      return `Quality was not seen to sort outcomes: over ${sample} its rank correlation with R is ${range(sorting)}, and that includes zero.`;
    case 'yes':
      return `Higher quality went with better outcomes: over ${sample} its rank correlation with R is ${range(sorting)}${weak(sorting)}.`;
    case 'inverted':
      return `Higher quality went with worse outcomes: over ${sample} its rank correlation with R is ${range(sorting)}${weak(sorting)}.`;
  }
}

function saidOfCells({ cells }: QualityTable): string {
  if (cells.length === 0) return '';
  const large = cells.filter(({ isTooSmall }) => !isTooSmall).length;
  const enough = `${SAMPLES_MIN} filled plans on ${DAYS_MIN} days`;
  if (large === 0) return `No cell has ${enough}, so no cell says anything.`;
  if (large === cells.length) return `Every cell has at least ${enough}.`;
  return `${large} of ${cells.length} cells have at least ${enough}; nothing is claimed of the others.`;
}

/** Cohen's rule of thumb (1988): a correlation under 0.1 is not even small. */
const WEAK_UNDER = 0.1;
const weak = (sorting: QualityTable['sorting']): string =>
  Math.abs(sorting?.value ?? 0) < WEAK_UNDER ? ', too weak to choose trades by' : '';

const range = (sorting: QualityTable['sorting']): string =>
  sorting === undefined
    ? 'unknown'
    : `${signed(sorting.value)} (95 % interval ${signed(sorting.low)} to ${signed(sorting.high)})`;

const signed = (value: number): string => {
  const text = Math.abs(value).toFixed(2);
  return Number(text) === 0 ? '0.00' : `${value < 0 ? '−' : '+'}${text}`;
};

const count = (n: number, one: string): string => `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`;
