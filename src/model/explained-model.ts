/** Small models that can be written down whole, as a model file holds them, and what they predict. */

import { z } from 'zod';

const names = z.array(z.string().min(1)).min(1);
const finite = z.array(z.number());
const nodes = z.array(z.int().min(-2));

const treeShape = { left: nodes, right: nodes, feature: nodes, threshold: finite, value: finite };

interface TreeNodes {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly value: readonly number[];
}

/** Children lie behind their parent, so that every walk ends; every inner node names a feature that is there. */
function isTree({ left, right, feature, threshold, value }: TreeNodes, features: number): boolean {
  const count = left.length;
  if (count === 0 || [right, feature, threshold, value].some(({ length }) => length !== count)) return false;
  const isChild = (child: number, node: number): boolean => child > node && child < count;
  return left.every((child, node) => {
    if (child === -1) return right[node] === -1;
    const of = feature[node] as number;
    return isChild(child, node) && isChild(right[node] as number, node) && of >= 0 && of < features;
  });
}

const MISSHAPEN = 'a tree needs lists of one length, children behind their parent and features that are named';

const linear = z.looseObject({
  type: z.enum(['linear', 'logistic']),
  features: names,
  coefficients: finite,
  intercept: z.number(),
  output: z.enum(['value', 'log odds', 'probability']).optional(),
});
const tree = z.looseObject({ type: z.literal('tree'), features: names, ...treeShape });
const ensemble = z.looseObject({
  type: z.literal('ensemble'),
  features: names,
  trees: z.array(z.object(treeShape)).min(1),
  combine: z.enum(['mean', 'sum']).default('mean'),
  intercept: z.number().default(0),
  output: z.enum(['value', 'log odds', 'probability']).default('value'),
});

const modelSchema = z
  .discriminatedUnion('type', [linear, tree, ensemble])
  .refine(({ features }) => new Set(features).size === features.length, 'a feature stands twice')
  .refine(
    (model) =>
      model.type === 'tree' || model.type === 'ensemble' || model.coefficients.length === model.features.length,
    'one coefficient is needed for each feature',
  )
  .refine(
    (model) =>
      model.type === 'ensemble'
        ? model.trees.every((one) => isTree(one, model.features.length))
        : model.type !== 'tree' || isTree(model, model.features.length),
    MISSHAPEN,
  );

/** What is wrong with a model file: every fault, each with its path. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
}

/** In what unit a model answers: the label's own, the logarithm of the odds, or a probability. */
export type ModelOutput = 'value' | 'log odds' | 'probability';

/** A model as a function of one row, with what is known of its inside. */
export interface ExplainedModel {
  readonly features: readonly string[];
  readonly output: ModelOutput;
  /** Answer to a row of cells in the order of `features`; must not keep the array. */
  readonly predict: (row: Float64Array) => number;
  /** Coefficients, where the answer is their sum with the cells: then Shapley values have a closed form. */
  readonly coefficients?: readonly number[];
}

const logistic = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

function walk({ left, right, feature, threshold, value }: TreeNodes, row: Float64Array): number {
  let node = 0;
  while ((left[node] as number) >= 0) {
    const goesLeft = Math.fround(row[feature[node] as number] as number) <= (threshold[node] as number);
    node = (goesLeft ? left[node] : right[node]) as number;
  }
  return value[node] as number;
}

function linearModel({ type, features, coefficients, intercept, output }: z.infer<typeof linear>): ExplainedModel {
  const unit = type === 'linear' ? 'value' : (output ?? 'probability');
  const margin = (row: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < coefficients.length; i++) sum += (coefficients[i] as number) * (row[i] as number);
    return sum + intercept;
  };
  if (unit === 'probability') return { features, output: unit, predict: (row) => logistic(margin(row)) };
  return { features, output: unit, predict: margin, coefficients };
}

function ensembleModel({ features, trees, combine, intercept, output }: z.infer<typeof ensemble>): ExplainedModel {
  const divisor = combine === 'mean' ? trees.length : 1;
  const answer = (row: Float64Array): number => {
    let sum = 0;
    for (const one of trees) sum += walk(one, row);
    return intercept + sum / divisor;
  };
  const isProbabilityOfOdds = output === 'probability' && combine === 'sum';
  return { features, output, predict: isProbabilityOfOdds ? (row) => logistic(answer(row)) : answer };
}

/**
 * The model of a parsed model file. `type` is `linear` (coefficients, intercept), `logistic` (the same; `output` is
 * `log odds` or `probability`), `tree` (parallel lists left, right, feature, threshold, value; a cell, rounded to float32 as
 * scikit-learn does, at or below the threshold goes left; child -1 is a leaf) or `ensemble` (trees; `combine` mean or sum,
 * plus intercept; the sum of an ensemble with output `probability` is taken as log odds). Throws `ModelFileError`.
 */
export function modelFromFile(document: unknown): ExplainedModel {
  const result = modelSchema.safeParse(document);
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'model'}: ${issue.message}`);
    throw new ModelFileError(faults.join('\n'));
  }
  const model = result.data;
  if (model.type === 'tree') return { features: model.features, output: 'value', predict: (row) => walk(model, row) };
  return model.type === 'ensemble' ? ensembleModel(model) : linearModel(model);
}
