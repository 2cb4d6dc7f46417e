import { request } from 'node:http';
import type { Rng } from '../../../src/kernel/rng.js';
import type { Letter } from '../../../src/roles/data/sim-bridge/outbox.js';

/** How often, of all letters, the way between platform and intake does what. */
export interface Mood {
  readonly drop: number;
  readonly duplicate: number;
  /** Held back and delivered after later ones. */
  readonly reorder: number;
  /** The connection breaks in the middle of the body. */
  readonly half: number;
}

export const GOOD_MOOD: Mood = { drop: 0, duplicate: 0, reorder: 0, half: 0 };

export interface Wire {
  /** Status of the answer, undefined when none came back: dropped, cut, or still on its way. */
  send(letter: Letter): Promise<number | undefined>;
  /** Delivers what is still on its way, oldest first or not. */
  flush(): Promise<void>;
  /** Answers by status, and what went wrong on purpose. */
  readonly counts: Map<string, number>;
}

const HELD_MAX = 6;

export function moodyWire({ url, key, rng, mood }: { url: string; key: string; rng: Rng; mood: Mood }): Wire {
  const counts = new Map<string, number>();
  const held: Letter[] = [];
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const deliver = async (letter: Letter): Promise<number> => {
    const { status } = await post(url, key, letter);
    count(`${letter.path} ${status}`);
    return status;
  };
  const release = async (left: number): Promise<void> => {
    while (held.length > left) {
      const [letter] = held.splice(Math.floor(rng.next() * held.length), 1);
      if (letter) await deliver(letter);
    }
  };
  return {
    counts,
    async send(letter) {
      let chance = rng.next();
      const is = (share: number): boolean => {
        chance -= share;
        return chance < 0 && chance >= -share;
      };
      if (is(mood.drop)) return void count('dropped');
      if (is(mood.half)) {
        await sendHalf(url, key, letter);
        return void count('half');
      }
      if (is(mood.reorder)) {
        held.push(letter);
        count('held');
        await release(HELD_MAX);
        return undefined;
      }
      if (is(mood.duplicate)) {
        count('duplicated');
        const [first] = await Promise.all([deliver(letter), deliver(letter)]);
        return first;
      }
      const status = await deliver(letter);
      if (rng.next() < 0.3) await release(HELD_MAX - 2);
      return status;
    },
    flush: () => release(0),
  };
}

/** Posts one letter whole. */
export async function post(
  url: string,
  key: string,
  letter: Letter,
): Promise<{ status: number; body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(`${url}${letter.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: letter.body,
  });
  const answer: unknown = await response.json();
  return { status: response.status, body: typeof answer === 'object' && answer !== null ? { ...answer } : {} };
}

/** Declares the whole body, sends half of it and breaks the connection. */
function sendHalf(url: string, key: string, { path, body }: Letter): Promise<void> {
  const bytes = Buffer.from(body);
  return new Promise((resolve) => {
    const sent = request(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key, 'content-length': bytes.length },
    });
    sent.on('error', () => resolve());
    sent.on('close', () => resolve());
    sent.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => sent.destroy());
  });
}
