/** Multi-class classification by counts: per class, and averaged over the classes of the period. */

import { absent, conventional, type Estimate, type Interval, measured } from '../model/estimate.js';
import { byCodePoint } from '../model/text-order.js';
import { DEFAULT_CONFIDENCE } from '../numeric/intervals.js';
import { wilsonInterval } from '../numeric/proportion.js';
import type { ClassPair } from '../profile/class-pairs.js';
import { bootstrapCells } from './bootstrap.js';
import { f1Value, share } from './confusion.js';

/** Counts of one period; classes are those among its labels or predictions, sorted by Unicode code point. */
export interface ClassCounts {
  readonly classes: readonly string[];
  readonly rows: number;
  readonly right: Float64Array;
  /** Labels of each class. */
  readonly support: Float64Array;
  /** Predictions of each class. */
  readonly predicted: Float64Array;
  /** Cells that may hold rows: those that do, each class's diagonal, and one miss of each class. */
  readonly cells: ReadonlyArray<{ readonly label: number; readonly prediction: number; readonly count: number }>;
}

/** The table of pairs that each stand once. */
export function classCounts(pairs: readonly ClassPair[]): ClassCounts {
  const classes = [...new Set(pairs.flatMap(({ label, prediction }) => [label, prediction]))].sort(byCodePoint);
  const place = new Map(classes.map((name, at) => [name, at]));
  const k = classes.length;
  const counts = new Map<number, number>();
  for (let at = 0; at < k; at++) {
    counts.set(at * k + at, 0);
    counts.set(at * k + ((at + 1) % k), 0);
  }
  // In order of the table, so that a bootstrap over the cells does not hang on the order of the rows.
  const known = pairs.map(({ label, prediction, count }): [number, number] => [
    (place.get(label) as number) * k + (place.get(prediction) as number),
    count,
  ]);
  for (const [key, count] of known.sort(([a], [b]) => a - b)) counts.set(key, count);
  const cells = [...counts].map(([key, count]) => ({ label: Math.floor(key / k), prediction: key % k, count }));
  const each = Float64Array.from(cells, (cell) => cell.count);
  const rows = each.reduce((sum, count) => sum + count, 0);
  return { classes, rows, cells, ...marginsOf(k, cells, each) };
}

interface Margins {
  readonly right: Float64Array;
  readonly support: Float64Array;
  readonly predicted: Float64Array;
}

function marginsOf(k: number, cells: ClassCounts['cells'], counts: Float64Array, into?: Margins): Margins {
  const margins = into ?? { right: new Float64Array(k), support: new Float64Array(k), predicted: new Float64Array(k) };
  margins.right.fill(0);
  margins.support.fill(0);
  margins.predicted.fill(0);
  cells.forEach(({ label, prediction }, at) => {
    const count = counts[at] as number;
    margins.support[label] = (margins.support[label] as number) + count;
    margins.predicted[prediction] = (margins.predicted[prediction] as number) + count;
    if (label === prediction) margins.right[label] = (margins.right[label] as number) + count;
  });
  return margins;
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Names of the table figures, in the order of the bootstrap. */
export const TABLE_METRICS = [
  'balanced_accuracy',
  'mcc',
  'cohen_kappa',
  'precision_macro',
  'recall_macro',
  'f1_macro',
  'precision_weighted',
  'recall_weighted',
  'f1_weighted',
] as const;

export type TableMetric = (typeof TABLE_METRICS)[number];

/** Writes the figures of the table in the order of `TABLE_METRICS`, then each class's F1. Kappa is NaN where it is 0/0. */
function tableValues({ right, support, predicted }: Margins, out: Float64Array): void {
  const k = right.length;
  let rows = 0;
  let hits = 0;
  let chance = 0;
  let supportSquares = 0;
  let predictedSquares = 0;
  let present = 0;
  out.fill(0);
  for (let at = 0; at < k; at++) {
    const r = right[at] as number;
    const s = support[at] as number;
    const p = predicted[at] as number;
    rows += s;
    hits += r;
    chance += s * p;
    supportSquares += s * s;
    predictedSquares += p * p;
    if (s > 0) present++;
    const precision = ratio(r, p);
    const recall = ratio(r, s);
    const f1 = s + p === 0 ? 0 : f1Value(r, p - r, s - r);
    out[0]! += recall;
    out[3]! += precision / k;
    out[4]! += recall / k;
    out[5]! += f1 / k;
    out[6]! += precision * s;
    out[7]! += recall * s;
    out[8]! += f1 * s;
    out[9 + at] = f1;
  }
  out[0] = (out[0] as number) / present;
  const spread = Math.sqrt(rows * rows - predictedSquares) * Math.sqrt(rows * rows - supportSquares);
  out[1] = spread === 0 ? 0 : Math.max(-1, Math.min(1, (hits * rows - chance) / spread));
  out[2] = 1 - (rows - hits) / (rows - chance / rows);
  for (let at = 6; at <= 8; at++) out[at] = (out[at] as number) / rows;
}

function tableIntervals(counts: ClassCounts, figures: number, seed: number, confidence: number): Interval[] {
  const k = counts.classes.length;
  const margins = marginsOf(k, [], new Float64Array());
  return bootstrapCells(
    counts.cells.map((cell) => cell.count),
    (drawn, out) => {
      tableValues(marginsOf(k, counts.cells, drawn, margins), out);
      if (Number.isNaN(out[2])) out[2] = 0;
    },
    figures,
    { seed, confidence, rounds: Math.max(200, Math.min(1000, Math.floor(400_000 / counts.cells.length))) },
  );
}

/** Figures of one class. */
export interface OneClassFigures {
  readonly name: string;
  readonly precision: Estimate;
  readonly recall: Estimate;
  readonly f1: Estimate;
}

/** All multi-class figures that need only the table. */
export interface MulticlassFigures {
  readonly accuracy: Estimate;
  readonly table: Readonly<Record<TableMetric, Estimate>>;
  readonly perClass: readonly OneClassFigures[];
}

/**
 * Figures of a table of classes; higher is better for all.
 * - Accuracy: share of rows right; with one label a row also micro-averaged precision, recall and F1. Wilson; n = rows.
 * - Per class: precision (n = predictions of it), recall (n = labels of it), F1 (n = rows that enter it).
 * - Macro averages: plain means over the classes of the period; n = labels of the rarest of them. Weighted averages: by
 *   labels of each class; n = rows. An average is degenerate where a class in it has an empty denominator, which counts 0.
 * - Balanced accuracy: mean recall of the classes among the labels; n = labels of the rarest; degenerate with one class.
 * - MCC: the multi-class R_K of Gorodkin (2004), in [-1, 1]; 0 and degenerate where all labels, or all predictions, are one.
 * - Cohen's kappa, in [-1, 1]; no value where agreement by chance is certain.
 *
 * Intervals beyond Wilson's: seeded multinomial bootstrap on the cells. scikit-learn, `zero_division=0`.
 */
export function multiclassFigures(
  counts: ClassCounts,
  seed: number,
  confidence = DEFAULT_CONFIDENCE,
): MulticlassFigures {
  const { classes, rows, right, support, predicted } = counts;
  const values = new Float64Array(TABLE_METRICS.length + classes.length);
  tableValues(counts, values);
  const intervals = tableIntervals(counts, values.length, seed, confidence);
  const hits = right.reduce((sum, count) => sum + count, 0);
  const rarest = Math.min(...support);
  const neverPredicted = predicted.includes(0);
  const neverLabelled = support.includes(0);
  const weightedGap = predicted.some((count, at) => count === 0 && (support[at] as number) > 0);
  const present = support.filter((count) => count > 0);
  const oneMargin = present.length === 1 || predicted.filter((count) => count > 0).length === 1;
  const at = (metric: TableMetric, n: number, degenerate = false): Estimate => {
    const place = TABLE_METRICS.indexOf(metric);
    const value = values[place] as number;
    return degenerate ? conventional(value, n) : measured(value, n, intervals[place]);
  };
  return {
    accuracy: measured(hits / rows, rows, wilsonInterval(hits, rows, confidence)),
    table: {
      balanced_accuracy: at('balanced_accuracy', Math.min(...present), present.length === 1),
      mcc: at('mcc', rows, oneMargin),
      cohen_kappa: Number.isNaN(values[2]) ? absent(rows, 'expected agreement is 1: 0/0') : at('cohen_kappa', rows),
      precision_macro: at('precision_macro', rarest, neverPredicted),
      recall_macro: at('recall_macro', rarest, neverLabelled),
      f1_macro: at('f1_macro', rarest),
      precision_weighted: at('precision_weighted', rows, weightedGap),
      recall_weighted: at('recall_weighted', rows),
      f1_weighted: at('f1_weighted', rows),
    },
    perClass: classes.map((name, place) => {
      const [r, s, p] = [right[place] as number, support[place] as number, predicted[place] as number];
      const figure = TABLE_METRICS.length + place;
      return {
        name,
        precision: share(r, p, confidence),
        recall: share(r, s, confidence),
        f1: measured(values[figure] as number, s + p - r, intervals[figure]),
      };
    }),
  };
}

/** The largest number of classes for which the table itself is given; beyond, it is no longer a thing to look at. */
const LARGEST_TABLE = 200;

/** Rows are labels, columns predictions, classes sorted by Unicode code point. scikit-learn `confusion_matrix`. */
export function classMatrix(counts: ClassCounts): Estimate {
  const k = counts.classes.length;
  if (k > LARGEST_TABLE) return absent(counts.rows, `more than ${String(LARGEST_TABLE)} classes`);
  const table = counts.classes.map(() => new Array<number>(k).fill(0));
  for (const { label, prediction, count } of counts.cells) (table[label] as number[])[prediction] = count;
  return { n: counts.rows, value: table };
}
