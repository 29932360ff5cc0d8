/** Cells of a CSV file to numbers and times: what counts as a number is what Python's `float()` takes. */

const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const NOT_A_NUMBER = /^[+-]?nan$/i;
const GROUPED_DIGITS = /^[+-]?(?:\d+(?:_\d+)*)?\.?(?:\d+(?:_\d+)*)?(?:e[+-]?\d+(?:_\d+)*)?$/i;

/**
 * The number in a non-empty cell, `NaN` for the text "nan" (a missing value), `undefined` where the text is no number.
 * Hexadecimal, octal and binary literals, which JavaScript would take, are no numbers in a data file.
 */
export function parseNumber(text: string): number | undefined {
  const value = Number(text);
  if (value === value) {
    // A first digit of 1 to 9 leaves nothing to ask; most cells begin so.
    if (text.charCodeAt(0) > 48) return value;
    // Number('') and Number('  ') are 0; a real zero has the digit in it.
    if (value === 0 && !text.includes('0')) return undefined;
    const prefix = text.trimStart().charCodeAt(1) | 32;
    if (prefix > 97 && (prefix === 120 || prefix === 111 || prefix === 98)) return undefined;
    return value;
  }
  const trimmed = text.trim();
  const infinite = INFINITE.exec(trimmed);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  if (NOT_A_NUMBER.test(trimmed)) return NaN;
  if (trimmed.includes('_') && /\d/.test(trimmed) && GROUPED_DIGITS.test(trimmed))
    return Number(trimmed.replaceAll('_', ''));
  return undefined;
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Milliseconds since the epoch of an ISO 8601 time; without an offset it is UTC. `undefined` where it is no such time. */
export function parseTime(text: string): number | undefined {
  const match = TIME.exec(text.trim());
  if (!match) return undefined;
  const offset = match[3] ?? 'Z';
  const zone = /^[+-]\d{4}$/.test(offset) ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase();
  const millis = Date.parse(`${match[1] ?? ''}T${match[2] ?? '00:00'}${zone}`);
  return Number.isNaN(millis) ? undefined : millis;
}
