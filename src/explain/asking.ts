/** Explanations ask a model again and again; who answers, at once or over a wire, is not their business. */

import type { Cells } from './shapley.js';

/** Gives rows, gets the model's answers to them, and ends with what they say. */
export type Asking<T> = Generator<Cells, T, Float64Array>;

/** Answers to rows of cells in the order of the model's features, one for each. */
export type AnswerRows = (rows: Cells) => Promise<Float64Array>;

/** What the asking ends with, every question put to the model in turn. */
export async function answered<T>(asking: Asking<T>, answer: AnswerRows): Promise<T> {
  let step = asking.next();
  while (step.done !== true) step = asking.next(await answer(step.value));
  return step.value;
}
