import { verdictsAt } from '../../domain/copilot/risk-facts.js';
import type { CopilotState } from '../../domain/copilot/state.js';
import { iso } from '../../kernel/units.js';
import type { SystemStatus } from '../../messages/dashboard.js';
import type { Mode } from '../../messages/focus-plan.js';
import type { Clock } from '../../ports/clock.js';
import type { EngineBus } from '../../ports/engine-bus.js';
import type { Log } from '../../ports/log.js';
import type { Core } from './core.js';
import { assetOutput, assetsOf, type Performer } from './perform.js';
import type { QuoteBoard } from './quotes.js';
import { systemStatus } from './status.js';

const BEAT_MS = 1_000;
/** An unchanged status is repeated this often, so that a browser sees the ages move. */
const STATUS_EVERY_BEATS = 5;

export interface PulseDeps {
  readonly state: CopilotState;
  readonly core: Core;
  readonly performer: Performer;
  readonly quotes: QuoteBoard;
  readonly bus: EngineBus;
  readonly clock: Clock;
  readonly mode: Mode;
  readonly log: Log;
  /** Newest dashboard stream id this engine wrote. */
  readonly dashboardId: () => string;
  readonly onPublished: (streamId: string | undefined) => void;
  /** Publishes the whole state again. */
  readonly retell: () => Promise<void>;
}

/** Once a second: the heartbeat, the status, last prices on the cards, and accounts that fell silent. */
export function startPulse(deps: PulseDeps): { stop(): Promise<void> } {
  let beat = 0;
  let lastStatus = '';
  let data: { readonly beat: number; readonly seenAt: number; readonly isLive: boolean } | undefined;
  let pending: Promise<void> = Promise.resolve();
  let busy = false;

  async function status(): Promise<SystemStatus> {
    const { state, clock, mode, core } = deps;
    const newest = await deps.bus.dataStatus();
    if (newest && newest.beat !== data?.beat)
      data = { beat: newest.beat, seenAt: clock.elapsed(), isLive: data !== undefined };
    const dataSilentMs = data === undefined ? undefined : clock.elapsed() - data.seenAt;
    const heard = { data: newest, dataSilentMs, dataIsLive: data?.isLive ?? false };
    return systemStatus({ state, mode, now: clock.now(), ...heard, blockedBy: core.blockedBy() });
  }

  async function tick(): Promise<void> {
    const { bus, clock, mode } = deps;
    const current = await status();
    const meaning = JSON.stringify({
      ...current,
      as_of: '',
      parts: current.parts.map(({ part, state, reason }) => ({ part, state, reason })),
    });
    if (meaning !== lastStatus || beat % STATUS_EVERY_BEATS === 0) {
      deps.onPublished(await bus.publish([{ event: 'status', data: current }]));
      lastStatus = meaning;
    }
    await publishQuotes(deps);
    beat += 1;
    const at = iso(clock.now());
    const isKnown = await bus.heartbeat({ at, mode, beat, status: current, dashboard_id: deps.dashboardId() });
    if (!isKnown) await deps.retell();
    watchAccounts(deps);
  }

  const timer = setInterval(() => {
    // A beat that hangs on a lost Redis is not piled upon; the missing beats are the message.
    if (busy) return;
    busy = true;
    pending = tick()
      .catch((error) => deps.log.debug({ evt: 'engine.beat', err: String(error) }, 'a heartbeat could not be written'))
      .finally(() => {
        busy = false;
      });
  }, BEAT_MS);

  return {
    async stop() {
      clearInterval(timer);
      await pending;
    },
  };
}

async function publishQuotes({ performer, quotes, bus, onPublished }: PulseDeps): Promise<void> {
  const changed = quotes.takeChanged();
  const plan = performer.plan();
  if (!plan || changed.size === 0) return;
  const cards = assetsOf(plan).filter(({ symbol }) => changed.has(symbol));
  onPublished(await bus.publish(cards.map((card) => assetOutput(quotes.overlay(card)))));
}

/** Silence is no event of its own, so the clock brings it: a verdict that changed by waiting is decided like any other. */
function watchAccounts({ state, clock, core, log }: PulseDeps): void {
  const now = clock.now();
  const changed = [...verdictsAt(state, now)].some(([account, verdict]) => state.verdicts.get(account) !== verdict);
  if (!changed || core.blockedBy() !== undefined) return;
  core
    .step([{ eventId: `watch/${iso(now)}`, event: { kind: 'job', at: now, name: 'risk-sweep' } }])
    .catch((error) => log.error({ evt: 'engine.watch', err: String(error) }, 'a silent account could not be decided'));
}
