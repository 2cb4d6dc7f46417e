import { SECOND } from '../../kernel/units.js';
import type { DataStatus } from '../../messages/data-status.js';
import type { DataBus } from '../../ports/bus.js';
import type { Log } from '../../ports/log.js';

const BEAT_EVERY_MS = SECOND;

/** Writes the data role's status every second of wall time; a beat that cannot be written is skipped, not queued. */
export function startHeartbeat(
  bus: Pick<DataBus, 'setDataStatus'>,
  log: Log,
  status: () => DataStatus,
): { readonly close: () => Promise<void> } {
  let isFailing = false;
  let writing: Promise<void> | undefined;
  const beat = async (): Promise<void> => {
    try {
      await bus.setDataStatus(status());
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn({ evt: 'data_status.failed', error }, 'the status cannot be written');
      isFailing = true;
    }
  };
  const tick = (): void => {
    writing ??= beat().finally(() => {
      writing = undefined;
    });
  };
  tick();
  const timer = setInterval(tick, BEAT_EVERY_MS);
  return {
    async close() {
      clearInterval(timer);
      await writing;
    },
  };
}
