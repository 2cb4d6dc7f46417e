/** Seeded chance. Same seed, same numbers, on every machine. */
export interface Rng {
  /** Uniform in [0, 1). */
  next(): number;
  /** Standard normal (Box-Muller, one half used). */
  normal(): number;
  /** An independent stream named by a key, so adding a consumer does not disturb the others. */
  fork(key: string): Rng;
}

/** sfc32 by Chris Doty-Humphrey (PractRand), seeded by xmur3 from a string. */
export function createRng(seed: string): Rng {
  const word = hashWords(seed);
  let [a, b, c, d] = [word(), word(), word(), word()];
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 12; i += 1) next();
  return {
    next,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    fork: (key) => createRng(`${seed}/${key}`),
  };
}

function hashWords(text: string): () => number {
  let h = 1_779_033_703 ^ text.length;
  for (let i = 0; i < text.length; i += 1) {
    h = Math.imul(h ^ text.charCodeAt(i), 3_432_918_353);
    h = (h << 13) | (h >>> 19);
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2_246_822_507);
    h = Math.imul(h ^ (h >>> 13), 3_266_489_909);
    h ^= h >>> 16;
    return h >>> 0;
  };
}
