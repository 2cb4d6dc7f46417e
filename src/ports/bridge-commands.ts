import type { BridgeCommand, CommandAck, NumberedCommand } from '../messages/bridge.js';

/** Commands for platform bridges, and what became of them. Every call rejects while the store is away. */
export interface BridgeCommands {
  /** Commands of one account after a stream id that nobody acknowledged yet, oldest first; at most `max`. */
  pending(of: {
    readonly account: string;
    readonly after: string;
    readonly max: number;
  }): Promise<readonly NumberedCommand[]>;
  /** The first acknowledgement of a command counts; a later one changes nothing. */
  acknowledge(id: string, ack: CommandAck & { readonly at: string }): Promise<'kept' | 'repeat' | 'unknown'>;
  /** Appends a command and returns its id. */
  give(command: BridgeCommand): Promise<string>;
}
