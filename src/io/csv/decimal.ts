/**
 * The double nearest to a decimal number of up to 18 digits, without making a text of it. The quotient of the digits and
 * a power of ten is taken in double-double arithmetic (T. Dekker, Numer. Math. 18, 1971); where its error could decide
 * to which side the result is rounded, which happens about once in 2^40 numbers, the answer is left to the engine.
 */

/** Powers of ten that a double holds exactly. */
const LARGEST_POWER = 22;
const POWERS = Float64Array.from({ length: LARGEST_POWER + 1 }, (_, exponent) => Number(`1e${String(exponent)}`));

/** Splits a double into two halves of 26 bits, whose products are exact. */
const SPLITTER = 2 ** 27 + 1;

function upperHalf(value: number): number {
  const scaled = SPLITTER * value;
  return scaled - (scaled - value);
}

const UPPER_HALVES = POWERS.map(upperHalf);

/** Far above the error of the quotient's second part, which is below 2^-102 of the quotient. */
const MARGIN = 2 ** -94;

/** Whole numbers up to this one are doubles. */
const LARGEST_WHOLE = 2 ** 53;

/** `high + low` over the power of ten, rounded once; `NaN` where that cannot be told. Both parts are whole numbers. */
function quotient(high: number, low: number, exponent: number): number {
  const power = POWERS[exponent] as number;
  const first = high / power;
  const firstUpper = upperHalf(first);
  const firstLower = first - firstUpper;
  const powerUpper = UPPER_HALVES[exponent] as number;
  const powerLower = power - powerUpper;
  const product = first * power;
  const lost =
    firstLower * powerLower - (product - firstUpper * powerUpper - firstLower * powerUpper - firstUpper * powerLower);
  const second = (high - product - lost + low) / power;
  const margin = first * MARGIN;
  const below = first + (second - margin);
  return below === first + (second + margin) ? below : NaN;
}

/**
 * The double nearest to `(head 10^digits + tail) 10^exponent`; `NaN` where it has to be found otherwise. `head` and `tail`
 * are whole numbers below 10^9, `tail` has `digits` digits, leading zeros among them.
 */
export function nearestDouble(head: number, tail: number, digits: number, exponent: number): number {
  if (exponent < -LARGEST_POWER || exponent > LARGEST_POWER) return NaN;
  const shift = POWERS[digits] as number;
  const whole = head * shift + tail;
  if (whole < LARGEST_WHOLE) {
    return exponent < 0 ? whole / (POWERS[-exponent] as number) : whole * (POWERS[exponent] as number);
  }
  if (exponent > 0) return NaN;
  // Both products are exact: 15 and 30 bits by 30. Their sum, rounded, and what rounding lost, hold all digits.
  const lower = (head & 0x7fff) * shift + tail;
  const upper = (head - (head & 0x7fff)) * shift;
  const high = upper + lower;
  return quotient(high, lower - (high - upper), -exponent);
}
