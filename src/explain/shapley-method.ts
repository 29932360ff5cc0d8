/** Which way to Shapley values a model and the rows allow: exact, or Kernel SHAP with so many coalitions. */

import { answered } from './asking.js';
import { DRAWN_COALITIONS, isEnumerated, kernelShapley } from './kernel-shap.js';
import { type Cells, MOST_FEATURES, shapleyValues } from './shapley.js';
import type { Subject } from './subject.js';
import { randomFrom, seedFrom } from '../numeric/random.js';

/** Answers that exact values may take in one measurement; a handful of seconds for the models of a model file. */
const MOST_EXACT_ANSWERS = 50_000_000;
/** Background rows of Kernel SHAP, evenly spread over the reference: each coalition is asked for with each of them. */
const BACKGROUND_AT_HAND = 100;
const BACKGROUND_ASKED = 30;
/** Share of the answers that go to Shapley values; the others are for LIME and for the importance of features. */
const SHARE = 0.8;

export interface ShapleyMethod {
  /** For people: what the values are. */
  readonly name: string;
  readonly background: Cells;
  /** Values of a row, which may have a name so that it gets draws of its own; `undefined` where they are not finite. */
  readonly valuesOf: (row: Float64Array, name: string) => Promise<Float64Array | undefined>;
}

function evenly(rows: Cells, most: number): Cells {
  const step = Math.ceil(rows.length / most);
  return step <= 1 ? rows : rows.filter((_, at) => at % step === 0);
}

function exactMethod({ inside, features }: Subject, background: Cells, rows: number): ShapleyMethod | undefined {
  if (inside === undefined) return undefined;
  const { length } = features;
  const affordable = length <= MOST_FEATURES && 2 ** length * background.length * rows <= MOST_EXACT_ANSWERS;
  if (inside.coefficients === undefined && !affordable) return undefined;
  return {
    name: 'exact',
    background,
    valuesOf: (row) => Promise.resolve(shapleyValues(inside, row, background)),
  };
}

/** The best affordable method for so many rows; or why there is none. `background`: complete reference rows. */
export function shapleyMethod(subject: Subject, background: Cells, rows: number): ShapleyMethod | string {
  if (background.length === 0) return 'no complete reference row';
  const exact = exactMethod(subject, background, rows);
  if (exact !== undefined) return exact;
  const { features, most, answer, inside } = subject;
  const some = evenly(background, inside === undefined ? BACKGROUND_ASKED : BACKGROUND_AT_HAND);
  // Two of them are no coalition and the whole.
  const affordable = Math.floor((most * SHARE) / Math.max(1, rows) / some.length) - 2;
  const draws = Math.min(DRAWN_COALITIONS, affordable);
  const { length } = features;
  if (draws < 2 * length && !isEnumerated(length, draws))
    return `${String(most)} answers are too few to explain ${String(rows)} rows of ${String(length)} features`;
  return {
    name: isEnumerated(length, draws) ? 'kernel, every coalition' : `kernel, ${String(draws)} coalitions drawn`,
    background: some,
    valuesOf: (row, name) => answered(kernelShapley(row, some, { draws, random: randomFrom(seedFrom(name)) }), answer),
  };
}
