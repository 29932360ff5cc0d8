import { describe, expect, test } from 'vitest';

import { encode, learnEncoding, type FeatureValues } from '../../examples/trainer/encoding.js';
import { fitLogistic, probabilities } from '../../examples/trainer/logistic.js';

const table: readonly (readonly [age: number, level: string, label: 0 | 1])[] = [
  [25, 'a', 0],
  [32, 'b', 0],
  [47, 'a', 1],
  [51, 'c', 1],
  [38, 'b', 0],
  [60, 'c', 1],
  [29, 'a', 1],
  [44, 'b', 0],
  [55, 'a', 1],
  [36, 'c', 0],
  [41, 'a', 0],
  [58, 'b', 1],
];
const rows: readonly FeatureValues[] = table.map(([age, level]) => ({ age, level }));
const labels = Uint8Array.from(table, ([, , label]) => label);
const names = { numeric: ['age'], categorical: ['level'] };
const encoding = learnEncoding(rows, names);

describe('the example’s logistic regression', () => {
  test('finds scikit-learn’s weights', () => {
    // LogisticRegression(C=1, solver="newton-cholesky", tol=1e-14) on StandardScaler and OneHotEncoder columns
    const { intercept, weights } = fitLogistic(encode(rows, encoding), labels, 1);
    expect(intercept).toBeCloseTo(-0.017809641300849013, 8);
    [1.094013834986538, 0.4386918870413087, -0.5310665558550689, 0.0923746688137602].forEach((weight, i) => {
      expect(weights[i]).toBeCloseTo(weight, 8);
    });
    const p = probabilities(encode(rows, encoding), intercept, weights);
    expect(p[0]).toBeCloseTo(0.2033260150958395, 8);
    expect(p[11]).toBeCloseTo(0.7190770459951981, 8);
  });

  test('fits separable rows, which the penalty keeps finite', () => {
    const design = { rows: 4, columns: 1, values: Float64Array.of(-100, -99, 99, 100) };
    const { weights } = fitLogistic(design, Uint8Array.of(0, 0, 1, 1), 1);
    expect(weights[0]).toBeGreaterThan(0);
    expect(Number.isFinite(weights[0])).toBe(true);
  });

  test('refuses rows of one class', () => {
    expect(() => fitLogistic(encode(rows, encoding), new Uint8Array(rows.length), 1)).toThrow('Both classes');
  });
});

describe('the encoding', () => {
  test('gives zeros for a category that training never saw, the mean for a missing number', () => {
    const design = encode([{ age: null, level: 'A' }, { age: 'abc', level: null }, {}], encoding);
    expect([...design.values]).toEqual(new Array(12).fill(0));
  });

  test('reads numbers that came as texts, and leaves a constant column at zero', () => {
    const constant = learnEncoding([{ x: 5 }, { x: 5 }], { numeric: ['x'], categorical: [] });
    expect([...encode([{ x: 5 }, { x: '6' }], constant).values]).toEqual([0, 1]);
  });
});
