/** Seeded rows of a model whose population is known: features, outcome of three tasks, groups, run-time. */
import type { CategoryColumn, Column, Frame, NumericColumn } from '../../src/model/frame.js';
import { ROLE_COLUMNS, scoreColumn } from '../../src/model/roles.js';
import type { Random } from '../../src/numeric/random.js';
import { COLUMNS, levelOf, type CategoryKind, type ColumnKind, type NumericKind } from './columns.js';

/** How rows depend on each other and on their place in time. */
export interface Population {
  /** Correlation of neighbouring rows, on the normal scale; 0: rows are independent. */
  readonly correlation: number;
  /** Log odds of a positive outcome; the rarer the positives, the fewer of them a window has. */
  readonly logOdds: number;
}

export interface Shift {
  readonly column: string;
  /** In standard deviations of the column. */
  readonly by: number;
}

export interface Drawing {
  readonly random: Random;
  readonly rows: number;
  readonly population: Population;
  /** Shift of each column's mean on the normal scale: what the day does to it. */
  readonly dayEffects?: ReadonlyMap<string, number>;
  readonly shift?: Shift;
}

/** Standard normal draws by Marsaglia's polar method; five times as fast as inversion. */
export function normals(random: Random): () => number {
  let spare = NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = NaN;
      return kept;
    }
    for (;;) {
      const u = 2 * random.uniform() - 1;
      const v = 2 * random.uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(s)) / s);
      spare = v * factor;
      return u * factor;
    }
  };
}

/** Draws of one column on the normal scale, each correlated with the one before. */
function chain({ random, rows, population, dayEffects }: Drawing, name: string): Float64Array {
  const normal = normals(random);
  const { correlation } = population;
  const fresh = Math.sqrt(1 - correlation * correlation);
  const effect = dayEffects?.get(name) ?? 0;
  const draws = new Float64Array(rows);
  let last = normal();
  for (let row = 0; row < rows; row++) {
    if (correlation > 0) last = correlation * last + fresh * normal();
    else last = normal();
    draws[row] = last + effect;
  }
  return draws;
}

function numericColumn(kind: NumericKind, draws: Float64Array, random: Random, by: number): NumericColumn {
  const values = new Float64Array(draws.length);
  const shift = by * kind.deviation;
  for (let row = 0; row < draws.length; row++) {
    const missing = kind.missing > 0 && random.uniform() < kind.missing;
    values[row] = missing ? NaN : kind.finish(kind.raw(draws[row]!) + shift);
  }
  return { kind: 'numeric', name: kind.name, values, typeMismatches: 0 };
}

/** A category knows no standard deviation: it is moved on the normal scale that its levels were cut from. */
function categoryColumn(kind: CategoryKind, draws: Float64Array, random: Random, by: number): CategoryColumn {
  const codes = new Int32Array(draws.length);
  for (let row = 0; row < draws.length; row++) {
    const missing = kind.missing > 0 && random.uniform() < kind.missing;
    codes[row] = missing ? -1 : levelOf(kind.ends, draws[row]! + by);
  }
  return { kind: 'category', name: kind.name, codes, levels: kind.levels };
}

export function drawColumn(kind: ColumnKind, drawing: Drawing): Column {
  const draws = chain(drawing, kind.name);
  const by = drawing.shift?.column === kind.name ? drawing.shift.by : 0;
  return kind.kind === 'numeric'
    ? numericColumn(kind, draws, drawing.random, by)
    : categoryColumn(kind, draws, drawing.random, by);
}

const numbers = (name: string, values: Float64Array): NumericColumn => ({
  kind: 'numeric',
  name,
  values,
  typeMismatches: 0,
});
const coded = (name: string, levels: readonly string[], codes: Int32Array): CategoryColumn => ({
  kind: 'category',
  name,
  codes,
  levels,
});

export function frameOf(columns: readonly Column[], rows: number): Frame {
  return {
    rows,
    columns: new Map(columns.map((column) => [column.name, column])),
    intake: { read: rows, duplicateIds: 0, poison: 0 },
  };
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Calibrated scores with a fair ranking (AUC about 0.85), and groups that have nothing to do with them. */
function binaryColumns(drawing: Drawing): Column[] {
  const { random, rows, population } = drawing;
  const linear = chain(drawing, ROLE_COLUMNS.score);
  const scores = new Float64Array(rows);
  const label = new Int32Array(rows);
  const prediction = new Int32Array(rows);
  // The threshold is the share of positives rather than one half, so that a rare class is predicted at all.
  const threshold = logistic(population.logOdds);
  for (let row = 0; row < rows; row++) {
    const score = logistic(population.logOdds + 1.8 * linear[row]!);
    scores[row] = score;
    label[row] = random.uniform() < score ? 1 : 0;
    prediction[row] = score >= threshold ? 1 : 0;
  }
  const group = (shares: readonly number[]): Int32Array =>
    Int32Array.from({ length: rows }, () => {
      const u = random.uniform();
      return shares.findIndex((share) => u < share);
    });
  return [
    numbers(ROLE_COLUMNS.score, scores),
    coded(ROLE_COLUMNS.label, ['no', 'yes'], label),
    coded(ROLE_COLUMNS.prediction, ['no', 'yes'], prediction),
    coded('sex', ['f', 'm'], group([0.45, 1])),
    coded('origin', ['a', 'b', 'c', 'd', 'e'], group([0.5, 0.75, 0.9, 0.97, 1])),
  ];
}

function runtimeColumns(drawing: Drawing): Column[] {
  const { random, rows } = drawing;
  const latency = chain(drawing, ROLE_COLUMNS.latency).map((z) => 40 * Math.exp(0.6 * z));
  const error = Int32Array.from({ length: rows }, () => (random.uniform() < 0.01 ? 0 : -1));
  return [numbers(ROLE_COLUMNS.latency, latency), coded(ROLE_COLUMNS.error, ['timeout'], error)];
}

export const CLASSES = ['red', 'green', 'blue', 'grey'] as const;
const CLASS_ENDS = Float64Array.from([-0.25, 0.4, 1.2, Infinity]);

/** Four classes of unequal size, of which the model finds four in five. */
function multiclassColumns(drawing: Drawing): Column[] {
  const { random } = drawing;
  const label = Int32Array.from(chain(drawing, ROLE_COLUMNS.label), (z) => levelOf(CLASS_ENDS, z));
  const prediction = label.map((code) => (random.uniform() < 0.8 ? code : (code + 1 + random.below(3)) % 4));
  const scores = CLASSES.map((name, at) =>
    numbers(
      scoreColumn(name),
      Float64Array.from(prediction, (code) => (code === at ? 0.4 + 0.6 * random.uniform() : 0.2 * random.uniform())),
    ),
  );
  return [coded(ROLE_COLUMNS.label, CLASSES, label), coded(ROLE_COLUMNS.prediction, CLASSES, prediction), ...scores];
}

/** Predictions without bias and errors with heavier tails than the normal's. */
function regressionColumns(drawing: Drawing): Column[] {
  const { random, rows } = drawing;
  const prediction = chain(drawing, ROLE_COLUMNS.prediction);
  const error = chain(drawing, ROLE_COLUMNS.label);
  const label = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    label[row] =
      prediction[row]! + 0.5 * error[row]! * Math.exp(0.05 * error[row]! ** 2) * (random.uniform() < 0.5 ? 1 : -1);
  }
  return [numbers(ROLE_COLUMNS.prediction, prediction), numbers(ROLE_COLUMNS.label, label)];
}

/** The frames of the three tasks: the binary model sees the thirty features; the two others have an outcome alone. */
export interface TaskFrames {
  readonly binary: Frame;
  readonly multiclass: Frame;
  readonly regression: Frame;
}

export function drawFrames(drawing: Drawing): TaskFrames {
  const { rows } = drawing;
  const features = COLUMNS.map((kind) => drawColumn(kind, drawing));
  return {
    binary: frameOf([...features, ...binaryColumns(drawing), ...runtimeColumns(drawing)], rows),
    multiclass: frameOf(multiclassColumns(drawing), rows),
    regression: frameOf(regressionColumns(drawing), rows),
  };
}

/** Groups of equal size that are selected, and found, at exactly the same rate; which rows are is left to chance. */
export function groupsOfEqualRate(random: Random, groups: number, size: number, rate: number): Frame {
  const rows = groups * size;
  const names = Array.from({ length: groups }, (_, at) => `group-${String(at)}`);
  const label = Int32Array.from({ length: rows }, () => (random.uniform() < 0.5 ? 1 : 0));
  const prediction = Int32Array.from({ length: rows }, () => (random.uniform() < rate ? 1 : 0));
  return frameOf(
    [
      coded(ROLE_COLUMNS.label, ['no', 'yes'], label),
      coded(ROLE_COLUMNS.prediction, ['no', 'yes'], prediction),
      coded(
        'origin',
        names,
        Int32Array.from({ length: rows }, (_, row) => row % groups),
      ),
    ],
    rows,
  );
}
