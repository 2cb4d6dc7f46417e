import { OperationalError } from '../../kernel/errors.js';
import type { Mode } from '../../messages/focus-plan.js';
import { type RunMarker, runMarkerSchema } from '../../messages/up-state.js';

/** What claiming a Redis needs of it. */
export interface ClaimStore {
  marker(): Promise<string | undefined>;
  /** Whether any of our keys is there. */
  hasState(): Promise<boolean>;
  /** Removes every key of ours. */
  clear(): Promise<void>;
  mark(marker: RunMarker): Promise<void>;
}

/** Writes down whose data the store holds. Live data and practice data never meet: the wrong one refuses to start. */
export async function claimRun(store: ClaimStore, marker: RunMarker): Promise<void> {
  const owner = ownerOf(await store.marker());
  const isLive = marker.mode === 'live';
  if (owner === undefined) {
    if (!isLive && (await store.hasState())) throw wrongRun('data of an unknown run', marker.mode);
  } else if ((owner === 'live') !== isLive) {
    throw wrongRun(`the data of a ${owner} run`, marker.mode);
  } else if (!isLive) {
    await store.clear();
  }
  await store.mark(marker);
}

function ownerOf(text: string | undefined): Mode | undefined {
  if (text === undefined) return undefined;
  try {
    return runMarkerSchema.parse(JSON.parse(text)).mode;
  } catch {
    return undefined;
  }
}

const wrongRun = (holds: string, wanted: Mode): OperationalError =>
  new OperationalError(
    'WRONG_RUN',
    `REDIS_URL holds ${holds} and this run is ${wanted}; unset REDIS_URL, use another Redis, or set COPILOT_PREFIX`,
  );
