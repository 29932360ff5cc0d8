/** Decimal numbers read straight from their digits, where that gives the very double that `Number` gives. */

const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const LOWER_E = 0x65;
const UPPER_E = 0x45;

/** All integers of so many digits are doubles. */
const EXACT_DIGITS = 15;
/** The largest power of ten that is a double is 10^22. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${String(exponent)}`));

/**
 * The number that `[start, end)` spells as `-12.5e3`, or `undefined` where it is spelled otherwise or its digits do not
 * allow the short way: an exact integer times or over an exact power of ten is rounded once, as it must be (W. Clinger,
 * "How to read floating point numbers accurately", 1990).
 */
export function decimalOf(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = start;
  const negative = bytes[at] === MINUS;
  if (negative) at += 1;
  let mantissa = 0;
  const whole = at;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) break;
    mantissa = mantissa * 10 + (byte - ZERO);
    at += 1;
  }
  let digits = at - whole;
  if (digits === 0) return undefined;
  let exponent = 0;
  if (at < end && bytes[at] === POINT) {
    at += 1;
    const fraction = at;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte < ZERO || byte > NINE) break;
      mantissa = mantissa * 10 + (byte - ZERO);
      at += 1;
    }
    exponent = fraction - at;
    if (exponent === 0) return undefined;
    digits -= exponent;
  }
  if (digits > EXACT_DIGITS) return undefined;
  if (at < end && (bytes[at] === LOWER_E || bytes[at] === UPPER_E)) {
    at += 1;
    const falling = bytes[at] === MINUS;
    if (falling || bytes[at] === PLUS) at += 1;
    const first = at;
    let power = 0;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte < ZERO || byte > NINE) break;
      power = power * 10 + (byte - ZERO);
      at += 1;
    }
    // More digits than any double has in its exponent: let others sort out the leading zeros.
    if (at === first || at - first > 4) return undefined;
    exponent += falling ? -power : power;
  }
  if (at !== end || exponent > 22 || exponent < -22) return undefined;
  const value = exponent < 0 ? mantissa / (POWERS[-exponent] as number) : mantissa * (POWERS[exponent] as number);
  return negative ? -value : value;
}
