import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares an API key in constant time. Hashing first makes the lengths equal, so neither length nor prefix leaks. */
export function keyChecker(expected: string): (given: unknown) => boolean {
  const wanted = digest(expected);
  return (given) => typeof given === 'string' && timingSafeEqual(digest(given), wanted);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
