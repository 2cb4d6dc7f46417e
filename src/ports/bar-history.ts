import type { BulkBarStore } from './bar-store.js';

/** Every bar there is, wherever it lies: the store and the archive as one. */
export type BarHistory = Pick<BulkBarStore, 'range' | 'columns' | 'minutes' | 'newest'>;
