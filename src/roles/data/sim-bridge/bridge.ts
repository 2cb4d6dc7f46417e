import { SECOND } from '../../../kernel/units.js';
import { snapshotWire } from '../../../messages/account.js';
import type { Clock } from '../../../ports/clock.js';
import type { FeedBar, FeedTick } from '../../../ports/feed.js';
import type { Log } from '../../../ports/log.js';
import { accountReport } from './report.js';
import { onBars, onPrice, type Trader } from './trader.js';

export interface SimBridgeOptions {
  /** Where the intake listens, e.g. `http://127.0.0.1:8001`. */
  readonly url: string;
  readonly apiKey: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly trader: Trader;
}

export interface SimBridge {
  bars(bars: readonly FeedBar[]): void;
  tick(tick: FeedTick): void;
  close(): Promise<void>;
}

/** Market time between two reports of an account on which nothing happens. */
const REPORT_EVERY_MS = 5 * SECOND;
/** Wall time between two reports, however fast the market runs. */
const REPORT_WALL_MS_MIN = 200;
const REQUEST_MS_MAX = 5_000;

/** Trades the demo market and reports like a platform does: through the intake's own door, with its key. */
export function startSimBridge({ url, apiKey, clock, log, trader: initial }: SimBridgeOptions): SimBridge {
  const epoch = `sim-${clock.now()}`;
  const closing = new AbortController();
  let trader = initial;
  let [reportedAt, seq] = [Number.NEGATIVE_INFINITY, 0];
  let told: Trader | undefined;
  let sending: Promise<void> | undefined;
  let isFailing = false;

  const send = async (): Promise<void> => {
    seq += 1;
    told = trader;
    reportedAt = clock.now();
    const body = JSON.stringify(snapshotWire(accountReport(trader, { epoch, seq, at: clock.now() })));
    const problem = await post({ url, apiKey, body, signal: closing.signal });
    if (problem === undefined) {
      isFailing = false;
      return;
    }
    // The next report is whole again, so a lost one is only a gap.
    if (!isFailing && !closing.signal.aborted)
      log.warn({ evt: 'sim_bridge.refused', problem }, 'the intake did not take a report');
    isFailing = true;
  };
  const timer = setInterval(() => {
    const isDue = clock.now() - reportedAt >= REPORT_EVERY_MS;
    if (sending || !(isDue || hasTraded(told, trader))) return;
    sending = send().finally(() => {
      sending = undefined;
    });
  }, REPORT_WALL_MS_MIN);
  return {
    bars(bars) {
      trader = onBars(trader, bars);
    },
    tick(tick) {
      trader = onPrice(trader, tick);
    },
    async close() {
      clearInterval(timer);
      closing.abort();
      await sending;
    },
  };
}

/** Orders and positions are reported at once, a new last price with the next report. */
const hasTraded = (told: Trader | undefined, now: Trader): boolean =>
  told === undefined || told.position?.id !== now.position?.id || told.trades !== now.trades;

/** Undefined when the report was acknowledged, else what went wrong. */
async function post(of: {
  url: string;
  apiKey: string;
  body: string;
  signal: AbortSignal;
}): Promise<string | undefined> {
  try {
    const response = await fetch(`${of.url}/positions/update`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': of.apiKey },
      body: of.body,
      signal: AbortSignal.any([of.signal, AbortSignal.timeout(REQUEST_MS_MAX)]),
    });
    const answer = await response.text();
    return response.ok ? undefined : `${response.status} ${answer.slice(0, 200)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
