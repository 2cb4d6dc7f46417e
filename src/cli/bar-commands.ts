import type { Command } from './commands.js';
import { dateOf, type FlagValues, has, monthOf, textOf, usage } from './flags.js';
import type { BackfillRequest, RestoreRequest } from './invocation.js';

export const backfill: Command = {
  name: 'backfill',
  summary: 'load the 1-minute bars of the past year that are missing in the database; in off-hours (12:00-24:00 ET)',
  flags: [
    { name: 'symbol', value: 'MGC', help: 'only this symbol; repeatable (default: WATCHLIST)', repeatable: true },
    { name: 'from', value: 'YYYY-MM-DD', help: 'first trading day (default: a year before --to)' },
    {
      name: 'to',
      value: 'YYYY-MM-DD',
      help: 'last trading day (default: the last one that has been over for 12 hours)',
    },
    { name: 'source', value: 'NAME', help: 'this feed only, e.g. massive (default: the first configured one)' },
    { name: 'force', help: 'in live hours too' },
    { name: 'again', help: 'ask again for minutes that are known to be empty' },
  ],
  read: (values) => ({ command: 'backfill', request: backfillRequest(values) }),
};

function backfillRequest(values: FlagValues): BackfillRequest {
  const [first, last] = [dateOf(values, 'from'), dateOf(values, 'to')];
  return {
    symbols: [...new Set((values.get('symbol') ?? []).map((root) => root.toUpperCase()))],
    range: { ...(first !== undefined && { from: first }), ...(last !== undefined && { to: last }) },
    source: textOf(values, 'source'),
    isForced: has(values, 'force'),
    asksAgain: has(values, 'again'),
  };
}

export const archive: Command = {
  name: 'archive',
  summary: 'move whole months of 1-minute bars that are older than 90 days from the database into files',
  flags: [
    { name: 'before', value: 'YYYY-MM', help: 'only the months before this one (default: all that are old enough)' },
  ],
  read: (values) => ({ command: 'archive', request: { before: monthOf(values, 'before') } }),
};

export const restore: Command = {
  name: 'restore',
  summary: 'bring a month from the archive back into the database, after its files were checked',
  flags: [
    { name: 'month', value: 'YYYY-MM', help: 'the month' },
    { name: 'symbol', value: 'MGC', help: 'only this symbol (default: all that the archive has of the month)' },
  ],
  read: (values) => ({ command: 'restore', request: restoreRequest(values) }),
};

function restoreRequest(values: FlagValues): RestoreRequest {
  const month = monthOf(values, 'month');
  if (month === undefined) throw usage('restore needs a month: --month 2025-03');
  return { month, symbol: textOf(values, 'symbol')?.toUpperCase() };
}
