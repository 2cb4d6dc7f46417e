import type { EpochMs } from '../../../src/kernel/units.js';

/** What every fake vendor can be told to do, whatever its wire. */
export interface FakeVendor {
  /** Cuts every connection without a word. */
  drop(): void;
  /** While true nobody can connect. */
  setDown(isDown: boolean): void;
  /** While true connections stand and nothing is sent on them. */
  setMute(isMute: boolean): void;
  /** Sends the bars (or trades) of a minute again, on every connection. */
  repeat(open: EpochMs): void;
  /** Sends something that cannot be read, on every connection, and goes on. */
  garble(): void;
  /** Sends the beginning of a frame and cuts the connection in the middle of it. */
  halfFrame(): void;
  /** Resolves when the other side has read all that was sent so far. */
  delivered(): Promise<void>;
  /** Live subscriptions that stand. */
  subscriptions(): number;
  /** Connections of any kind that are open. */
  sockets(): number;
  /** How far the vendor's own clock is ahead of the market's (behind, when negative): when it sends, in market time. */
  setSkew(ms: number): void;
  close(): Promise<void>;
}
