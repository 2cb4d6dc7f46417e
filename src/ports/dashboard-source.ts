import type { Command } from '../messages/commands.js';
import type {
  Alert,
  Heartbeat,
  PositionsState,
  RiskStatus,
  SessionState,
  SystemStatus,
} from '../messages/dashboard.js';
import type { FocusPlanJson, NoTradeState } from '../messages/focus-plan.js';

/** One entry of the dashboard stream; `data` is decoded JSON that nobody has checked yet. */
export interface DashboardEntry {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** The newest state of everything, with the stream id from which replaying changes nothing. */
export interface DashboardSnapshot {
  readonly cursor: string;
  readonly plan?: FocusPlanJson;
  readonly risk?: RiskStatus;
  readonly noTrade?: NoTradeState & { readonly as_of: string };
  readonly session?: SessionState;
  readonly positions?: PositionsState;
  readonly alerts: readonly Alert[];
  readonly status?: SystemStatus;
}

/** What the web role needs of the engine: its published state, the stream behind it and one door for commands. */
export interface DashboardSource {
  /** The cursor is read first, then the keys, so replaying from the cursor is idempotent. */
  snapshot(): Promise<DashboardSnapshot>;
  entriesAfter(cursor: string, max: number): Promise<readonly DashboardEntry[] | 'too-old'>;
  /** The newest `n` entries that change a card or the grid, oldest first. */
  lastFocusUpdates(n: number): Promise<readonly DashboardEntry[]>;
  /** Continuous and without a gap; reconnects by itself and resumes where it was. */
  subscribe(
    after: string,
    onEntry: (entry: DashboardEntry) => void,
    onState: (state: 'up' | 'down') => void,
  ): { close(): Promise<void> };
  /** The newest `engine:heartbeat`. */
  heartbeat(): Promise<Heartbeat | undefined>;
  sendCommand(command: Command): Promise<void>;
  health(): Promise<{ redis: boolean; postgres: boolean; reason?: string }>;
}
