import type { RollBook } from '../../../domain/instruments/roll-book.js';
import type { EpochMs } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { Log } from '../../../ports/log.js';
import { specsOf } from '../vendor/feed.js';
import type { Listing, Listings, Refusal, VendorSource } from '../vendor/source.js';
import type { TwsAddress } from './connection.js';
import { createDoor } from './door.js';
import { inOurWords } from './failures.js';
import { holdLive, type WatchedMarket } from './live.js';
import { createMonths, type MonthAsked } from './months.js';
import { createReader } from './reader.js';
import { throughDowntime } from './through-downtime.js';
import { turnsAt } from './turns.js';
import { dayVolumes } from './volumes.js';

export const NAME = 'ibkr';

export interface IbkrOptions {
  readonly address: TwsAddress;
  readonly clock: Clock;
  readonly roots: readonly string[];
  readonly log: Log;
}

export interface IbkrSourceOptions extends IbkrOptions {
  readonly rolls: Pick<RollBook, 'front'>;
}

/** TWS or IB Gateway as a source of the shared listener: the live streams and the past go through one connection. */
export function createIbkrSource({ address, clock, roots, log, rolls }: IbkrSourceOptions): VendorSource {
  const door = createDoor(address);
  const months = createMonths();
  const turns = turnsAt(`${address.host}:${address.port}`, clock);
  const told = new Set<string>();
  const askedAt = (at: EpochMs): readonly MonthAsked[] =>
    specsOf(roots).map((spec) => ({ spec, contract: rolls.front(spec, at).symbol, at }));
  const marketOf = (asked: MonthAsked): WatchedMarket | undefined => {
    const month = months.known(asked);
    return month && { spec: asked.spec, contract: asked.contract, month };
  };

  return {
    name: NAME,
    buildsMinutes: true,
    async listings(at, signal): Promise<Listings> {
      const asked = askedAt(at);
      const unknown = asked.filter((one) => !months.known(one));
      const lookUp = async (): Promise<void> => {
        for (const one of unknown) await months.find(await door.enter(signal), one, signal);
      };
      const onWait = (reason: string) => log.info({ evt: 'ibkr.waits', reason }, 'the months are looked up afterwards');
      await throughDowntime(() => inOurWords(lookUp, address), { clock, signal, onWait });
      return listingsOf(asked, marketOf);
    },
    volumes: (question, signal) =>
      inOurWords(
        async () => dayVolumes({ tws: await door.enter(signal), months, turns }, question, signal),
        address,
        question.front,
      ),
    async live(listings, ear, signal) {
      const markets = listings.flatMap(({ spec, contract }) => marketOf({ spec, contract, at: clock.now() }) ?? []);
      const tws = await throughDowntime(() => door.enter(signal), {
        ...{ clock, signal, onWait: ear.quiet, onLook: ear.waiting },
      });
      const tellOnce = (refusal: Refusal): void => {
        if (!told.has(refusal.where)) ear.refused(refusal);
        told.add(refusal.where);
      };
      const undecodable = (reason: string): void => ear.refused({ where: NAME, reason });
      const onSaid = (said: (code: number, text: string) => void): void => door.hear({ said, undecodable });
      try {
        await holdLive({ tws, address, markets, ear, clock, log, turns, tellOnce, onSaid }, signal);
      } finally {
        tws.close();
      }
    },
    past: createReader({ address, clock, log, months, turns, leaves: 0, enter: door.enter }),
  };
}

function listingsOf(
  asked: readonly MonthAsked[],
  marketOf: (asked: MonthAsked) => WatchedMarket | undefined,
): Listings {
  const found: Listing[] = [];
  const refused: Refusal[] = [];
  for (const one of asked) {
    const market = marketOf(one);
    const where = `${NAME} ${one.contract}`;
    if (!market) {
      refused.push({ where, reason: unlisted(one) });
      continue;
    }
    found.push({ spec: one.spec, contract: one.contract, ticker: String(market.month.conId) });
    if (market.month.remark !== undefined) refused.push({ where, reason: market.month.remark });
  }
  return { found, refused };
}

const unlisted = ({ spec, contract }: MonthAsked): string =>
  spec.expiry === 'none'
    ? `${spec.root} is no future, and futures are all this feed brings`
    : `IBKR lists no ${contract} (${spec.name}) at ${spec.exchange}`;
