/** A model that is known only by its answers: served somewhere, or a function. */

/** A cell of a row as a model is asked with it: a number, or a category's text. */
export type ModelCell = number | string;

/** One model to ask; each row in the order of the model's features. */
export interface ModelEndpoint {
  /** One finite number for each row, in their order. Throws `ModelUnavailable`. */
  readonly answer: (rows: ReadonlyArray<readonly ModelCell[]>) => Promise<Float64Array>;
}

/** The model gives no answer that can be used; the message says why, in words, without a secret. */
export class ModelUnavailable extends Error {
  override readonly name = 'ModelUnavailable';
}

/** A model to explain of which nothing is known but its features and its answers. */
export interface AskedModel {
  /** In the order in which a row holds them. */
  readonly features: readonly string[];
  readonly endpoint: ModelEndpoint;
  /** Rows that it may be asked in one measurement. */
  readonly mostAnswers: number;
}
