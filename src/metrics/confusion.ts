/**
 * Binary classification by counts. Every share carries its own denominator as `n`; where that is 0 the value is
 * scikit-learn's convention (0), marked degenerate.
 */

import { absent, conventional, type Estimate, type Interval, measured } from '../model/estimate.js';
import { DEFAULT_CONFIDENCE } from '../numeric/intervals.js';
import { wilsonInterval } from '../numeric/proportion.js';
import type { BinaryCounts } from '../profile/binary-counts.js';
import { bootstrapCells } from './bootstrap.js';

const rowsOf = (c: BinaryCounts): number => c.tp + c.fp + c.fn + c.tn;

/**
 * A share of counts with Wilson's interval. An empty denominator gives the convention 0, marked degenerate;
 * `n` is the denominator.
 */
export function share(hits: number, of: number, confidence = DEFAULT_CONFIDENCE): Estimate {
  return of === 0 ? conventional(0, 0) : measured(hits / of, of, wilsonInterval(hits, of, confidence));
}

/** Rows right: `(tp + tn) / rows`, in [0, 1], higher is better. No value without rows. scikit-learn `accuracy_score`. */
export function accuracy(c: BinaryCounts, confidence?: number): Estimate {
  const rows = rowsOf(c);
  return rows === 0 ? absent(0, 'no labelled rows') : share(c.tp + c.tn, rows, confidence);
}

/**
 * Predicted positives that are positive: `tp / (tp + fp)`, in [0, 1], higher is better; n = predicted positives. Nothing
 * predicted positive: 0, degenerate. scikit-learn `precision_score(zero_division=0)`.
 */
export function precision(c: BinaryCounts, confidence?: number): Estimate {
  return share(c.tp, c.tp + c.fp, confidence);
}

/**
 * Positives found: `tp / (tp + fn)`, in [0, 1], higher is better; n = positive labels. No positive label: 0, degenerate.
 * scikit-learn `recall_score(zero_division=0)`; also called sensitivity or true-positive rate.
 */
export function recall(c: BinaryCounts, confidence?: number): Estimate {
  return share(c.tp, c.tp + c.fn, confidence);
}

/**
 * Negatives left alone: `tn / (tn + fp)`, in [0, 1], higher is better; n = negative labels. No negative label: 0,
 * degenerate. scikit-learn `recall_score(pos_label=negative, zero_division=0)`.
 */
export function specificity(c: BinaryCounts, confidence?: number): Estimate {
  return share(c.tn, c.tn + c.fp, confidence);
}

/** `2 tp / (2 tp + fp + fn)`, `NaN` where that is 0/0. */
export function f1Value(tp: number, fp: number, fn: number): number {
  return (2 * tp) / (2 * tp + fp + fn);
}

/** Mean of the recalls of the classes that occur among the labels; `NaN` without labels. */
function balancedAccuracyValue(c: BinaryCounts): number {
  const positives = c.tp + c.fn;
  const negatives = c.tn + c.fp;
  if (positives === 0) return c.tn / negatives;
  if (negatives === 0) return c.tp / positives;
  return (c.tp / positives + c.tn / negatives) / 2;
}

/** Matthews correlation; 0 where a margin is empty. Factors by square roots, so that large counts do not overflow. */
function mccValue(c: BinaryCounts): number {
  const scale = Math.sqrt(c.tp + c.fp) * Math.sqrt(c.tp + c.fn) * Math.sqrt(c.tn + c.fp) * Math.sqrt(c.tn + c.fn);
  if (scale === 0) return 0;
  // The roots may round the ends to a hair beyond 1.
  return Math.max(-1, Math.min(1, (c.tp * c.tn - c.fp * c.fn) / scale));
}

/** Cohen's kappa; `NaN` where agreement by chance is certain. */
function kappaValue(c: BinaryCounts): number {
  const rows = rowsOf(c);
  const disagreement = ((c.tp + c.fn) * (c.fn + c.tn) + (c.fp + c.tn) * (c.tp + c.fp)) / rows;
  return 1 - (c.fp + c.fn) / disagreement;
}

/** F1, balanced accuracy, MCC and kappa: figures of the whole table, whose intervals come from one bootstrap. */
export interface TableFigures {
  readonly f1: Estimate;
  readonly balancedAccuracy: Estimate;
  readonly mcc: Estimate;
  readonly kappa: Estimate;
}

function tableIntervals(c: BinaryCounts, seed: number, confidence: number): readonly Interval[] {
  return bootstrapCells(
    [c.tp, c.fp, c.fn, c.tn],
    (cells, out) => {
      const drawn = {
        tp: cells[0] as number,
        fp: cells[1] as number,
        fn: cells[2] as number,
        tn: cells[3] as number,
      };
      const f1 = f1Value(drawn.tp, drawn.fp, drawn.fn);
      const kappa = kappaValue(drawn);
      out[0] = Number.isNaN(f1) ? 0 : f1;
      out[1] = balancedAccuracyValue(drawn);
      out[2] = mccValue(drawn);
      out[3] = Number.isNaN(kappa) ? 0 : kappa;
    },
    4,
    { seed, confidence },
  );
}

/**
 * Figures of the whole table, with seeded multinomial bootstrap intervals.
 * - F1: harmonic mean of precision and recall, `2 tp / (2 tp + fp + fn)`, in [0, 1]; n = rows that enter it
 *   (tp + fp + fn); 0 and degenerate where there is neither a positive label nor a positive prediction.
 * - Balanced accuracy: mean recall of the classes that occur among the labels, in [0, 1]; n = the rarer class's labels.
 * - MCC: Matthews correlation, in [-1, 1]; n = rows; 0 and degenerate where a margin is empty.
 * - Kappa: agreement beyond chance, in [-1, 1]; n = rows; no value where agreement by chance is certain (0/0).
 *
 * Higher is better for all. Without rows none has a value. scikit-learn `f1_score`, `balanced_accuracy_score`,
 * `matthews_corrcoef`, `cohen_kappa_score`.
 */
export function tableFigures(c: BinaryCounts, seed: number, confidence = DEFAULT_CONFIDENCE): TableFigures {
  const rows = rowsOf(c);
  if (rows === 0) {
    const none = absent(0, 'no labelled rows');
    return { f1: none, balancedAccuracy: none, mcc: none, kappa: none };
  }
  const [f1, balanced, mcc, kappa] = tableIntervals(c, seed, confidence) as [Interval, Interval, Interval, Interval];
  const inF1 = c.tp + c.fp + c.fn;
  const rarer = Math.min(c.tp + c.fn, c.tn + c.fp);
  const emptyMargin = rarer === 0 || c.tp + c.fp === 0 || c.tn + c.fn === 0;
  const chance = kappaValue(c);
  return {
    f1: inF1 === 0 ? conventional(0, 0) : measured(f1Value(c.tp, c.fp, c.fn), inF1, f1),
    balancedAccuracy:
      rarer === 0 ? conventional(balancedAccuracyValue(c), 0) : measured(balancedAccuracyValue(c), rarer, balanced),
    mcc: emptyMargin ? conventional(0, rows) : measured(mccValue(c), rows, mcc),
    kappa: Number.isNaN(chance) ? absent(rows, 'expected agreement is 1: 0/0') : measured(chance, rows, kappa),
  };
}

/** `[[TN, FP], [FN, TP]]`: rows are labels, columns predictions, negative first. scikit-learn `confusion_matrix`. */
export function confusionMatrix(c: BinaryCounts): Estimate {
  const rows = rowsOf(c);
  if (rows === 0) return absent(0, 'no labelled rows');
  return {
    n: rows,
    value: [
      [c.tn, c.fp],
      [c.fn, c.tp],
    ],
  };
}

/**
 * F1 from precision and recall: their harmonic mean `2 p r / (p + r)`, in [0, 1], higher is better; `undefined` where both
 * are 0. Tells whether a stored F1 fits the precision and recall stored beside it.
 */
export function f1FromPrecisionRecall(precision: number, recall: number): number | undefined {
  const sum = precision + recall;
  return sum > 0 ? (2 * precision * recall) / sum : undefined;
}
