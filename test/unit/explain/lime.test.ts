/** Expected numbers: the lime package, see lime.json; `spread` holds mean and standard deviation over forty seeds. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { answered } from '../../../src/explain/asking.js';
import { explainByLime, type LimeExplanation, limeFit } from '../../../src/explain/lime.js';
import { type LimeVariant, type Spreads, spreadsOf } from '../../../src/explain/lime-samples.js';
import { modelFromFile } from '../../../src/model/explained-model.js';
import { randomFrom } from '../../../src/numeric/random.js';
import { readCase, readCaseFile } from '../../golden/read-case.js';

interface SameSamples {
  readonly name: string;
  readonly data: ReadonlyArray<readonly number[]>;
  readonly answers: readonly number[];
  readonly weights: readonly number[];
  readonly intercept: number;
  readonly score: number;
  readonly local_prediction: number;
}

interface Spread {
  readonly variant: LimeVariant;
  readonly linear: boolean;
  readonly row: number;
  readonly mean: readonly number[];
  readonly sd: readonly number[];
}

const expected = JSON.parse(readFileSync(new URL('./lime.json', import.meta.url), 'utf8')) as {
  readonly same_samples: readonly SameSamples[];
  readonly spread: readonly Spread[];
};

const { reference, current } = readCase('explain-logistic-probability');
const document = JSON.parse(readCaseFile('explain-logistic-probability', 'model.json')) as object;
const probability = modelFromFile(document);
const logOdds = modelFromFile({ ...document, output: 'log odds' });

function cells(frame: typeof reference): Float64Array[] {
  const columns = probability.features.map((name) => frame.columns.get(name));
  return Array.from({ length: frame.rows }, (_, row) =>
    Float64Array.from(columns, (column) => (column?.kind === 'numeric' ? (column.values[row] ?? NaN) : NaN)),
  );
}

const spreads = spreadsOf(
  cells(reference),
  probability.features.map(() => false),
);

interface Case {
  readonly predict: (row: Float64Array) => number;
  readonly variant?: LimeVariant;
  readonly seed?: number;
  readonly samples?: number;
  readonly of?: Spreads;
}

async function explain(
  row: Float64Array,
  { predict, seed = 1, of = spreads, ...options }: Case,
): Promise<LimeExplanation> {
  const asking = explainByLime(row, of, { random: randomFrom(seed), ...options });
  const told = await answered(asking, (rows) => Promise.resolve(Float64Array.from(rows, predict)));
  if (typeof told === 'string') throw new Error(told);
  return told;
}

describe('LIME agrees with the lime package', () => {
  test.each(expected.same_samples)('on its own samples, to 1e-9: $name', (one) => {
    const fit = limeFit(
      one.data.map((row) => Float64Array.from(row)),
      Float64Array.from(one.answers),
    );
    expect(fit?.weights).toHaveLength(one.weights.length);
    fit?.weights.forEach((weight, at) => {
      expect(weight).toBeCloseTo(one.weights[at] as number, 9);
    });
    expect(fit?.intercept).toBeCloseTo(one.intercept, 9);
    expect(fit?.score).toBeCloseTo(one.score, 9);
    expect(fit?.localPrediction).toBeCloseTo(one.local_prediction, 9);
  });

  const SEEDS = 10;
  test.each(expected.spread)(
    'on samples of its own, over ten seeds: $variant, linear $linear, row $row',
    async (one) => {
      const row = cells(current)[one.row] as Float64Array;
      const { predict } = one.linear ? logOdds : probability;
      const sums = new Float64Array(one.mean.length);
      for (let seed = 0; seed < SEEDS; seed++) {
        const { weights, intercept, score, localPrediction } = await explain(row, {
          predict,
          variant: one.variant,
          seed,
        });
        [...weights, intercept, score ?? NaN, localPrediction].forEach((value, at) => {
          sums[at] = (sums[at] ?? 0) + value / SEEDS;
        });
      }
      one.mean.forEach((value, at) => {
        const error = (one.sd[at] as number) * Math.sqrt(1 / 40 + 1 / SEEDS);
        expect(Math.abs((sums[at] as number) - value)).toBeLessThan(4 * error + 1e-9);
      });
    },
  );
});

describe('LIME', () => {
  const [row] = cells(current) as [Float64Array];

  test('of a weighted sum, with numbers as they are, gives its coefficients in standard deviations', async () => {
    const { weights, score, localPrediction } = await explain(row, { predict: logOdds.predict, variant: 'continuous' });
    weights.forEach((weight, at) => {
      const exact = (logOdds.coefficients?.[at] as number) * (spreads[at]?.deviation as number);
      // The ridge pulls every coefficient down by its penalty over the samples' weight.
      expect(Math.abs(weight / exact - 1)).toBeLessThan(1e-3);
    });
    expect(score).toBeGreaterThan(0.99999);
    expect(localPrediction).toBeCloseTo(logOdds.predict(row), 2);
  });

  test('the same seed gives the same explanation', async () => {
    const options = { predict: probability.predict, samples: 500, seed: 4 };
    expect(await explain(row, options)).toEqual(await explain(row, options));
    expect(await explain(row, options)).not.toEqual(await explain(row, { ...options, seed: 5 }));
  });

  test('a feature that the model does not look at weighs next to nothing', async () => {
    const far = Float64Array.from(row, (cell, at) => (at === 0 ? 1_000 : cell));
    const quarter = spreads[0]?.binOf(1_000);
    const { weights } = await explain(far, { predict: (x) => (spreads[0]?.binOf(x[0] as number) === quarter ? 1 : 0) });
    expect(weights[0]).toBeGreaterThan(0.99);
    expect(weights.slice(1).every((weight) => Math.abs(weight) < 0.01)).toBe(true);
  });

  test('the same answer to everything: weights of 0 and no score', async () => {
    const { weights, score, intercept } = await explain(row, { predict: () => 4, samples: 200 });
    weights.forEach((weight) => {
      expect(weight).toBeCloseTo(0, 12);
    });
    expect(intercept).toBeCloseTo(4, 12);
    expect(score).toBeUndefined();
  });

  test('a category is the row’s own or another, and is asked for as it is', async () => {
    const background = [0, 0, 1, 2, 2, 2].map((code, at) => Float64Array.of(code, at));
    const of = spreadsOf(background, [true, false]);
    const asked = new Set<number>();
    const predict = (x: Float64Array): number => {
      asked.add(x[0] as number);
      return x[0] === 2 ? 1 : 0;
    };
    const { weights } = await explain(Float64Array.of(2, 3), { predict, of });
    expect([...asked].sort()).toEqual([0, 1, 2]);
    expect(weights[0]).toBeGreaterThan(0.99);
    const unseen = await explain(Float64Array.of(7, 3), { predict, of, variant: 'continuous' });
    expect(unseen.weights.every(Number.isFinite)).toBe(true);
  });

  test('constant features and ties stay within what the background has', async () => {
    const background = [1, 1, 1, 1, 9].map((value) => Float64Array.of(5, value));
    const of = spreadsOf(background, [false, false]);
    const seen: number[][] = [];
    await explain(Float64Array.of(5, 1), { predict: (x) => seen.push(Array.from(x)), of, samples: 300 });
    expect(new Set(seen.map(([constant]) => constant))).toEqual(new Set([5]));
    expect(seen.every(([, value]) => (value as number) >= 1 && (value as number) <= 9)).toBe(true);
  });

  test('answers that are not finite are a reason', async () => {
    const asking = explainByLime(row, spreads, { random: randomFrom(1), samples: 20 });
    const told = await answered(asking, (rows) => Promise.resolve(new Float64Array(rows.length).fill(Infinity)));
    expect(told).toMatch(/finite/);
  });
});
