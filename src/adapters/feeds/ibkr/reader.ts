import { instrument } from '../../../domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { sessionCalendar } from '../../../domain/sessions/calendar.js';
import { after, epochMs, SECOND } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { FeedBar } from '../../../ports/feed.js';
import type { HistoryWish } from '../../../ports/history-source.js';
import type { Log } from '../../../ports/log.js';
import { waitUntil } from '../pace.js';
import { refused, unavailable } from '../vendor/failure.js';
import { createPatience } from '../vendor/patience.js';
import type { VendorSource } from '../vendor/source.js';
import { type DayAsk, dayAsks } from './asks.js';
import type { TwsAddress } from './connection.js';
import { inOurWords, refusedAlone } from './failures.js';
import type { PastMinutes } from './mapper.js';
import { minuteOf } from './minutes.js';
import type { Months } from './months.js';
import { askPast } from './past.js';
import { throughDowntime } from './through-downtime.js';
import type { Turns } from './turns.js';
import type { Tws } from './wire.js';

export interface ReaderOptions {
  readonly address: TwsAddress;
  readonly clock: Clock;
  readonly log: Log;
  readonly months: Months;
  readonly turns: Turns;
  /** Of the requests IBKR allows in ten minutes, how many are left to those that cannot wait. */
  readonly leaves: number;
  /** The connection to ask through. */
  enter(signal: AbortSignal): Promise<Tws>;
}

/** Until IBKR has a minute that has just ended in its history. Market time. */
const HISTORY_LAG_MS = 4 * SECOND;
const TRIES = { attemptsMax: 6, firstMs: 500, longestMs: 30_000 };

/** Reads the past of listed months, a trading day at a time, at the pace IBKR allows. */
export function createReader(options: ReaderOptions): VendorSource['past'] {
  const { clock, log } = options;
  const patience = createPatience({
    ...TRIES,
    onFailure: (error, waitMs) => log.warn({ evt: 'ibkr.past.failed', error, waitMs }, 'is asked for again'),
  });
  return async function* past(wish, signal, onRefused) {
    const spec = instrument(wish.root);
    if (!spec) throw refused(`${wish.root} is not in the catalogue`);
    const until = epochMs(Math.min(wish.to, minuteOf(clock.now())));
    for (const ask of dayAsks(wish.from, until, sessionCalendar(spec.calendar))) {
      const onePage = () => readPage(options, { spec, wish, ask }, signal);
      const onWait = (reason: string) => log.info({ evt: 'ibkr.past.waits', reason }, 'goes on afterwards');
      const page = await throughDowntime(() => patience(onePage, signal), { clock, signal, onWait });
      signal.throwIfAborted();
      // Which minute of its day a row was is not known: the day is in doubt, and no other.
      const span = { from: epochMs(Math.max(ask.from, wish.from)), to: epochMs(Math.min(ask.to, wish.to)) };
      for (const reason of page.refused) onRefused({ where: `ibkr ${wish.contract}`, reason, ...span });
      const bars = page.bars.map((bar): FeedBar => ({ root: wish.root, contract: wish.contract, bar }));
      if (bars.length > 0) yield bars;
    }
  };
}

interface Page {
  readonly spec: ContractSpec;
  readonly wish: HistoryWish;
  readonly ask: DayAsk;
}

function readPage(options: ReaderOptions, { spec, wish, ask }: Page, signal: AbortSignal): Promise<PastMinutes> {
  const { clock, months, address } = options;
  const { contract } = wish;
  const read = async (): Promise<PastMinutes> => {
    if (!(await waitUntil(after(ask.end, HISTORY_LAG_MS), { clock, signal }))) throw unavailable('stopped');
    const tws = await options.enter(signal);
    const month = await months.find(tws, { spec, contract, at: wish.from }, signal);
    if (!month) throw refusedAlone(`IBKR does not know ${contract}`);
    return askPast({ ...options, tws }, { spec, month, ask }, signal);
  };
  return inOurWords(read, address, contract);
}
