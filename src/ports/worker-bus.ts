import type { Command } from '../messages/commands.js';
import type { HistoryMarker } from '../messages/data-status.js';

/** What a research worker needs of the streams. Every call rejects while they are away. */
export interface WorkerBus {
  historyMarker(): Promise<HistoryMarker | undefined>;
  /** Whether an engine of this store has come so far that it shows something. */
  engineBeats(): Promise<boolean>;
  sendCommand(command: Command): Promise<void>;
}
