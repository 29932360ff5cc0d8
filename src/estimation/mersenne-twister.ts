/**
 * The random numbers of NumPy's `RandomState`, which scikit-learn's splits are drawn with: the generator MT19937 of
 * M. Matsumoto and T. Nishimura (1998), seeded by one whole number, and NumPy's way of shuffling. It is here only so that
 * a decision made on random splits comes out as it does there; figures of our own use `numeric/random`.
 */

const WORDS = 624;
const SHIFT = 397;

export interface SplitRandom {
  /** `0 … n - 1` in random order. */
  readonly permutation: (n: number) => Uint32Array;
}

/** Every bit at or below the highest one of `value`. */
function maskFor(value: number): number {
  return value === 0 ? 0 : 0xffffffff >>> Math.clz32(value);
}

/** 32 random bits a call. */
function wordsFrom(seed: number): () => number {
  const state = new Uint32Array(WORDS);
  state[0] = seed;
  for (let i = 1; i < WORDS; i++) {
    const before = state[i - 1] as number;
    state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
  }
  let at = WORDS;
  const refill = (): void => {
    for (let i = 0; i < WORDS; i++) {
      const joined = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % WORDS] as number) & 0x7fffffff);
      const twisted = (joined >>> 1) ^ ((joined & 1) === 0 ? 0 : 0x9908b0df);
      state[i] = (state[(i + SHIFT) % WORDS] as number) ^ twisted;
    }
    at = 0;
  };
  return () => {
    if (at === WORDS) refill();
    let word = state[at++] as number;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

/** The permutations of `numpy.random.RandomState(seed)`; `seed` in [0, 2^32). */
export function splitRandom(seed: number): SplitRandom {
  const word = wordsFrom(seed);
  const upTo = (highest: number): number => {
    const mask = maskFor(highest);
    let drawn = (word() & mask) >>> 0;
    while (drawn > highest) drawn = (word() & mask) >>> 0;
    return drawn;
  };
  return {
    permutation: (n) => {
      const order = Uint32Array.from({ length: n }, (_, i) => i);
      for (let i = n - 1; i > 0; i--) {
        const other = upTo(i);
        const kept = order[i] as number;
        order[i] = order[other] as number;
        order[other] = kept;
      }
      return order;
    },
  };
}
