import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cramerVonMisesLimitTail } from '../../../src/drift/cramer-von-mises.js';
import {
  chiSquareTail,
  fTail,
  normalQuantile,
  normalTail,
  studentTail,
  studentTwoSidedQuantile,
  studentUpperTail,
} from '../../../src/numeric/distributions.js';
import {
  kolmogorovLimitTail,
  kolmogorovTail,
  smirnovTail,
  twoSampleKolmogorovTail,
} from '../../../src/numeric/kolmogorov.js';
import { wilsonInterval } from '../../../src/numeric/proportion.js';
import {
  erf,
  erfc,
  logGamma,
  regularisedBeta,
  regularisedGammaP,
  regularisedGammaQ,
} from '../../../src/numeric/special-functions.js';

type Row = readonly number[];
const tableOf = (file: string): Record<string, Row[]> =>
  JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as Record<string, Row[]>;
const tables = { ...tableOf('./tails.json'), ...tableOf('./tails-at-random.json') };

/** Largest relative error over a table; the expected value stands last in each row, or where `at` says. */
function worst(table: string, compute: (row: Row) => number, at = -1): number {
  const rows = tables[table] as Row[];
  expect(rows.length).toBeGreaterThan(4);
  return Math.max(
    ...rows.map((row) => {
      const expected = row.at(at) as number;
      return expected === 0 ? Math.abs(compute(row)) : Math.abs(compute(row) / expected - 1);
    }),
  );
}

const of = (row: Row, at: number): number => row[at] as number;

describe('tail probabilities keep ten digits down to 1e-70 and beyond', () => {
  it.each<[string, (row: Row) => number, number?]>([
    ['gamma', (row) => regularisedGammaQ(of(row, 0), of(row, 1)), -2],
    ['gamma', (row) => regularisedGammaP(of(row, 0), of(row, 1))],
    ['chiSquare', (row) => chiSquareTail(of(row, 0), of(row, 1))],
    ['normal', (row) => normalTail(of(row, 0))],
    ['student', (row) => studentTail(of(row, 0), of(row, 1))],
    ['fisher', (row) => fTail(of(row, 0), of(row, 1), of(row, 2))],
    ['smirnov', (row) => smirnovTail(of(row, 0), of(row, 1))],
    ['twoSample', (row) => twoSampleKolmogorovTail(of(row, 0), of(row, 1), of(row, 2))],
    ['limit', (row) => kolmogorovLimitTail(of(row, 0))],
    ['logGamma', (row) => logGamma(of(row, 0))],
    ['normalQuantile', (row) => normalQuantile(of(row, 0))],
    ['gammaWide', (row) => regularisedGammaQ(of(row, 0), of(row, 1))],
    ['beta', (row) => regularisedBeta(of(row, 0), of(row, 1), of(row, 2))],
    ['chiSquareWide', (row) => chiSquareTail(of(row, 0), of(row, 1))],
    ['normalWide', (row) => normalTail(of(row, 0))],
    ['studentWide', (row) => studentTail(of(row, 0), of(row, 1))],
    ['fisherWide', (row) => fTail(of(row, 0), of(row, 1), of(row, 2))],
    ['limitWide', (row) => kolmogorovLimitTail(of(row, 0))],
    ['smirnovWide', (row) => smirnovTail(of(row, 0), of(row, 1))],
    ['kolmogorovExact', (row) => kolmogorovTail(of(row, 0), of(row, 1))],
    ['twoSampleWide', (row) => twoSampleKolmogorovTail(of(row, 0), of(row, 1), of(row, 2))],
    ['cramerVonMises', (row) => cramerVonMisesLimitTail(of(row, 0))],
  ])('%s', (table, compute, at) => {
    expect(worst(table, compute, at)).toBeLessThan(1e-10);
  });

  it.each(['gammaWide', 'chiSquareWide', 'normalWide', 'studentWide', 'fisherWide', 'twoSampleWide'])(
    'the table %s goes far beyond 1e-70',
    (table) => {
      expect(Math.min(...(tables[table] as Row[]).map((row) => row.at(-1) as number))).toBeLessThan(1e-100);
    },
  );

  it('the chi-square table reaches 1e-70', () => {
    expect(Math.min(...(tables['chiSquare'] as Row[]).map((row) => row.at(-1) as number))).toBeLessThan(1e-69);
  });

  it('Kolmogorov-Smirnov for finite n agrees with SciPy', () => {
    expect(worst('kolmogorov', (row) => kolmogorovTail(of(row, 0), of(row, 1)))).toBeLessThan(1e-8);
  });

  it("Wilson's interval agrees with SciPy", () => {
    for (const [k, n, confidence, low, high] of tables['wilson'] as Row[]) {
      const interval = wilsonInterval(k as number, n as number, confidence);
      expect(interval[0]).toBeCloseTo(low as number, 12);
      expect(interval[1]).toBeCloseTo(high as number, 12);
    }
  });
});

describe('outside their domain the functions say NaN, and at its ends they are exact', () => {
  it.each<[string, number, number]>([
    ['logGamma(0)', logGamma(0), NaN],
    ['P(-1, 1)', regularisedGammaP(-1, 1), NaN],
    ['Q(1, -1)', regularisedGammaQ(1, -1), NaN],
    ['P(2, 0)', regularisedGammaP(2, 0), 0],
    ['Q(2, infinity)', regularisedGammaQ(2, Infinity), 0],
    ['I_0', regularisedBeta(2, 3, 0), 0],
    ['I_1', regularisedBeta(2, 3, 1), 1],
    ['I with a = 0', regularisedBeta(0, 3, 0.5), NaN],
    ['erf(0)', erf(0), 0],
    ['erfc(NaN)', erfc(NaN), NaN],
    ['erfc(-infinity)', erfc(-Infinity), 2],
    ['normal quantile of 0', normalQuantile(0), -Infinity],
    ['normal quantile of 1', normalQuantile(1), Infinity],
    ['normal quantile of a half', normalQuantile(0.5), 0],
    ['normal quantile of 2', normalQuantile(2), NaN],
    ['chi-square at 0', chiSquareTail(0, 3), 1],
    ['chi-square without freedom', chiSquareTail(0, 0), NaN],
    ['t = infinity', studentTail(Infinity, 4), 0],
    ['t = 0', studentTail(0, 4), 1],
    ['t without freedom', studentTail(1, 0), NaN],
    ['one-sided t = 0', studentUpperTail(0, 4), 0.5],
    ['F = infinity', fTail(Infinity, 2, 3), 0],
    ['F = -1', fTail(-1, 2, 3), 1],
    ['K of n = 0', kolmogorovTail(0, 0.5), NaN],
    ['K at 1', kolmogorovTail(10, 1), 0],
    ['K at 0', kolmogorovTail(10, 0), 1],
    ['two samples, d = 0', twoSampleKolmogorovTail(3, 4, 0), 1],
    ['two samples, none', twoSampleKolmogorovTail(0, 4, 0.3), NaN],
  ])('%s', (_, got, expected) => {
    expect(got).toBe(expected);
  });

  it('a t quantile gives back its tail', () => {
    for (const df of [1, 4, 30, 1e6])
      for (const alpha of [0.9, 0.05, 0.01, 1e-6])
        expect(studentTail(studentTwoSidedQuantile(alpha, df), df) / alpha).toBeCloseTo(1, 9);
    expect(studentTwoSidedQuantile(0, 3)).toBeNaN();
  });

  it('an empty share may be anything', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });
});
