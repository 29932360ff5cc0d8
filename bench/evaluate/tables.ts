/** The two tables of the benchmark: one model's predictions on two days, with missing cells, and a little drift. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { drawNormal, type Random, randomFrom } from '../../src/numeric/random.js';

const NUMERIC = ['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7'] as const;
const CATEGORICAL = ['c0', 'c1', 'c2', 'c3'] as const;
const LEVELS = [5, 8, 12, 20] as const;
const RACE_SHARES = [0.6, 0.15, 0.1, 0.1, 0.05] as const;

/** The columns file of both tables. */
export const COLUMNS = {
  numeric: NUMERIC,
  categorical: CATEGORICAL,
  prediction: 'prediction',
  score: 'score',
  label: 'label',
  positive: '1',
  sensitive: ['sex', 'race', ['sex', 'race']],
  timestamp: 'ts',
  latency: 'latency_ms',
  error: 'error_code',
};

/** Names of the columns, as the first line has them. */
export const HEADER = [
  ...['ts', ...NUMERIC, ...CATEGORICAL, 'score', 'prediction', 'label', 'sex', 'race', 'latency_ms', 'error_code'],
].join(',');

/** Index of the share that a uniform draw falls into. */
function pick(random: Random, cumulated: readonly number[]): number {
  const u = random.uniform() * (cumulated.at(-1) ?? 1);
  let at = 0;
  while (at < cumulated.length - 1 && u >= (cumulated[at] as number)) at += 1;
  return at;
}

function cumulate(shares: readonly number[]): readonly number[] {
  let sum = 0;
  return shares.map((share) => (sum += share));
}

/** Levels of a categorical column by Zipf's law; in the current table the second column's first level is more frequent. */
function levelShares(column: number, drifted: boolean): readonly number[] {
  const shares = Array.from({ length: LEVELS[column] ?? 1 }, (_, level) => 1 / (level + 1));
  if (drifted && column === 1) shares[0] = 1.3;
  return cumulate(shares);
}

const two = (value: number): string => String(value).padStart(2, '0');
const rounded = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** One row after the other, as text. Numbers are written so that they read back as the same double. */
function rowWriter(random: Random, drifted: boolean, start: number, rows: number): (row: number) => string {
  const levels = CATEGORICAL.map((_, column) => levelShares(column, drifted));
  const races = cumulate(RACE_SHARES);
  const d = drifted ? 1 : 0;
  return (row) => {
    const z = NUMERIC.map(() => drawNormal(random)) as unknown as [number, number, number, number, number, ...number[]];
    const codes = levels.map((shares) => pick(random, shares));
    const sex = random.uniform() < 0.45 ? 1 : 0;
    const race = pick(random, races);
    const logit = -0.8 + 0.9 * z[0] + 0.6 * z[1] - 0.4 * z[2] + 0.15 * ((codes[0] ?? 0) - 1) - 0.25 * sex + 0.1 * race;
    const label = random.uniform() < 1 / (1 + Math.exp(-logit)) ? '1' : '0';
    const score = 1 / (1 + Math.exp(-(logit + 0.3 * drawNormal(random))));
    const missing = (share: number, text: string): string => (random.uniform() < share ? '' : text);
    return [
      new Date(start + Math.floor((row * 86_400_000) / rows)).toISOString().slice(0, 19).replace('T', ' '),
      String(z[0]),
      String(z[1] + 0.1 * d),
      String(z[2] * (1 + 0.15 * d)),
      missing(0.05, String(Math.exp(z[3] * 0.5))),
      rounded(z[4] * 10 + 50, 4),
      missing(0.01, rounded(Math.abs(z[5] ?? 0) * 100, 4)),
      rounded((z[6] ?? 0) + 0.02 * d, 4),
      rounded((z[7] ?? 0) * 3, 1),
      ...codes.map((code, column) => missing(column === 2 ? 0.02 : 0, `k${String(column)}_${two(code)}`)),
      String(score),
      score >= 0.5 ? '1' : '0',
      missing(0.1, label),
      `s${two(sex)}`,
      `r${two(race)}`,
      rounded(Math.exp(drawNormal(random) * 0.4 + 3), 3),
      missing(0.995, `E${two(random.below(4))}`),
    ].join(',');
  };
}

/** Writes one table; the same seed gives the same bytes. */
export async function writeTable(
  path: string,
  { rows, seed, drifted }: { readonly rows: number; readonly seed: number; readonly drifted: boolean },
): Promise<void> {
  const start = Date.UTC(2026, 0, drifted ? 2 : 1);
  const row = rowWriter(randomFrom(seed), drifted, start, rows);
  const file = createWriteStream(path);
  let lines = [HEADER];
  for (let at = 0; at < rows; at += 1) {
    lines.push(row(at));
    if (lines.length < 10_000 && at < rows - 1) continue;
    if (!file.write(`${lines.join('\n')}\n`)) await once(file, 'drain');
    lines = [];
  }
  file.end();
  await once(file, 'finish');
}
