import type { FastifyRequest } from 'fastify';
import type { Command } from '../../messages/commands.js';
import type { WebContext } from './app.js';
import { isSameOrigin } from './same-origin.js';

/** Why nothing was asked of the engine. */
export interface Fault {
  readonly status: 403 | 503;
  readonly error: string;
}

/** Sends one command to the engine, from our own page only. Undefined means it is in the engine's stream. */
export const commandSender =
  ({ source, log, metrics }: Pick<WebContext, 'source' | 'log' | 'metrics'>) =>
  async (request: FastifyRequest, command: Command): Promise<Fault | undefined> => {
    if (!isSameOrigin(request)) return { status: 403, error: 'Commands are taken from this server’s own page only.' };
    try {
      await source.sendCommand(command);
    } catch (error) {
      log.warn({ evt: 'web.command-lost', id: command.id, error: String(error) }, 'a command could not be sent');
      return { status: 503, error: 'The engine cannot be reached, so nothing was asked of it. Try again.' };
    }
    metrics.commands.inc();
    return undefined;
  };
