import type { EngineBus } from '../../ports/engine-bus.js';
import { until } from './patience.js';

/** Renewed three times in its life; a killed engine's successor waits no longer than this. */
const LEASE_MS = 2_500;

/** Waits until this process is the one engine, and stays it; `onLost` hears that another one took over. */
export async function takeLease(
  bus: EngineBus,
  owner: string,
  onLost: () => void,
): Promise<{ release(): Promise<void> }> {
  await until(() => bus.holdLease(owner, LEASE_MS).catch(() => false));
  const timer = setInterval(() => {
    // Redis being away is no reason to stop; another engine is.
    bus.holdLease(owner, LEASE_MS).then(
      (isOurs) => isOurs || onLost(),
      () => {},
    );
  }, LEASE_MS / 3);
  return {
    async release() {
      clearInterval(timer);
      await bus.releaseLease(owner).catch(() => {});
    },
  };
}
