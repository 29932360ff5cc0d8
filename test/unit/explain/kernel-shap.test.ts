import { describe, expect, test } from 'vitest';
import { answered } from '../../../src/explain/asking.js';
import { kernelShapley, type KernelOptions } from '../../../src/explain/kernel-shap.js';
import { shapleyValues } from '../../../src/explain/shapley.js';
import { drawNormal, randomFrom } from '../../../src/numeric/random.js';

const random = randomFrom(9);
const rowsOf = (count: number, width: number): Float64Array[] =>
  Array.from({ length: count }, () => Float64Array.from({ length: width }, () => drawNormal(random)));

const curved = (x: Float64Array): number => (x[0] ?? 0) * (x[1] ?? 0) + Math.exp((x[2] ?? 0) / 2) - (x.at(-1) ?? 0);

interface AskOptions extends KernelOptions {
  readonly predict: (row: Float64Array) => number;
}

const estimate = (
  row: Float64Array,
  background: readonly Float64Array[],
  { predict, ...options }: AskOptions,
): Promise<Float64Array | undefined> =>
  answered(kernelShapley(row, background, options), (rows) => Promise.resolve(Float64Array.from(rows, predict)));

describe('Kernel SHAP', () => {
  test.each([1, 2, 3, 6])('equals the exact values for %i features', async (width) => {
    const [row, ...background] = rowsOf(8, width) as [Float64Array, ...Float64Array[]];
    const features = Array.from(row, (_, at) => `f${String(at)}`);
    const exact = shapleyValues({ features, output: 'value', predict: curved }, row, background);
    const estimated = await estimate(row, background, { predict: curved, random: randomFrom(1) });
    expect(estimated).toHaveLength(width);
    estimated?.forEach((value, at) => {
      expect(value).toBeCloseTo(exact[at] as number, 10);
    });
  });

  test('comes near the exact values of 16 features from draws, and its sum is exact', async () => {
    const [row, ...background] = rowsOf(6, 16) as [Float64Array, ...Float64Array[]];
    // Additive: the exact values are known in closed form, and every draw is consistent with them.
    const weights = Array.from(row, (_, at) => at - 7);
    const predict = (x: Float64Array): number => x.reduce((sum, cell, at) => sum + cell * (weights[at] ?? 0), 0);
    const exact = shapleyValues(
      { features: weights.map(String), output: 'value', predict, coefficients: weights },
      row,
      background,
    );
    const drawn = await estimate(row, background, { predict, random: randomFrom(2), draws: 400 });
    exact.forEach((value, at) => {
      expect(drawn?.[at]).toBeCloseTo(value, 8);
    });
  });

  test('the same seed gives the same values, and they add up', async () => {
    const [row, ...background] = rowsOf(4, 14) as [Float64Array, ...Float64Array[]];
    const draw = (): Promise<Float64Array | undefined> =>
      estimate(row, background, { predict: curved, random: randomFrom(3), draws: 300 });
    const drawn = await draw();
    expect(drawn).toEqual(await draw());
    const base = background.reduce((sum, other) => sum + curved(other), 0) / background.length;
    expect(drawn?.reduce((sum, value) => sum + value, 0)).toBeCloseTo(curved(row) - base, 10);
  });

  test.each([
    ['too few draws to tell features apart', 20, { predict: curved, draws: 4 }],
    ['answers that are not finite', 3, { predict: () => Number.NaN }],
  ])('%s: no values', async (_, width, options) => {
    const [row, ...background] = rowsOf(3, width) as [Float64Array, ...Float64Array[]];
    expect(await estimate(row, background, { ...options, random: randomFrom(1) })).toBeUndefined();
  });
});
