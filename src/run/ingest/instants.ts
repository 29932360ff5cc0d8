/** Times as producers write them. */

/** How far ahead of our clock a row's time may lie: clocks differ by seconds, wrong units and zones by hours. */
const MOST_AHEAD_MS = 3_600_000;

/** In the Gregorian calendar always the same. */
const FOUR_CENTURIES_MS = 146_097 * 86_400_000;

const ISO = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const ZERO = 48;
const [POINT, PLUS, MINUS] = [46, 43, 45];

/** The two digits that stand here. */
const twoAt = (text: string, at: number): number => 10 * (text.charCodeAt(at) - ZERO) + text.charCodeAt(at + 1) - ZERO;

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Milliseconds of the fraction that begins here; digits beyond the third are cut. */
function millisecondsAt(text: string, from: number): number {
  let sum = 0;
  for (let at = from, worth = 100; at < from + 3; at++, worth /= 10) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return sum;
    sum += digit * worth;
  }
  return sum;
}

/** Minutes east of Greenwich; undefined where no zone is that far. */
function zoneOf(text: string): number | undefined {
  const at = text.length - 6;
  const sign = text.charCodeAt(at);
  if (sign !== PLUS && sign !== MINUS) return 0;
  const [hours, minutes] = [twoAt(text, at + 1), twoAt(text, at + 4)];
  if (hours > 23 || minutes > 59) return undefined;
  return (sign === MINUS ? -1 : 1) * (60 * hours + minutes);
}

/**
 * Milliseconds since the epoch of an ISO 8601 instant with its zone; digits beyond the millisecond are cut. Undefined for
 * anything else, and for days and hours that do not exist. Each row has at least one: a pattern that takes the parts out,
 * and dates that are made to compare them, cost six times as much.
 */
export function instantOf(text: string): number | undefined {
  if (!ISO.test(text)) return undefined;
  const [year, month, day] = [100 * twoAt(text, 0) + twoAt(text, 2), twoAt(text, 5), twoAt(text, 8)];
  const [hour, minute] = [twoAt(text, 11), twoAt(text, 14)];
  const hasSeconds = text[16] === ':';
  const second = hasSeconds ? twoAt(text, 17) : 0;
  const fraction = hasSeconds && text.charCodeAt(19) === POINT ? millisecondsAt(text, 20) : 0;
  const zone = zoneOf(text);
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!exists || hour > 23 || minute > 59 || second > 59 || zone === undefined) return undefined;
  // Of years below 100 the function would think that they are of the last century; 400 years always have as many days.
  return Date.UTC(year + 400, month - 1, day, hour, minute, second, fraction) - FOUR_CENTURIES_MS - zone * 60_000;
}

/** Why a time cannot be right, seen from now; undefined where it can. */
export function aheadOf(now: number, at: number): string | undefined {
  if (at <= now + MOST_AHEAD_MS) return undefined;
  const hours = (at - now) / 3_600_000;
  const far = hours < 48 ? `${hours.toFixed(1)} hours` : `${String(Math.round(hours / 24))} days`;
  return `is ${far} ahead of this machine's clock`;
}

export const AHEAD_CURE = 'check the producer’s clock and zone, and that the number is milliseconds';
