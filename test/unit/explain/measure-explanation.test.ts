import { describe, expect, test } from 'vitest';
import { measureExplanation } from '../../../src/explain/measure-explanation.js';
import { modelFromFile, ModelFileError } from '../../../src/model/explained-model.js';
import { shapleyValues } from '../../../src/explain/shapley.js';
import type { Figure } from '../../../src/model/figure.js';
import { drawNormal, randomFrom } from '../../../src/numeric/random.js';
import { frameOf, numbers, rolesFor } from '../frames.js';

const stump = {
  left: [1, -1, -1],
  right: [2, -1, -1],
  feature: [0, -2, -2],
  threshold: [0.5, -2, -2],
  value: [0, 1, 5],
};
const linear = { type: 'linear', features: ['a', 'b'], coefficients: [2, -1], intercept: 3 };

const reasonOf = (figure: Figure | undefined): string | undefined =>
  figure?.value === null ? figure.reason : undefined;

describe('a model file', () => {
  test.each([
    ['linear', linear, [1, 4], 1],
    ['logistic, log odds', { ...linear, type: 'logistic', output: 'log odds' }, [1, 4], 1],
    ['logistic, probability', { ...linear, type: 'logistic' }, [1, 5], 0.5],
    ['a tree, at the threshold', { type: 'tree', features: ['a'], ...stump }, [0.5], 1],
    ['a tree, above it', { type: 'tree', features: ['a'], ...stump }, [0.500001], 5],
    // 0.5 + 1e-12 is 0.5 in float32.
    ['a tree compares in float32', { type: 'tree', features: ['a'], ...stump }, [0.5 + 1e-12], 1],
    ['a forest', { type: 'ensemble', features: ['a'], trees: [stump, stump] }, [1], 5],
    [
      'boosted trees',
      { type: 'ensemble', features: ['a'], trees: [stump, stump], combine: 'sum', intercept: -10 },
      [1],
      0,
    ],
    [
      'boosted trees as a probability',
      {
        type: 'ensemble',
        features: ['a'],
        trees: [stump, stump],
        combine: 'sum',
        intercept: -10,
        output: 'probability',
      },
      [1],
      0.5,
    ],
  ])('%s', (_, document, row, answer) => {
    expect(modelFromFile(document).predict(Float64Array.from(row))).toBeCloseTo(answer, 12);
  });

  test.each([
    ['nothing', undefined],
    ['an unknown type', { ...linear, type: 'oracle' }],
    ['a coefficient too few', { ...linear, coefficients: [1] }],
    ['a feature twice', { ...linear, features: ['a', 'a'] }],
    ['a tree that walks in a circle', { type: 'tree', features: ['a'], ...stump, left: [0, -1, -1] }],
    ['a tree with a child that is not there', { type: 'tree', features: ['a'], ...stump, right: [9, -1, -1] }],
    ['a tree with a feature that is not there', { type: 'tree', features: ['a'], ...stump, feature: [3, -2, -2] }],
    ['a tree with lists of other lengths', { type: 'tree', features: ['a'], ...stump, value: [1] }],
    ['an ensemble with a broken tree', { type: 'ensemble', features: ['a'], trees: [{ ...stump, left: [0, -1, -1] }] }],
    ['a coefficient that is no number', { ...linear, coefficients: [1, 'x'] }],
  ])('%s is refused', (_, document) => {
    expect(() => modelFromFile(document)).toThrow(ModelFileError);
  });
});

describe('Shapley values', () => {
  const random = randomFrom(4);
  const background = Array.from({ length: 12 }, () => Float64Array.from({ length: 5 }, () => drawNormal(random)));
  const row = Float64Array.of(1, -2, 0.5, 0, 3);
  const product = {
    features: ['a', 'b', 'c', 'd', 'e'],
    output: 'value',
    predict: (x: Float64Array) => (x[0] ?? 0) * (x[1] ?? 0) + Math.max(x[2] ?? 0, x[4] ?? 0),
  } as const;

  test('add up to the answer minus the base value', () => {
    const sum = shapleyValues(product, row, background).reduce((total, value) => total + value, 0);
    const usual = background.reduce((total, other) => total + product.predict(other), 0) / background.length;
    expect(sum).toBeCloseTo(product.predict(row) - usual, 12);
  });

  test('are 0 for a feature that the model does not look at', () => {
    expect(shapleyValues(product, row, background)[3]).toBe(0);
  });

  test('are equal for features that play the same part', () => {
    const both = { ...product, predict: (x: Float64Array) => (x[0] ?? 0) * (x[1] ?? 0) };
    const values = shapleyValues(both, Float64Array.of(2, 2), [Float64Array.of(1, 1)]);
    expect(Array.from(values)).toEqual([1.5, 1.5]);
  });

  test('of a weighted sum are the same by its closed form and by enumeration', () => {
    const model = modelFromFile(linear);
    const rows = background.map((other) => other.slice(0, 2));
    const closed = shapleyValues(model, row.slice(0, 2), rows);
    const { features, output, predict } = model;
    const enumerated = shapleyValues({ features, output, predict }, row.slice(0, 2), rows);
    closed.forEach((value, at) => {
      expect(value).toBeCloseTo(enumerated[at] as number, 12);
    });
  });

  test('of more than twelve features are refused', () => {
    const wide = new Float64Array(13);
    expect(() => shapleyValues(product, wide, [wide])).toThrow(RangeError);
  });
});

describe('explanation figures', () => {
  const reference = frameOf([numbers('a', [0, 1, 2]), numbers('b', [1, Number.NaN, 3]), numbers('y', [1, 2, 3])]);
  const roles = { ...rolesFor(reference), task: 'regression' as const, label: 'y' };
  const measure = async (document: unknown, current = reference): Promise<ReadonlyMap<string, Figure>> => {
    const figures = await measureExplanation(modelFromFile(document), reference, current, roles);
    return new Map(figures.map((figure) => [figure.id, figure]));
  };

  test('a row with a missing feature has a reason, the others have values', async () => {
    const figures = await measure(linear);
    expect(reasonOf(figures.get('explain/1/prediction'))).toBe('a feature is missing in this row');
    expect(reasonOf(figures.get('explain/1/shap_values'))).toBe('a feature is missing in this row');
    expect(figures.get('explain/base_value')).toMatchObject({ value: 3, n: 2 });
    expect(figures.get('explain/0/shap_values')).toMatchObject({ value: [-2, 1], n: 2 });
    expect(figures.get('explain/importance_order')).toMatchObject({ value: ['a', 'b'], n: 2 });
  });

  test('a feature that the data lack is named', async () => {
    const figures = await measure({ ...linear, features: ['a', 'z'] });
    expect([...figures.values()].map(reasonOf)).toEqual(
      new Array<string>(4).fill('the feature z of the model is not in the data'),
    );
  });

  test('no current row and no complete reference row give reasons', async () => {
    const empty = frameOf([numbers('a', []), numbers('b', []), numbers('y', [])]);
    expect(reasonOf((await measure(linear, empty)).get('explain/mean_abs_shap'))).toBe('no complete row to explain');
    expect(reasonOf((await measure(linear, empty)).get('explain/rotation_importance/a'))).toMatch(/fewer than two/);
    const figures = await measureExplanation(modelFromFile(linear), empty, reference, roles);
    expect(reasonOf(figures.find(({ metric }) => metric === 'base_value'))).toBe('no complete reference row');
    expect(reasonOf(figures.find(({ metric }) => metric === 'shap_values'))).toBe('no complete reference row');
  });

  test('answers that overflow are no values', async () => {
    const figures = await measure({ ...linear, coefficients: [1e308, 1e308], intercept: 1e308 });
    expect(reasonOf(figures.get('explain/base_value'))).toMatch(/finite/);
  });

  test('what would take too many answers for exact values is estimated by Kernel SHAP, and says so', async () => {
    const features = Array.from({ length: 13 }, (_, at) => `f${String(at)}`);
    const wide = frameOf(features.map((name) => numbers(name, [0, 1])));
    const model = modelFromFile({ type: 'tree', features, ...stump });
    const figures = await measureExplanation(model, wide, wide, rolesFor(wide));
    const of = (id: string): Figure | undefined => figures.find((figure) => figure.id === `explain/${id}`);
    expect(of('shap_method')?.value).toBe('kernel, 2048 coalitions drawn');
    // Only the first feature plays a part: the draws agree with that, and so does the estimate.
    const values = of('1/shap_values')?.value as readonly number[];
    values.forEach((value, at) => {
      expect(value).toBeCloseTo(at === 0 ? 2 : 0, 9);
    });
    const eleven = features.slice(0, 11);
    const many = frameOf(eleven.map((name) => numbers(name, new Array<number>(4_000).fill(1))));
    const one = modelFromFile({ type: 'tree', features: eleven, ...stump });
    const long = await measureExplanation(one, many, many, { ...rolesFor(many), explainRows: 7 });
    expect(long.find(({ metric }) => metric === 'shap_method')?.value).toBe('kernel, every coalition');
    expect(long.find(({ metric }) => metric === 'base_value')).toMatchObject({ value: 5, n: 100 });
  });
});
