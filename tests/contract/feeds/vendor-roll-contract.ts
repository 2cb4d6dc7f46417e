import { describe, expect, test } from 'vitest';
import { createRollBook, type RollBook } from '../../../src/domain/instruments/roll-book.js';
import { tradingDay } from '../../../src/domain/sessions/trading-day.js';
import { after, epochMs, HOUR, MINUTE } from '../../../src/kernel/units.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import { eventually } from '../../support/eventually.js';
import { fakeMarket } from '../../support/fake-vendor/market.js';
import type { FakeVendor } from '../../support/fake-vendor/vendor.js';
import { lastMinute, type VendorCase, type VendorRig } from './vendor-rig.js';

/** What a feed promises besides, whose vendor tells what each month trades in a day. The first of its roots is MGC. */
export function vendorRollContract<V extends FakeVendor>(
  name: string,
  { roots }: VendorCase<V>,
  rig: VendorRig<V>,
): void {
  // Gold's Z6 leads until Tuesday 24 November by the calendar; here G7 is traded from Friday on.
  describe(`${name}, ahead of a roll`, () => {
    const moved = new Map([['MGC', tradingDay('2026-11-20')]]);
    const opensAt = epochMs(Date.parse('2026-11-19T23:00:00Z'));
    const monthsOf = (rows: readonly FeedBar[]) => [
      ...new Set(rows.filter(({ root }) => root === 'MGC').map(({ contract }) => contract)),
    ];

    const toldOf = (rolls: RollBook): readonly string[] => {
      const told: string[] = [];
      rolls.onRoll(({ text }) => told.push(text));
      return told;
    };

    test('goes on with the next month at the start of the trading day after volume has moved on: no minute lost, none twice', async () => {
      const rolls = createRollBook();
      const told = toldOf(rolls);
      const { market, vendor, play, settle, hasAll, bars, states } = await rig({
        start: after(opensAt, -80 * MINUTE),
        ...{ moved, rolls },
      });
      await settle();
      await play(18);
      market.moveTo(after(opensAt, -2 * MINUTE));
      await vendor.delivered();
      await play(8);
      await settle();
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
      expect(monthsOf(bars().filter(({ bar }) => bar.at < opensAt))).toEqual(['MGCZ6']);
      expect(monthsOf(bars().filter(({ bar }) => bar.at >= opensAt))).toEqual(['MGCG7']);
      expect(told).toEqual([
        expect.stringMatching(/^MGC rolled to G7 on 2026-11-20: it traded more than Z6 on two days/),
      ]);
      expect(states.filter(({ state }) => state === 'silent')).toEqual([]);
    }, 30_000);

    // G7 is traded from Monday on, and its volumes are counted twelve minutes after the end of a day.
    const lateCount = {
      moved: new Map([['MGC', tradingDay('2026-11-23')]]),
      counted: new Map([['MGCG7', 12 * MINUTE]]),
    };
    const mondayOpensAt = epochMs(Date.parse('2026-11-22T23:00:00Z'));

    test('volumes that lack the newest day of one month are asked for again: over a weekend the roll is still in time', async () => {
      const rolls = createRollBook();
      const told = toldOf(rolls);
      const endsAt = epochMs(Date.parse('2026-11-20T23:00:00Z'));
      const { market, vendor, play, settle, hasAll, bars } = await rig({
        start: after(endsAt, -80 * MINUTE),
        ...{ ...lateCount, rolls },
      });
      await settle();
      await play(18);
      market.moveTo(after(endsAt, -2 * MINUTE));
      await vendor.delivered();
      await play(8);
      expect(told).toEqual([]);
      await eventually(async () => {
        await play(1);
        return told.length > 0;
      });
      expect(told).toEqual([expect.stringMatching(/^MGC rolls to G7 on 2026-11-23: /)]);
      await settle();
      market.moveTo(after(mondayOpensAt, -2 * MINUTE));
      await vendor.delivered();
      // The leap over the weekend may be taken for silence: then the connection is made anew.
      await eventually(async () => {
        await play(1);
        return bars().some(({ bar }) => bar.at >= mondayOpensAt);
      });
      await settle();
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
      expect(monthsOf(bars().filter(({ bar }) => bar.at < endsAt))).toEqual(['MGCZ6']);
      expect(monthsOf(bars().filter(({ bar }) => bar.at > endsAt))).toEqual(['MGCG7']);
    }, 40_000);

    test('a roll that is found late comes with the next trading day and never within one: no minute lost, none twice', async () => {
      const rolls = createRollBook();
      const told = toldOf(rolls);
      const { market, vendor, play, settle, hasAll, bars, states } = await rig({
        start: after(opensAt, -80 * MINUTE),
        ...{ ...lateCount, volumeAhead: 3, rolls },
      });
      await settle();
      await play(18);
      market.moveTo(after(opensAt, -2 * MINUTE));
      await vendor.delivered();
      await play(8);
      // Before its volumes are counted, the day has bars in the old month.
      await eventually(() => bars().some(({ root, bar }) => root === 'MGC' && bar.at >= opensAt));
      expect(told).toEqual([]);
      await eventually(async () => {
        await play(1);
        return told.length > 0;
      });
      expect(told).toEqual([expect.stringMatching(/^MGC rolls to G7 on 2026-11-23: /)]);
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
      expect(monthsOf(bars())).toEqual(['MGCZ6']);
      expect(states.filter(({ state }) => state === 'silent')).toEqual([]);
    }, 40_000);

    test('begun after volume has moved on it brings each month’s own bars of the past', async () => {
      const { market, play, settle, hasAll, bars } = await rig({
        start: after(opensAt, 30 * MINUTE),
        ...{ from: after(opensAt, -90 * MINUTE), moved },
      });
      await settle();
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
      expect(monthsOf(bars())).toEqual(['MGCZ6', 'MGCG7']);
    });

    test('a month that was recorded ahead of the calendar is kept by a new start that cannot read volumes', async () => {
      const [begin, rolls] = [after(opensAt, 30 * MINUTE), createRollBook()];
      const before = fakeMarket({ roots: roots, start: begin, moved });
      for (const { root, contract, bar } of before.past('MGC', after(opensAt, -3 * HOUR), begin))
        rolls.recorded({ root, contract, at: bar.at });
      const { market, play, settle, hasAll, bars } = await rig({ start: begin, moved, rolls, hasVolumes: false });
      await settle();
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
      expect(monthsOf(bars())).toEqual(['MGCG7']);
    });

    test('without volumes it stays with the calendar, and nothing else is lost', async () => {
      const { market, play, settle, hasAll, bars, refused, states } = await rig({ hasVolumes: false });
      await settle();
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
      expect(monthsOf(bars())).toEqual(['MGCZ6']);
      expect(refused).toEqual([]);
      expect(states.filter(({ state }) => state === 'silent')).toEqual([]);
    });
  });
}
