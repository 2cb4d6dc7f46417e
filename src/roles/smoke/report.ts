import type { Check, Outcome, Probe } from './checks.js';

export interface ReportOptions {
  readonly probe: Probe;
  readonly only: readonly string[];
  readonly say: (line: string) => void;
}

/** Runs the checks one after another, a line each; true when all passed. */
export async function report(checks: readonly Check[], { probe, only, say }: ReportOptions): Promise<boolean> {
  const chosen = checks.filter(({ name }) => only.length === 0 || only.some((start) => name.startsWith(start)));
  let passed = 0;
  for (const check of chosen) {
    const { pass, saw } = await attempt(check, probe);
    if (pass) passed += 1;
    say(`${pass ? 'PASS' : 'FAIL'}  ${check.name.padEnd(10)}${saw}`);
  }
  say(`${passed} passed, ${chosen.length - passed} failed`);
  return passed === chosen.length && chosen.length > 0;
}

/** A check that cannot be carried out has failed; the others still run. */
const attempt = (check: Check, probe: Probe): Promise<Outcome> =>
  check.run(probe).catch((error: unknown) => ({ pass: false, saw: why(error) }));

function why(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message || error.cause.name : undefined;
  return cause === undefined ? error.message : `${error.message} (${cause})`;
}
