/** The model to explain, whatever it is, as explanations need it: features, cells, answers, and how many it may be asked for. */

import { type AskedModel, ModelUnavailable } from '../model/asked-model.js';
import type { ExplainedModel } from '../model/explained-model.js';
import type { Frame } from '../model/frame.js';
import type { AnswerRows } from './asking.js';
import { type FeatureCells, featureCells } from './feature-cells.js';

export interface Subject {
  readonly features: readonly string[];
  readonly cells: FeatureCells;
  readonly answer: AnswerRows;
  /** The model itself, where it is written down. */
  readonly inside?: ExplainedModel;
  /** Answers that may be asked for; `Infinity` where the model is at hand. */
  readonly most: number;
}

/** The subject; or which of its features the data lack. */
export function subjectOf(
  model: ExplainedModel | AskedModel,
  frames: readonly Frame[],
  categorical: readonly string[],
): Subject | string {
  const { features } = model;
  if ('predict' in model) {
    const cells = featureCells(frames, features, new Set());
    if (typeof cells === 'string') return cells;
    const answer: AnswerRows = (rows) => Promise.resolve(Float64Array.from(rows, (row) => model.predict(row)));
    return { features, cells, answer, inside: model, most: Infinity };
  }
  const cells = featureCells(frames, features, new Set(categorical));
  if (typeof cells === 'string') return cells;
  return {
    features,
    cells,
    answer: (rows) => model.endpoint.answer(rows.map(cells.toAsk)),
    most: model.mostAnswers,
  };
}

/** What the asking comes to; or in words why the model did not answer. */
export async function unlessUnavailable<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ModelUnavailable) return `the model did not answer: ${error.message}`;
    throw error;
  }
}
