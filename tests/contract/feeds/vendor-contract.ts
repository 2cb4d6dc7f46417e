import { describe, expect, test } from 'vitest';
import { barFault } from '../../../src/domain/bars/bar.js';
import { after, epochMs, iso, MINUTE } from '../../../src/kernel/units.js';
import { eventually } from '../../support/eventually.js';
import type { FakeVendor } from '../../support/fake-vendor/vendor.js';
import { lastMinute, START, type VendorCase, vendorRig } from './vendor-rig.js';
import { vendorRollContract } from './vendor-roll-contract.js';

/** What every feed over a vendor's network promises, whatever the network does. */
export function vendorContract<V extends FakeVendor>(name: string, it: VendorCase<V>): void {
  const start = it.start ?? START;
  const rig = vendorRig(it);

  describe(name, () => {
    test('brings every closed bar once, in order, sound and of a listed contract', async () => {
      const { market, play, settle, hasAll, bars, passed } = await rig();
      await settle();
      await play(8);
      await hasAll(lastMinute(market.clock.now()));
      expect(bars().length).toBeGreaterThan(10);
      for (const { bar } of bars()) expect(barFault(bar)).toBeUndefined();
      const closes = passed.map(({ completeThrough }) => completeThrough ?? 0);
      expect(closes).toEqual([...new Set(closes)].sort((a, b) => a - b));
    });

    test('passes nothing on before market time has reached its close, and nothing behind what it said was complete', async () => {
      const { play, settle, passed } = await rig();
      await settle();
      await play(5);
      await eventually(() => passed.length >= 4);
      let through = 0;
      for (const { bars, completeThrough, at } of passed) {
        for (const { bar } of bars) {
          expect(after(bar.at, MINUTE)).toBeLessThanOrEqual(at);
          expect(after(bar.at, MINUTE)).toBeGreaterThan(through);
          expect(after(bar.at, MINUTE)).toBeLessThanOrEqual(completeThrough ?? 0);
        }
        expect(completeThrough ?? 0).toBeLessThanOrEqual(at);
        through = completeThrough ?? through;
      }
    });

    test('resumed at an instant it brings exactly what comes after', async () => {
      const from = after(start, -45 * MINUTE);
      const { market, play, settle, hasAll, bars } = await rig({ from });
      await settle();
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
      expect(Math.min(...bars().map(({ bar }) => bar.at))).toBe(from);
    });

    test('tells last prices of the front contracts, on the grid', async () => {
      const { play, settle, ticks, bars } = await rig();
      await settle();
      await play(3);
      await eventually(() => it.roots.every((root) => ticks.some((tick) => tick.root === root)));
      const contracts = new Set(bars().map(({ contract }) => contract));
      expect(ticks.filter(({ price, contract }) => !Number.isSafeInteger(price) || !contracts.has(contract))).toEqual(
        [],
      );
    });

    test('a market that did not trade in a minute holds the others up for seconds only', async () => {
      const { market, play, settle, hasAll } = await rig({ thin: [it.roots[1]] });
      await settle();
      await play(6);
      await hasAll(lastMinute(market.clock.now()));
    });

    test('a lost connection is made again, and what was missed meanwhile is asked for: no hole, nothing twice', async () => {
      const { market, vendor, play, settle, hasAll, states } = await rig();
      await settle();
      await play(3);
      vendor.setDown(true);
      vendor.drop();
      await eventually(() => states.at(-1)?.state === 'silent');
      for (let i = 0; i < 7; i += 1) market.moveTo(after(market.clock.now(), MINUTE));
      vendor.setDown(false);
      await settle();
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
    }, 30_000);

    test('a connection that is cut in the middle of a frame is made again, and nothing is lost', async () => {
      const { market, vendor, play, settle, hasAll, states } = await rig();
      await settle();
      await play(2);
      const before = states.length;
      vendor.halfFrame();
      await eventually(() => states.length > before && states.slice(before).some(({ state }) => state === 'silent'));
      await settle();
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
    }, 30_000);

    test('bars that come again are not passed on again', async () => {
      const { market, vendor, play, settle, hasAll } = await rig();
      await settle();
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
      const last = epochMs(lastMinute(market.clock.now()) - MINUTE);
      vendor.repeat(last);
      vendor.repeat(epochMs(last - MINUTE));
      await vendor.delivered();
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
    });

    test('what cannot be read is refused with a reason, and the rest goes on', async () => {
      const { market, vendor, play, settle, hasAll, refused } = await rig();
      await settle();
      await play(2);
      vendor.garble();
      await eventually(() => refused.length > 0);
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
    }, 30_000);

    test('an instrument that the vendor does not have is refused by name, and the others go on', async () => {
      const { market, play, settle, hasAll, refused } = await rig({ extra: [it.unknown] });
      await settle();
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
      expect(refused.filter((text) => text.includes(it.unknown))).toHaveLength(1);
    });

    test.each([3_000, -1_500])(
      'a vendor whose clock is %d ms off loses no bar, and none comes too early',
      async (skew) => {
        const { market, vendor, play, settle, hasAll, passed } = await rig();
        vendor.setSkew(skew);
        await settle();
        await play(5);
        await hasAll(lastMinute(market.clock.now()));
        for (const { bars, at } of passed)
          for (const { bar } of bars) expect(after(bar.at, MINUTE)).toBeLessThanOrEqual(at);
      },
    );

    test('two hours of silence on a standing connection are noticed, and filled when the vendor is back', async () => {
      const { market, vendor, play, settle, hasAll, states } = await rig();
      await settle();
      await play(2);
      vendor.setMute(true);
      const before = states.length;
      for (let i = 0; i < 120; i += 1) {
        market.moveTo(after(market.clock.now(), MINUTE));
        if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await eventually(() => states.slice(before).some(({ state }) => state === 'silent'), { timeout: 15_000 });
      vendor.setMute(false);
      await settle();
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
    }, 40_000);

    test('a slow owner is waited for', async () => {
      const { market, play, settle, hasAll, setSlow, most } = await rig();
      await settle();
      let go = (): void => {};
      setSlow(
        new Promise((resolve) => {
          go = resolve;
        }),
      );
      await play(4);
      go();
      setSlow(undefined);
      await play(1);
      await hasAll(lastMinute(market.clock.now()));
      expect(most()).toBe(1);
    });

    test('stopped, it ends at once and leaves no connection open', async () => {
      const { vendor, feed, run, play, settle } = await rig();
      await settle();
      await play(1);
      const stoppedAt = performance.now();
      await feed.stop();
      await run;
      expect(performance.now() - stoppedAt).toBeLessThan(500);
      await eventually(() => vendor.sockets() === 0, { timeout: 1_000 });
    });

    test('stopped while it cannot connect, it ends at once', async () => {
      const { vendor, feed, run, settle, states } = await rig();
      await settle();
      vendor.setDown(true);
      vendor.drop();
      await eventually(() => states.at(-1)?.state === 'silent');
      const stoppedAt = performance.now();
      await feed.stop();
      await run;
      expect(performance.now() - stoppedAt).toBeLessThan(500);
    });

    test('the same market seen twice says the same', async () => {
      const once = async () => {
        const { market, play, settle, hasAll, bars } = await rig({ from: after(start, -10 * MINUTE) });
        await settle();
        await play(3);
        await hasAll(lastMinute(market.clock.now()));
        return bars()
          .filter(({ bar }) => bar.at < after(start, MINUTE))
          .map(({ root, bar }) => `${root} ${iso(bar.at)} ${bar.close}`)
          .sort();
      };
      expect(await once()).toEqual(await once());
    });
  });

  if (it.refuseVolumes) vendorRollContract(name, it, rig);
}
