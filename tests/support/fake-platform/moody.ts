import { tradingDayOf } from '../../../src/domain/sessions/trading-day.js';
import type { Rng } from '../../../src/kernel/rng.js';
import { after, type EpochMs, SECOND } from '../../../src/kernel/units.js';
import { type Content, createOutbox } from '../../../src/roles/data/sim-bridge/outbox.js';
import { standingOf } from '../../../src/roles/data/sim-bridge/standing.js';
import type { HandClock } from '../test-clock.js';
import { type BusyAccount, busyAccount } from './accounts.js';
import { GOOD_MOOD, type Mood, moodyWire, type Wire } from './wire.js';

export interface MoodyOptions {
  readonly url: string;
  readonly key: string;
  readonly rng: Rng;
  readonly clock: HandClock;
  readonly accounts: readonly string[];
  readonly mood: Mood;
  /** How far the platform's clock is ahead of ours. */
  readonly skewMs: number;
}

export interface MoodyPlatform {
  /** Lets one thing happen on the platform, and reports as a bridge does. Answers what happened. */
  step(): Promise<'trade' | 'amend' | 'quiet' | 'restart' | 'silence'>;
  /** The good mood returns: everything on its way arrives, what was not acknowledged is told again. */
  calm(): Promise<void>;
  readonly accounts: readonly BusyAccount[];
  readonly wire: Wire;
}

const SILENCE_MS = 30 * SECOND;

/** A platform with a bridge that numbers, repeats and restarts, over a bad line. Everything follows from the seed. */
export function moodyPlatform(options: MoodyOptions): MoodyPlatform {
  const { rng, clock, skewMs } = options;
  const accounts = options.accounts.map((name) => busyAccount(name, rng.fork(name), skewMs));
  const outbox = createOutbox({ bridge: 'ninjatrader', epoch: 'epoch-1' });
  const wire = moodyWire({ ...options, rng: rng.fork('wire') });
  const line = moodyWire({ ...options, rng: rng.fork('line'), mood: GOOD_MOOD });
  let starts = 1;
  const restart = (): void => {
    starts += 1;
    outbox.restart(`epoch-${starts}`);
  };
  const tellAll = async (by: Wire): Promise<void> => {
    for (const account of accounts) {
      const fresh = outbox.unacknowledged(account.reports());
      if (fresh.length > 0 && (await by.send(outbox.executions(account.truth().name, fresh))) === 200)
        outbox.acknowledged(fresh);
      await by.send(outbox.snapshot(contentOf(account, after(clock.now(), skewMs))));
    }
    await by.send(
      outbox.heartbeat(
        after(clock.now(), skewMs),
        accounts.map((it) => it.truth().name),
      ),
    );
  };
  return {
    accounts,
    wire,
    async step() {
      const chance = rng.next();
      clock.set(after(clock.now(), Math.round(200 + rng.next() * 1_800)));
      const account = accounts[Math.floor(rng.next() * accounts.length)];
      const happened =
        chance < 0.45
          ? 'trade'
          : chance < 0.52
            ? 'amend'
            : chance < 0.97
              ? 'quiet'
              : chance < 0.985
                ? 'restart'
                : 'silence';
      if (happened === 'trade') account?.trade(clock.now());
      if (happened === 'amend') account?.amend(clock.now());
      if (happened === 'restart') restart();
      if (happened === 'silence') clock.set(after(clock.now(), SILENCE_MS));
      else await tellAll(wire);
      return happened;
    },
    async calm() {
      await wire.flush();
      // Twice: the first letter after a gap heals it, the next is in order again.
      for (let i = 0; i < 2; i += 1) await tellAll(line);
    },
  };
}

export function contentOf(account: BusyAccount, sentAt: EpochMs): Content {
  const truth = account.truth();
  const { cash, realized, holdings } = standingOf(truth, tradingDayOf(sentAt));
  return {
    account: truth.name,
    sentAt,
    cashBalance: cash,
    realizedPnl: realized,
    positions: holdings.map(({ symbol, root, contract, net, avgPrice }) => ({
      symbol,
      root,
      contract,
      side: net > 0 ? 'LONG' : 'SHORT',
      quantity: Math.abs(net),
      avgPrice,
      lastPrice: undefined,
      unrealizedPnl: undefined,
    })),
    orders: [],
  };
}
