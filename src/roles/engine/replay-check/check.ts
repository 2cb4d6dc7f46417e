import { differences, type ReplaySummary } from './summary.js';

export interface Recording {
  /** Undefined where nothing usable was recorded yet. */
  read(): Promise<ReplaySummary | undefined>;
  write(summary: ReplaySummary): Promise<void>;
}

export interface CheckRequest {
  readonly recording: Recording;
  /** Replace the expectation by what came out. */
  readonly write: boolean;
  readonly say: (line: string) => void;
}

/** Compares what came out with what was recorded. True when nothing differs, or it was recorded anew. */
export async function compared(actual: ReplaySummary, { recording, write, say }: CheckRequest): Promise<boolean> {
  const expected = await recording.read();
  if (!expected && !write) {
    say('replay-check: nothing usable is recorded; record with: node dist/main.js replay-check --write');
    return false;
  }
  const changed = differences(expected ?? {}, actual);
  const plans = Object.values(actual.days).reduce((sum, day) => sum + day.plans, 0);
  const what = `${Object.keys(actual.days).length} demo days, ${plans} plans, audit ${actual.audit.slice(0, 12)}`;
  if (changed.length === 0) {
    say(`replay-check: as recorded (${what})`);
    return true;
  }
  for (const line of changed) say(line);
  if (write) {
    await recording.write(actual);
    say(`replay-check: recorded anew (${what})`);
    return true;
  }
  say(`replay-check: ${changed.length} values differ (${what})`);
  say('if that is meant: node dist/main.js replay-check --write, and say in the commit why the numbers moved');
  return false;
}
