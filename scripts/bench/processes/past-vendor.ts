// A process of its own: a vendor's REST interface on loopback that has a bar for every minute of the session it is asked for.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { missingSpans } from '../../../src/domain/bars/coverage.js';
import { instrument } from '../../../src/domain/instruments/catalogue/index.js';
import { parsePlatformSymbol } from '../../../src/domain/instruments/roll.js';
import { sessionCalendar } from '../../../src/domain/sessions/calendar.js';
import { epochMs, MINUTE } from '../../../src/kernel/units.js';

const ROWS_MAX = 50_000;
/** Whole points lie on the grid of each of the six symbols. */
const BASE = 1_000;
const SWING = 200;

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const ticker = /^\/futures\/v1\/aggs\/([A-Z0-9]+)$/.exec(url.pathname)?.[1];
  response.statusCode = ticker === undefined ? 404 : 200;
  response.setHeader('content-type', 'application/json');
  response.end(ticker === undefined ? '{}' : page(ticker, url.searchParams));
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once('disconnect', () => process.exit(0));

/** One page is enough: a month has fewer minutes than a page has rows. */
function page(ticker: string, query: URLSearchParams): string {
  const instant = (name: string) => epochMs(Number(BigInt(query.get(name) ?? '0') / 1_000_000n));
  const [from, to] = [instant('window_start.gte'), instant('window_start.lt')];
  const spec = instrument(parsePlatformSymbol(ticker, from)?.root ?? '');
  if (!spec) return '{"status":"OK","results":[]}';
  const calendar = sessionCalendar(spec.calendar);
  const rows: string[] = [];
  for (const span of missingSpans({ from, to, calendar, minutes: [], empty: [] })) {
    for (let at: number = span.from; at < span.to; at += MINUTE) {
      const open = BASE + ((at / MINUTE) % SWING);
      rows.push(
        `{"ticker":"${ticker}","window_start":${at}000000,"open":${open},"high":${open + 2},"low":${open - 2},"close":${open + 1},"volume":41,"transactions":4,"dollar_volume":0,"session_end_date":"2026-11-19"}`,
      );
    }
  }
  if (rows.length > ROWS_MAX) throw new Error(`${rows.length} rows do not fit into a page`);
  return `{"status":"OK","results":[${rows.join(',')}]}`;
}
