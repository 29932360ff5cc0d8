/**
 * Flapping: verdicts that change sides too often for each change to be told. A weighted share of changes over the last
 * 21 windows, as the Nagios family counts it, with its weights from 0.75 (oldest) to 1.25 (newest).
 */

export const REMEMBERED_VERDICTS = 21;
/** Flapping begins above this share and ends below the other, so that the flag itself does not flap. */
const FLAPPING_ABOVE = 0.4;
const FLAPPING_ENDS_BELOW = 0.2;

const OLDEST_WEIGHT = 0.75;
const NEWEST_WEIGHT = 1.25;

/**
 * Weighted share of changes of side, in [0, 1]. `recent` is one letter per window, newest last: `b` breach, `c` clear;
 * any other letter says nothing and keeps the side of the window before. Windows before the first one count as unchanged.
 */
export function flapShare(recent: string): number {
  const letters = recent.slice(-REMEMBERED_VERDICTS);
  const changes = REMEMBERED_VERDICTS - 1;
  const step = (NEWEST_WEIGHT - OLDEST_WEIGHT) / (changes - 1);
  let side: string | undefined;
  let sum = 0;
  for (let i = 0; i < letters.length; i += 1) {
    const letter = letters.charAt(i);
    if (letter !== 'b' && letter !== 'c') continue;
    // The newest letter ends the change with index 19, whatever the number of letters.
    const change = changes - letters.length + i;
    if (side !== undefined && letter !== side) sum += OLDEST_WEIGHT + change * step;
    side = letter;
  }
  return sum / changes;
}

export function isFlapping(recent: string, before: boolean): boolean {
  const share = flapShare(recent);
  return before ? share >= FLAPPING_ENDS_BELOW : share > FLAPPING_ABOVE;
}
