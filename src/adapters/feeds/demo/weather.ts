import type { Rng } from '../../../kernel/rng.js';

/** What several markets feel together in one minute, in units of an ordinary one-minute move. */
export interface Weather {
  readonly move: number;
  /** Multiplies every market's own restlessness. */
  readonly restlessness: number;
}

export interface DayWeather {
  /** The overnight jump at the open, standard normal. */
  readonly gap: number;
  readonly minutes: readonly Weather[];
}

interface Spell {
  readonly kind: 'trend' | 'range' | 'shock';
  readonly minutes: number;
  /** Moves a minute of a trend; the size of a shock's first move. */
  readonly push: number;
}

/** One trading day of trends, ranges and shocks. Longer days begin like shorter ones. */
export function dayWeather(rng: Rng, minutes: number): DayWeather {
  const gap = rng.normal();
  const dayRestlessness = Math.exp(0.15 * rng.normal());
  const made: Weather[] = [];
  let level = 0;
  while (made.length < minutes) {
    const spell = nextSpell(rng);
    const anchor = level;
    for (let i = 0; i < spell.minutes; i += 1) {
      const { move, restlessness } = minuteOf(spell, { i, stretch: level - anchor, chance: heavy(rng) });
      level += move;
      made.push({ move, restlessness: restlessness * dayRestlessness });
    }
  }
  return { gap, minutes: made.slice(0, minutes) };
}

function nextSpell(rng: Rng): Spell {
  const kindChance = rng.next();
  const sign = rng.next() < 0.5 ? -1 : 1;
  const length = rng.next();
  const size = rng.next();
  if (kindChance < 0.5)
    return { kind: 'trend', minutes: Math.round(40 + 110 * length), push: sign * (0.08 + 0.14 * size) };
  if (kindChance < 0.92) return { kind: 'range', minutes: Math.round(40 + 80 * length), push: 0 };
  return { kind: 'shock', minutes: Math.round(8 + 14 * length), push: sign * (2.5 + 2 * size) };
}

function minuteOf(spell: Spell, { i, stretch, chance }: { i: number; stretch: number; chance: number }): Weather {
  switch (spell.kind) {
    case 'trend': {
      // A trend rests for a third of the time, so it advances in waves with pull-backs.
      const isResting = i % 30 >= 20;
      return { move: isResting ? 0.9 * chance - 0.5 * spell.push : chance + 1.6 * spell.push, restlessness: 1 };
    }
    case 'range':
      return { move: 0.85 * chance - 0.06 * stretch, restlessness: 0.85 };
    case 'shock': {
      const fading = 1 + 1.2 * Math.exp(-i / 6);
      return { move: fading * chance + (i === 0 ? spell.push : 0), restlessness: fading };
    }
    default:
      return spell.kind satisfies never;
  }
}

/** A normal draw whose tails are fat: one minute in twenty is more than twice as wild. Variance about 1. */
export function heavy(rng: Rng): number {
  const draw = rng.normal();
  return rng.next() < 0.05 ? 2.2 * draw : 0.92 * draw;
}
