import { expect, test } from 'vitest';
import { emptyBook } from '../../../../src/domain/accounts/book.js';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { LimitsRecord } from '../../../../src/domain/copilot/effect.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import { accountSizeOf, type CopilotState, createCopilot } from '../../../../src/domain/copilot/state.js';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import { after, DAY, type EpochMs, epochMs, fromUsd, HOUR, MINUTE, toUsd } from '../../../../src/kernel/units.js';
import type { AuditRow } from '../../../../src/ports/audit-store.js';
import { encodeEvent } from '../../../../src/roles/engine/event-codec.js';
import { recover } from '../../../../src/roles/engine/recover.js';
import { keptAudit } from '../../../support/kept-audit.js';

/** 09:00 New York, Monday to Thursday of an ordinary week. */
const nineOf = (day: number): EpochMs => epochMs(Date.parse(`2026-11-${day}T14:00:00Z`));
const [MONDAY, TUESDAY, WEDNESDAY, THURSDAY] = [nineOf(16), nineOf(17), nineOf(18), nineOf(19)] as const;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** What a killed engine leaves behind: its audit and the limits it stored. Every start is a recovery from nothing else. */
function remains() {
  const rows: AuditRow[] = [];
  const limits: LimitsRecord[] = [];
  const audit = keptAudit(rows);
  const history = {
    executionsBefore: async () => [],
    newestSnapshotsBefore: async () => [],
    limitsBefore: async (at: EpochMs) => limits.findLast((it) => it.at < at)?.book,
  };
  const bars = { save: async () => 0, range: async () => [], newest: async () => undefined };
  const take = (state: CopilotState, event: CopilotEvent): void => {
    const { effects, ignored } = decide(state, event);
    if (ignored !== undefined) return;
    limits.push(...effects.flatMap((effect) => (effect.kind === 'record-limits' ? [effect.record] : [])));
    const { tradingDay } = state;
    const [seq, json] = [rows.length + 1, JSON.parse(JSON.stringify(encodeEvent(event)))];
    rows.push({ seq, eventId: `${seq}`, at: event.at, tradingDay, kind: event.kind, event: json, outputs: [] });
  };
  return {
    limits,
    take,
    /** A start with `ACCOUNT_SIZE` of so many dollars at this instant, by the clock. */
    async start(dollars: number, now: EpochMs): Promise<CopilotState> {
      const accountSize = fromUsd(dollars);
      const config = { roots: ['MGC'], accountSize, limits: defaultLimits(accountSize), book: emptyBook };
      const makeState = (start: EpochMs) => createCopilot({ ...config, start });
      const { state, through, seq } = await recover({ makeState, audit, bars, history, regimes, log: silent }, now);
      take(state, { kind: 'begin', at: through, id: `begin-${seq + 1}`, asked: now, ...config });
      return state;
    },
  };
}
const regimes = { modelsBefore: async () => [] };
const sweep = (at: EpochMs): CopilotEvent => ({ kind: 'job', at, name: 'risk-sweep' });
/** Account and risk per trade in force, in dollars. */
const inForce = (state: CopilotState) => [toUsd(accountSizeOf(state)), toUsd(state.limits.inForce.riskPerTrade)];

test('another ACCOUNT_SIZE at a restart loosens nothing within the day, however often it is restarted', async () => {
  const store = remains();
  expect(inForce(await store.start(50_000, MONDAY))).toEqual([50_000, 375]);
  for (const dollars of [100_000, 100_000, 200_000, 50_000, 100_000]) {
    const state = await store.start(dollars, after(MONDAY, HOUR));
    expect(inForce(state)).toEqual([50_000, 375]);
    store.take(state, sweep(after(MONDAY, HOUR + MINUTE)));
  }
  const tuesday = await store.start(100_000, TUESDAY);
  store.take(tuesday, sweep(TUESDAY));
  expect(inForce(tuesday)).toEqual([100_000, 750]);
  expect(store.limits.map(({ book }) => book.pending?.accountSize ?? book.accountSize).map(Number)).toEqual(
    [50_000, 100_000, 200_000, 50_000, 100_000, 100_000].map((it) => Number(fromUsd(it))),
  );
});

test('a smaller one holds at once and is not lost with the process', async () => {
  const store = remains();
  await store.start(50_000, MONDAY);
  expect(inForce(await store.start(20_000, after(MONDAY, HOUR)))).toEqual([20_000, 150]);
  expect(inForce(await store.start(20_000, after(MONDAY, 2 * HOUR)))).toEqual([20_000, 150]);
  expect(inForce(await store.start(50_000, after(MONDAY, 3 * HOUR))), 'back is a loosening').toEqual([20_000, 150]);
});

test('a size asked for after days of standing still waits for the day after it was asked for', async () => {
  const store = remains();
  await store.start(50_000, MONDAY);
  const state = await store.start(100_000, WEDNESDAY);
  store.take(state, sweep(WEDNESDAY));
  expect(inForce(state)).toEqual([50_000, 375]);
  store.take(state, sweep(THURSDAY));
  expect(inForce(state)).toEqual([100_000, 750]);
});

test('what was folded is judged with the size in force then, not with the one of the process that folds it', async () => {
  const store = remains();
  const state = await store.start(50_000, MONDAY);
  // Over the ceiling of the account then, under the one of the account now.
  store.take(state, { kind: 'set-limits', at: MONDAY, id: 'c1', change: { riskPerTrade: fromUsd(1_500) } });
  expect(state.limits.pending).toBeUndefined();
  const born = await store.start(100_000, after(MONDAY, HOUR));
  expect(toUsd(born.limits.pending?.limits.riskPerTrade ?? fromUsd(0)), 'the share of a larger account').toBe(750);
});

test('it is still in force when the audit of its first days is not folded any more', async () => {
  const store = remains();
  const state = await store.start(50_000, MONDAY);
  for (let day = MONDAY; day <= WEDNESDAY; day = after(day, DAY)) store.take(state, sweep(day));
  expect(inForce(await store.start(100_000, THURSDAY))).toEqual([50_000, 375]);
});
