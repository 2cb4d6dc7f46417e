import { err, ok, type Result } from '../../kernel/result.js';
import { epochMs } from '../../kernel/units.js';
import type { ClockSpec } from '../../ports/clock.js';

const EXPECTED = 'system, scaled:<market start ms>:<wall start ms>:<speed> or driven:<market start ms>';

/** Text of a specification, for a child's command line. */
export function formatClockSpec(spec: ClockSpec): string {
  switch (spec.kind) {
    case 'system':
      return 'system';
    case 'scaled':
      return `scaled:${spec.marketStart}:${spec.wallStart}:${spec.speed}`;
    case 'driven':
      return `driven:${spec.marketStart}`;
    default:
      return spec satisfies never;
  }
}

/** Reads `formatClockSpec`'s text back; the error is a sentence with what is expected. */
export function parseClockSpec(text: string): Result<ClockSpec, string> {
  const [kind, ...rest] = text.split(':');
  const numbers = rest.map((part) => (/^\d+(\.\d+)?$/.test(part) ? Number(part) : Number.NaN));
  const [marketStart, wallStart, speed] = numbers;
  if (numbers.every(Number.isFinite)) {
    if (kind === 'system' && numbers.length === 0) return ok({ kind });
    if (kind === 'driven' && numbers.length === 1 && marketStart !== undefined)
      return ok({ kind, marketStart: epochMs(marketStart) });
    if (kind === 'scaled' && numbers.length === 3 && marketStart !== undefined && wallStart !== undefined && speed)
      return ok({ kind, marketStart: epochMs(marketStart), wallStart: epochMs(wallStart), speed });
  }
  return err(`"${text}" is no clock; expected ${EXPECTED}`);
}
