/**
 * How many texts hold what should not be there: personal data, account numbers, keys. Rates leave this stage, never a text:
 * the finding must not become the leak.
 */

import { holdsCard, holdsIban } from './accounts.js';
import { holdsEmail, holdsIp, holdsPhone } from './contacts.js';
import { isNationalId } from './national-ids.js';
import { holdsSecret } from './secret-keys.js';
import { wordsOf } from './words.js';
import { absent, type Estimate, measured } from '../model/estimate.js';
import type { Frame } from '../model/frame.js';
import { wilsonInterval } from '../numeric/proportion.js';
import { randomFrom } from '../numeric/random.js';

/** Rows that are looked at, drawn evenly over the period. With none found, the rate is below 0.14 % at 99 %. */
const SAMPLED_ROWS = 5000;
/** Characters of a text that are looked at. */
const LOOKED_AT = 1000;
/** Nothing that is looked for is shorter: `1.1.1.1`. */
const SHORTEST = 7;
const SEED = 20_261_122;

/** Spaces within a number, as people write them, fall away. */
function holdsNationalId(text: string): boolean {
  const capitals = text.toUpperCase();
  const isId = (word: string): boolean => isNationalId(word) || isNationalId(word.replace(/[-./]/g, ''));
  return wordsOf(capitals).some(isId) || (capitals.length < 30 && isId(capitals.replace(/\s/g, '')));
}

const DETECTORS = [
  ['pii_email_rate', holdsEmail],
  ['pii_phone_rate', holdsPhone],
  ['pii_card_rate', holdsCard],
  ['pii_iban_rate', holdsIban],
  ['pii_national_id_rate', holdsNationalId],
  ['pii_ip_rate', holdsIp],
  ['pii_secret_rate', holdsSecret],
] as const;

export type PersonalRates = ReadonlyArray<readonly [metric: string, estimate: Estimate]>;

/** Which detectors find something, as bits. */
export function findingsIn(text: string): number {
  if (text.length < SHORTEST) return 0;
  const start = text.slice(0, LOOKED_AT);
  return DETECTORS.reduce((found, [, holds], at) => (holds(start) ? found | (1 << at) : found), 0);
}

/** One row, drawn by a seeded generator, from each of as many equal stretches as there are rows to draw. */
function sampleRows(rows: number): Uint32Array {
  const sampled = new Uint32Array(Math.min(rows, SAMPLED_ROWS));
  const random = randomFrom(SEED);
  for (let at = 0; at < sampled.length; at++) {
    const from = Math.floor((at * rows) / sampled.length);
    const to = Math.floor(((at + 1) * rows) / sampled.length);
    sampled[at] = to - from === 1 ? from : from + random.below(to - from);
  }
  return sampled;
}

/**
 * For a column of texts: the share of rows whose text holds at least one thing that is looked for (`pii_rate`), and the
 * share of each kind. Among at most 5,000 rows, seeded, and the first 1,000 characters of each text. `n` counts those of
 * them that have a text; Wilson's 99 % interval. No value for a column that is not there, is of numbers, or has no text.
 */
export function personalRates(frame: Frame, column: string, confidence: number): PersonalRates {
  const metrics = ['pii_rate', ...DETECTORS.map(([metric]) => metric)];
  const cells = frame.columns.get(column);
  const none = (reason: string): PersonalRates => metrics.map((metric) => [metric, absent(0, reason)] as const);
  if (cells?.kind !== 'category') return none(cells === undefined ? 'no such column' : 'the column holds no texts');
  const known = new Map<number, number>();
  const counts = new Float64Array(metrics.length);
  let n = 0;
  for (const row of sampleRows(frame.rows)) {
    const code = cells.codes[row] as number;
    if (code < 0) continue;
    n++;
    let found = known.get(code);
    if (found === undefined) {
      found = findingsIn(cells.levels[code] as string);
      known.set(code, found);
    }
    if (found === 0) continue;
    counts[0]! += 1;
    for (let at = 0; at < DETECTORS.length; at++) counts[at + 1]! += (found >> at) & 1;
  }
  if (n === 0) return none(frame.rows === 0 ? 'empty window' : 'no text is present');
  return metrics.map((metric, at) => {
    const count = counts[at] as number;
    return [metric, measured(count / n, n, wilsonInterval(count, n, confidence))] as const;
  });
}
