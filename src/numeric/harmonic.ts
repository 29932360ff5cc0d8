/** Sums of reciprocals. */

/** From here on the series is exact to the last digits of a double. */
const FAR = 64;

/** `H(n)` less Euler's constant, by the Euler–Maclaurin series. */
const far = (n: number): number => Math.log(n) + 1 / (2 * n) - 1 / (12 * n * n) + 1 / (120 * n ** 4);

/** `1/(from + 1) + 1/(from + 2) + … + 1/to`; 0 where that is empty. Whole numbers, at least 0. */
export function reciprocalsBetween(from: number, to: number): number {
  let sum = 0;
  let at = from;
  for (; at < to && at < FAR; at++) sum += 1 / (at + 1);
  return at < to ? sum + far(to) - far(at) : sum;
}
