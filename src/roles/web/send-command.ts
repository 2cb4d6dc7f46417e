import type { Command } from '../../messages/commands.js';
import type { WebContext } from './app.js';

/** Why nothing was asked of the engine. */
export interface Fault {
  readonly status: 503;
  readonly error: string;
}

/** Sends one command to the engine. Undefined means it is in the engine's stream. */
export const commandSender =
  ({ source, log, metrics }: Pick<WebContext, 'source' | 'log' | 'metrics'>) =>
  async (command: Command): Promise<Fault | undefined> => {
    try {
      await source.sendCommand(command);
    } catch (error) {
      log.warn({ evt: 'web.command-lost', id: command.id, error: String(error) }, 'a command could not be sent');
      return { status: 503, error: 'The engine cannot be reached, so nothing was asked of it. Try again.' };
    }
    metrics.commands.inc();
    return undefined;
  };
