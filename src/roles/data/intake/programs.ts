import { type EpochMs, HOUR, iso } from '../../../kernel/units.js';
import type { BridgeHeartbeat } from '../../../messages/bridge.js';
import type { ProgramRow } from '../board.js';
import { ageInSeconds } from './views.js';

const PROGRAMS_MAX = 64;
/** A program that was ended is of interest for so long. */
const FORGET_AFTER_MS = HOUR;

/** Bridge programs that say they live. Their word never makes an account IN_SYNC: only its snapshots do. */
export interface Programs {
  /** False when too many different programs speak. */
  heard(beat: BridgeHeartbeat): boolean;
  rows(now: EpochMs): readonly ProgramRow[];
  /** For `GET /positions`: also how old the word is and how the platform's clock stands to ours. */
  view(now: EpochMs): readonly unknown[];
}

export function createPrograms(aliveForMs: number): Programs {
  const beats = new Map<string, BridgeHeartbeat>();
  return {
    heard(beat) {
      for (const [key, { receivedAt }] of beats) if (beat.receivedAt - receivedAt > FORGET_AFTER_MS) beats.delete(key);
      // Without the epoch: the next start of a program takes the place of the last.
      const key = JSON.stringify([beat.bridge, [...beat.accounts].sort()]);
      if (!beats.has(key) && beats.size >= PROGRAMS_MAX) return false;
      beats.set(key, beat);
      return true;
    },
    rows: (now) =>
      [...beats.values()].map(({ bridge, bridgeVersion, accounts, receivedAt }) => ({
        bridge,
        bridge_version: bridgeVersion,
        accounts: [...accounts],
        heard_at: iso(receivedAt),
        is_alive: now - receivedAt <= aliveForMs,
      })),
    view: (now) =>
      [...beats.values()].map(({ bridge, bridgeVersion, epoch, accounts, receivedAt, sentAt }) => ({
        bridge,
        bridge_version: bridgeVersion,
        epoch,
        accounts,
        heard_at: iso(receivedAt),
        age_s: ageInSeconds(receivedAt, now),
        is_alive: now - receivedAt <= aliveForMs,
        clock_ahead_ms: sentAt - receivedAt,
      })),
  };
}
