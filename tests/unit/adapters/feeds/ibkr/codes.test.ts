import { expect, test } from 'vitest';
import { farmOf, isFuturesFarm, meaningOf } from '../../../../../src/adapters/feeds/ibkr/codes.js';

test.each([2104, 2106, 2107, 2108, 2119, 2158, 2100, 2150])('%d tells that nothing is wrong', (code) => {
  expect(['notice', 'farm-up']).toContain(meaningOf(code, 'Market data farm connection is OK:usfuture'));
});

test.each([2105, 2157])('%d is left to the next request: the stream goes on', (code) => {
  expect(meaningOf(code, 'HMDS data farm connection is broken:ushmds')).toBe('notice');
});

test.each([
  [200, 'unknown-contract'],
  [326, 'client-id-taken'],
  [354, 'not-subscribed'],
  [502, 'unreachable'],
  [1100, 'lost'],
  [1101, 'back-without-streams'],
  [1102, 'back'],
  [1300, 'port-changed'],
  [2103, 'farm-down'],
  [2110, 'lost'],
  [10089, 'not-subscribed'],
  [10090, 'not-subscribed'],
  [10197, 'competing'],
  [10225, 'bust'],
  [321, 'refused'],
])('%d means %s', (code, meaning) => {
  expect(meaningOf(code, 'whatever stands there')).toBe(meaning);
});

test.each([
  ['Historical Market Data Service error message:Historical data request pacing violation', 'pacing'],
  ['Historical Market Data Service error message:HMDS query returned no data: MGCZ6@COMEX Trades', 'no-data'],
  ['Historical Market Data Service error message:API historical data query cancelled: 12', 'cancelled'],
  ['Historical Market Data Service error message:No market data permissions for COMEX FUT', 'not-subscribed'],
  [
    'Historical Market Data Service error message:Trading TWS session is connected from a different IP address',
    'competing',
  ],
  ['Historical Market Data Service error message:something else', 'refused'],
])('162 means what it says: %s', (text, meaning) => {
  expect(meaningOf(162, text)).toBe(meaning);
});

test('420 is a stream that is not paid for, or one too many', () => {
  expect(meaningOf(420, 'Invalid Real-time Query:No market data permissions for COMEX FUT')).toBe('not-subscribed');
  expect(meaningOf(420, 'Invalid Real-time Query:Historical data request pacing violation')).toBe('pacing');
});

test('a farm is named behind the colon, and only that of the futures concerns us', () => {
  expect(farmOf('Market data farm connection is broken:usfuture')).toBe('usfuture');
  expect(['usfuture', 'usfuture.nj', 'cashfarm', 'usopt', 'eufarm'].filter(isFuturesFarm)).toEqual([
    'usfuture',
    'usfuture.nj',
  ]);
});
