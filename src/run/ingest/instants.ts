/** Times as producers write them. */

/** How far ahead of our clock a row's time may lie: clocks differ by seconds, wrong units and zones by hours. */
const MOST_AHEAD_MS = 3_600_000;

const ISO = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/**
 * Milliseconds since the epoch of an ISO 8601 instant with its zone; digits beyond the millisecond are cut. Undefined for
 * anything else, and for days and hours that do not exist.
 */
export function instantOf(text: string): number | undefined {
  const found = ISO.exec(text);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  const [, , , , , , , fraction = '', sign, zoneHour = '0', zoneMinute = '0'] = found;
  const wall = Date.UTC(
    year ?? NaN,
    (month ?? NaN) - 1,
    day,
    hour,
    minute,
    second,
    Number(fraction.padEnd(3, '0').slice(0, 3)),
  );
  const said = new Date(wall);
  const exists =
    said.getUTCMonth() + 1 === month &&
    said.getUTCDate() === day &&
    said.getUTCHours() === hour &&
    said.getUTCMinutes() === minute &&
    said.getUTCSeconds() === second;
  if (!exists || Number(zoneHour) > 23 || Number(zoneMinute) > 59) return undefined;
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return wall - (sign === '-' ? -zone : zone);
}

/** Why a time cannot be right, seen from now; undefined where it can. */
export function aheadOf(now: number, at: number): string | undefined {
  if (at <= now + MOST_AHEAD_MS) return undefined;
  const hours = (at - now) / 3_600_000;
  const far = hours < 48 ? `${hours.toFixed(1)} hours` : `${String(Math.round(hours / 24))} days`;
  return `is ${far} ahead of this machine's clock`;
}

export const AHEAD_CURE = 'check the producer’s clock and zone, and that the number is milliseconds';
