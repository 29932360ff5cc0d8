/** Rows of several classes with the score that each class was given. */

import { commonClasses } from '../model/class-codes.js';
import { columnOf, numbersOf } from '../model/columns.js';
import type { Frame, Roles } from '../model/frame.js';
import { doublesBy } from '../numeric/doubles.js';
import { logLossOf } from '../numeric/log-loss.js';
import { type Moments, momentsOf } from '../numeric/moments.js';
import { type CalibrationSums, calibrationSums } from './probability-sums.js';

/** Rows whose label and every score are present. */
export interface ClassScoreRows {
  readonly classes: readonly string[];
  /** Place of the label among the classes; -1: a label that is not declared. */
  readonly labels: Int32Array;
  /** Per class, the score of each row. */
  readonly scores: readonly Float64Array[];
}

/** Rows whose label and all scores are present. */
export function classScoreRows(frame: Frame, roles: Roles): ClassScoreRows | undefined {
  const label = columnOf(frame, roles.label);
  const pairs = roles.scores;
  if (!label || !pairs) return undefined;
  const classes = pairs.map(([name]) => name);
  const columns = pairs.map(([, column]) => columnOf(frame, column));
  if (columns.some((column) => column === undefined)) return undefined;
  const scores = columns.flatMap((column) => (column ? [numbersOf(column)] : []));
  const { codes, classes: names } = commonClasses([label]);
  const place = names.map((name) => classes.indexOf(name));
  const kept: number[] = [];
  (codes[0] as Int32Array).forEach((code, row) => {
    if (code >= 0 && scores.every((column) => !Number.isNaN(column[row]))) kept.push(row);
  });
  return {
    classes,
    labels: Int32Array.from(kept, (row) => place[codes[0]?.[row] as number] as number),
    scores: scores.map((column) => Float64Array.from(kept, (row) => column[row] as number)),
  };
}

/** How far the scores of a row may be from adding up to 1 (numpy's `allclose`). */
const SUM_TOLERANCE = 1e-8 + 1e-5;

function rowMaxima({ scores, labels }: ClassScoreRows): {
  readonly top: Float64Array;
  readonly hits: Int8Array;
} {
  const top = new Float64Array(labels.length);
  const hits = new Int8Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    let best = 0;
    for (let k = 1; k < scores.length; k++) {
      if ((scores[k]?.[row] as number) > (scores[best]?.[row] as number)) best = k;
    }
    top[row] = scores[best]?.[row] as number;
    hits[row] = Number(best === labels[row]);
  }
  return { top, hits };
}

/** Rows whose label is among the two best-scored classes; of equal scores the later class comes first, as scikit-learn has it. */
function hitsInTopTwo({ scores, labels }: ClassScoreRows): number {
  let hits = 0;
  for (let row = 0; row < labels.length; row++) {
    const own = labels[row] as number;
    const score = scores[own]?.[row] as number;
    let ahead = 0;
    for (let k = 0; k < scores.length; k++) {
      const other = scores[k]?.[row] as number;
      if (other > score || (other === score && k > own)) ahead++;
    }
    if (ahead < 2) hits++;
  }
  return hits;
}

function sumsToOne({ scores, labels }: ClassScoreRows): boolean {
  for (let row = 0; row < labels.length; row++) {
    let sum = 0;
    for (const column of scores) sum += column[row] as number;
    if (Math.abs(sum - 1) > SUM_TOLERANCE) return false;
  }
  return true;
}

/** What is kept of the scores of rows with label and all scores. */
export interface ClassScoreSums {
  readonly rows: number;
  /** Rows whose label is no declared class, and rows with an infinite score; what follows is of the others. */
  readonly undeclared: number;
  readonly infinite: number;
  /** Whether a score lies outside [0, 1], and in how many rows the largest one does. */
  readonly outside: boolean;
  readonly topOutside: number;
  /** Whether the scores of every row add up to 1. */
  readonly sumToOne: boolean;
  readonly losses: Moments;
  readonly inTopTwo: number;
  /** Of every row whose largest score lies in [0, 1]. */
  readonly calibration: CalibrationSums;
}

function allFinite({ scores }: ClassScoreRows, row: number): boolean {
  for (const column of scores) if (!Number.isFinite(column[row])) return false;
  return true;
}

/** The rows whose label is declared and whose scores are all finite; mostly all of them, which are then not copied. */
export function soundRows(all: ClassScoreRows): ClassScoreRows {
  const { classes, labels, scores } = all;
  const rows = new Uint32Array(labels.length);
  let kept = 0;
  for (let row = 0; row < labels.length; row++) {
    if ((labels[row] as number) >= 0 && allFinite(all, row)) rows[kept++] = row;
  }
  if (kept === labels.length) return all;
  const sound = rows.subarray(0, kept);
  return {
    classes,
    labels: Int32Array.from(sound, (row) => labels[row] as number),
    scores: scores.map((column) => Float64Array.from(sound, (row) => column[row] as number)),
  };
}

/** `sound`: the `soundRows` of all. */
export function classScoreSums(all: ClassScoreRows, sound: ClassScoreRows): ClassScoreSums {
  const { top, hits } = rowMaxima(all);
  const isProbable = (_: number, row: number): boolean => (top[row] as number) >= 0 && (top[row] as number) <= 1;
  const probable = top.filter(isProbable);
  const { labels, scores } = sound;
  const losses = doublesBy(labels.length, (row) => logLossOf(scores[labels[row] as number]?.[row] as number));
  let infinite = 0;
  for (let row = 0; row < top.length; row++) if (!allFinite(all, row)) infinite++;
  return {
    rows: all.labels.length,
    undeclared: all.labels.reduce((sum, label) => sum + Number(label < 0), 0),
    infinite,
    outside: scores.some((column) => column.some((score) => score < 0 || score > 1)),
    topOutside: top.length - probable.length,
    sumToOne: sumsToOne(sound),
    losses: momentsOf(losses),
    inTopTwo: hitsInTopTwo(sound),
    calibration: calibrationSums(hits.filter(isProbable), probable),
  };
}
