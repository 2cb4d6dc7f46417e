import { messageOf } from '../../../kernel/errors.js';
import { SECOND } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { FeedBar, FeedTick } from '../../../ports/feed.js';
import type { Log } from '../../../ports/log.js';
import { createOutbox, type Letter } from './outbox.js';
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
const HEARTBEAT_EVERY_MS = 10 * SECOND;
/** Wall time between two looks at what there is to report, however fast the market runs. */
const LOOK_WALL_MS = 200;
const REQUEST_MS_MAX = 5_000;

/** Trades the demo market and reports like a platform does: through the intake's own door, with its key. */
export function startSimBridge({ url, apiKey, clock, log, trader: initial }: SimBridgeOptions): SimBridge {
  const outbox = createOutbox({ bridge: 'simulated', epoch: `sim-${clock.now()}` });
  const closing = new AbortController();
  let trader = initial;
  let [reportedAt, beatAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let told: Trader | undefined;
  let working: Promise<void> | undefined;
  let isFailing = false;

  const send = async (letter: Letter): Promise<boolean> => {
    const problem = await post({ url, apiKey, letter, signal: closing.signal });
    if (problem !== undefined && !isFailing && !closing.signal.aborted)
      log.warn({ evt: 'sim_bridge.refused', path: letter.path, problem }, 'the intake did not take a report');
    isFailing = problem !== undefined;
    return problem === undefined;
  };
  const sendFills = async ({ account: { name, fills } }: Trader): Promise<void> => {
    const fresh = outbox.unacknowledged(fills);
    // Fills that are not acknowledged are told again with the next look.
    if (fresh.length > 0 && (await send(outbox.executions(name, fresh)))) outbox.acknowledged(fresh);
  };
  const sendSnapshot = async (now: Trader): Promise<void> => {
    const isDue = clock.now() - reportedAt >= REPORT_EVERY_MS;
    if (!isDue && !hasTraded(told, now)) return;
    told = now;
    reportedAt = clock.now();
    // The next report is whole again, so a lost one is only a gap.
    await send(outbox.snapshot(accountReport(now, clock.now())));
  };
  const sendHeartbeat = async ({ account }: Trader): Promise<void> => {
    if (clock.now() - beatAt < HEARTBEAT_EVERY_MS) return;
    beatAt = clock.now();
    await send(outbox.heartbeat(clock.now(), [account.name]));
  };
  // Fills before the snapshot that shows them, and both of the same instant: the two then never disagree.
  const look = async (now: Trader): Promise<void> => {
    for (const step of [sendFills, sendSnapshot, sendHeartbeat]) if (!closing.signal.aborted) await step(now);
  };
  const timer = setInterval(() => {
    working ??= look(trader).finally(() => {
      working = undefined;
    });
  }, LOOK_WALL_MS);
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
      await working;
    },
  };
}

/** Orders and positions are reported at once, a new last price with the next report. */
const hasTraded = (told: Trader | undefined, now: Trader): boolean =>
  told === undefined || told.position?.id !== now.position?.id || told.trades !== now.trades;

interface Post {
  readonly url: string;
  readonly apiKey: string;
  readonly letter: Letter;
  readonly signal: AbortSignal;
}

/** Undefined when the letter was acknowledged, else what went wrong. */
async function post({ url, apiKey, letter, signal }: Post): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}${letter.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
      body: letter.body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS_MAX)]),
    });
    const answer = await response.text();
    return response.ok ? undefined : `${response.status} ${answer.slice(0, 200)}`;
  } catch (error) {
    return messageOf(error);
  }
}
