import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccountSnapshot } from '../../../domain/accounts/snapshot.js';
import type { BridgeCommands } from '../../../ports/bridge-commands.js';
import type { DataBus } from '../../../ports/bus.js';
import type { Clock } from '../../../ports/clock.js';
import type { Feed } from '../../../ports/feed.js';
import type { Log } from '../../../ports/log.js';
import type { Fills } from './fills.js';
import type { Keeper } from './keeper.js';
import type { Programs } from './programs.js';

/** What every route of the intake works with. */
export interface Desk {
  readonly bus: Pick<DataBus, 'appendSnapshot' | 'appendExecutions' | 'riskStatus' | 'judgement' | 'published'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly keeper: Keeper;
  readonly fills: Fills;
  readonly programs: Programs;
  /** Names this start of the intake. */
  readonly intake: string;
  /** The feed in charge of bars, as far as there is one. */
  readonly feed: Pick<Feed, 'name' | 'push'> | undefined;
  /** Undefined while execution is not enabled: bridges are then told nothing. */
  readonly commands: BridgeCommands | undefined;
  /** Told of each report that was kept. */
  readonly onSnapshot?: ((snapshot: AccountSnapshot) => void) | undefined;
  /** Aborts when the door closes. */
  readonly closing: AbortSignal;
}

/** Refuses whoever does not have the key. */
export type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
