/** Expected numbers: scikit-learn, see one-class-svm.json; the forest's spread over thirty seeds is stated where it is used. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeRows, type Points, scaledBy } from '../../../src/anomaly/complete-rows.js';
import { measureAnomaly } from '../../../src/anomaly/measure-anomaly.js';
import { fitOneClassSvm, type OneClassSvm, svmDecisions } from '../../../src/anomaly/one-class-svm.js';
import { forestScores, growRandomForest } from '../../../src/anomaly/random-forest.js';
import { detectionAuc } from '../../../src/anomaly/truth.js';
import type { Figure } from '../../../src/model/figure.js';
import { drawNormal, randomFrom } from '../../../src/numeric/random.js';
import { readCase } from '../../golden/read-case.js';
import { frameOf, numbers, rolesFor } from '../frames.js';

interface Fit {
  readonly nu: number;
  readonly gamma: number;
  readonly offset: number;
  readonly support: number;
  readonly first: readonly number[];
  readonly outside: number;
  readonly auc: number;
}

const expected = JSON.parse(readFileSync(new URL('./one-class-svm.json', import.meta.url), 'utf8')) as {
  readonly fits: readonly Fit[];
};

function pointsOf(rows: ReadonlyArray<readonly number[]>): Points {
  const width = rows[0]?.length ?? 0;
  return {
    width,
    count: rows.length,
    cells: Float64Array.from(rows.flat()),
    rows: Uint32Array.from(rows.keys()),
  };
}

function fitted(points: Points, nu: number, tolerance?: number): OneClassSvm {
  const svm = fitOneClassSvm(points, { nu, ...(tolerance !== undefined && { tolerance }) });
  if (typeof svm === 'string') throw new Error(svm);
  return svm;
}

const tumours = readCase('anomaly-tumours');
const { numeric } = tumours.columns;
const rowsOf = (frame: typeof tumours.current): Points => completeRows(frame, numeric) as Points;
const [before, now] = [rowsOf(tumours.reference), rowsOf(tumours.current)];
const [scaledBefore, scaledNow] = [before, now].map((points) => scaledBy(before, points, numeric) as Points) as [
  Points,
  Points,
];

function planted(): boolean[] {
  const column = tumours.current.columns.get('planted');
  if (column?.kind === 'numeric') return Array.from(column.values, (mark) => mark !== 0);
  return Array.from(column?.codes ?? [], (code) => column?.levels[code] !== '0');
}

describe('the one-class support vector machine agrees with scikit-learn', () => {
  // Not closer than 1e-6: LIBSVM keeps the kernel in single precision.
  test.each(expected.fits)('nu $nu: gamma, offset and decisions within 1e-6', (fit) => {
    const svm = fitted(scaledBefore, fit.nu, 1e-10);
    expect(svm.gamma).toBeCloseTo(fit.gamma, 12);
    expect(Math.abs(svm.offset - fit.offset)).toBeLessThan(1e-6);
    const decisions = svmDecisions(svm, scaledNow);
    fit.first.forEach((value, at) => {
      expect(Math.abs((decisions[at] as number) - value)).toBeLessThan(1e-6);
    });
    expect(decisions.filter((decision) => decision < 0)).toHaveLength(fit.outside);
    const scores = decisions.map((decision) => -decision);
    expect(detectionAuc(planted(), scores).value).toBeCloseTo(fit.auc, 12);
  });

  test.each(expected.fits)('nu $nu: as it is used, within 1e-6', (fit) => {
    const decisions = svmDecisions(fitted(scaledBefore, fit.nu), scaledNow);
    fit.first.forEach((value, at) => {
      expect(Math.abs((decisions[at] as number) - value)).toBeLessThan(1e-6);
    });
  });
});

describe('the one-class support vector machine', () => {
  test('weights sum to nu n, lie within [0, 1], and at most nu of the rows lie outside', () => {
    const cell = fc.double({ min: -50, max: 50, noNaN: true });
    const rows = fc.array(fc.tuple(cell, cell), { minLength: 4, maxLength: 60 });
    fc.assert(
      fc.property(rows, fc.double({ min: 0.05, max: 1, noNaN: true }), (cells, nu) => {
        const points = pointsOf(cells);
        const svm = fitted(points, nu);
        const sum = svm.weights.reduce((total, weight) => total + weight, 0);
        expect(sum).toBeCloseTo(nu * points.count, 9);
        expect(svm.weights.every((weight) => weight > 0 && weight <= 1)).toBe(true);
        const outside = svmDecisions(svm, points).filter((decision) => decision < -1e-5).length;
        expect(outside).toBeLessThanOrEqual(nu * points.count + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  test('equal rows: every one lies on the border', () => {
    const points = pointsOf([
      [2, 2],
      [2, 2],
      [2, 2],
    ]);
    const svm = fitted(points, 0.5);
    expect(svm.gamma).toBe(1);
    for (const decision of svmDecisions(svm, points)) expect(decision).toBeCloseTo(0, 12);
    expect(svmDecisions(svm, pointsOf([[3, 2]]))[0]).toBeLessThan(0);
  });

  test.each([
    ['one row', [[1, 2]], 'fewer than two complete reference rows'],
    [
      'cells whose spread overflows',
      [
        [1e200, 1],
        [-1e200, 1],
      ],
      'the spread of the reference overflows',
    ],
  ])('%s: a reason', (_, rows, reason) => {
    expect(fitOneClassSvm(pointsOf(rows), { nu: 0.1 })).toBe(reason);
  });
});

describe('the random forest', () => {
  const truth = planted();

  // scikit-learn's RandomForestClassifier(n_estimators=100, oob_score=True) on these rows, seeds 0 to 29:
  // out-of-bag AUC 0.958 on average, standard deviation 0.0106, from 0.928 to 0.979.
  test('scores unseen rows as well as scikit-learn does, over ten seeds', () => {
    const aucs = Array.from({ length: 10 }, (_, seed) => {
      const { outOfBag } = growRandomForest(now, truth, { seed });
      expect(outOfBag.every(Number.isFinite)).toBe(true);
      return detectionAuc(truth, outOfBag).value as number;
    });
    const mean = aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length;
    expect(Math.abs(mean - 0.958)).toBeLessThan(3 * Math.hypot(0.0106 / Math.sqrt(30), 0.0106 / Math.sqrt(10)));
    expect(Math.min(...aucs)).toBeGreaterThan(0.958 - 4 * 0.0106);
  });

  test('knows the rows that it learnt, where no two of different kind are equal', () => {
    const { forest } = growRandomForest(now, truth, { seed: 1 });
    const called = Array.from(forestScores(forest, now), (score) => score > 0.5);
    expect(called).toEqual(truth);
  });

  test('the same seed grows the same forest, another one another', () => {
    expect(growRandomForest(now, truth, { seed: 3, trees: 5 })).toEqual(
      growRandomForest(now, truth, { seed: 3, trees: 5 }),
    );
    expect(growRandomForest(now, truth, { seed: 3, trees: 5 }).forest).not.toEqual(
      growRandomForest(now, truth, { seed: 4, trees: 5 }).forest,
    );
  });

  test('a tree as deep as its rows grows and answers', () => {
    const rows = Array.from({ length: 3_000 }, (_, at) => [at]);
    const kinds = rows.map((_, at) => at % 2 === 0);
    const { forest } = growRandomForest(pointsOf(rows), kinds, { seed: 1, trees: 3 });
    expect(forestScores(forest, pointsOf(rows)).every((score) => score >= 0 && score <= 1)).toBe(true);
  });

  test('neighbouring numbers at the end of the range are told apart', () => {
    const rows = [[1.7976931348623155e308], [Number.MAX_VALUE], [-Number.MAX_VALUE], [5e-324], [0]];
    const kinds = [true, false, true, false, true];
    const { forest } = growRandomForest(pointsOf(rows), kinds, { seed: 2, trees: 60 });
    expect(Array.from(forestScores(forest, pointsOf(rows)), (score) => score > 0.5)).toEqual(kinds);
  });
});

describe('figures of learned detectors', () => {
  const draw = (n: number, seed: number, shift = 0): Array<readonly [number, number]> => {
    const random = randomFrom(seed);
    return Array.from({ length: n }, () => [drawNormal(random) + shift, drawNormal(random)] as const);
  };
  const frame = (
    rows: ReadonlyArray<readonly [number, number]>,
    marks?: readonly number[],
  ): ReturnType<typeof frameOf> =>
    frameOf([
      numbers('x', rows.map(([x]) => x)), // prettier-ignore
      numbers('y', rows.map(([, y]) => y)), // prettier-ignore
      ...(marks ? [numbers('known', marks)] : []),
    ]);
  const measure = (
    reference: ReturnType<typeof frameOf>,
    current: ReturnType<typeof frameOf>,
  ): ReadonlyMap<string, Figure> => {
    const known = current.columns.has('known') || reference.columns.has('known');
    const roles = { ...rolesFor(reference), numeric: ['x', 'y'], ...(known && { planted: 'known' }) };
    return new Map(measureAnomaly(reference, current, roles).map((figure) => [figure.id, figure]));
  };
  const reasonOf = (figure: Figure | undefined): string | undefined =>
    figure?.value === null ? figure.reason : undefined;

  test('without a change the machine leaves as many current rows outside as unseen reference rows', () => {
    const figures = measure(frame(draw(2_000, 1)), frame(draw(2_000, 2)));
    const [share, usual] = ['one_class_svm_share', 'one_class_svm_reference_share'].map((metric) =>
      figures.get(`anomaly/${metric}`),
    );
    expect(share).toMatchObject({ n: 2_000, on: 'current' });
    expect(usual).toMatchObject({ n: 1_000, on: 'reference' });
    const [now, expectedShare] = [share?.value as number, usual?.value as number];
    expect(Math.abs(now - expectedShare)).toBeLessThan(0.03);
    expect([...figures.keys()].filter((id) => id.includes('random_forest'))).toEqual([]);
  });

  test('rows from elsewhere lie outside', () => {
    const figures = measure(frame(draw(400, 1)), frame(draw(200, 3, 6)));
    expect(figures.get('anomaly/one_class_svm_share')?.value).toBeGreaterThan(0.95);
  });

  test('the forest learns from a labelled reference and judges rows that nobody has labelled', () => {
    const marks = Array.from({ length: 300 }, (_, at) => (at % 10 === 0 ? 1 : 0));
    const rows = draw(300, 4).map(([x, y], at) => [marks[at] === 1 ? x + 8 : x, y] as const);
    const unlabelled = frame(draw(100, 5, 8), new Array<number>(100).fill(Number.NaN));
    const figures = measure(frame(rows, marks), unlabelled);
    expect(figures.get('anomaly/random_forest_share')).toMatchObject({ n: 100 });
    expect(figures.get('anomaly/random_forest_share')?.value).toBeGreaterThan(0.95);
    expect(reasonOf(figures.get('anomaly/random_forest_auc'))).toMatch(/not known of every current row/);
    const labelled = measure(frame(rows, marks), frame(rows, marks));
    expect(labelled.get('anomaly/random_forest_auc')?.value).toBe(1);
    expect(labelled.get('anomaly/random_forest_precision_at_n')?.value).toBe(1);
  });

  test.each([
    ['too few known anomalies', [1, 1, 1], 'fewer than 5 known rows of a kind to learn from'],
    ['no known anomaly', [], 'fewer than 5 known rows of a kind to learn from'],
  ])('%s: the forest says so', (_, anomalies, reason) => {
    const marks = Array.from({ length: 60 }, (__, at) => anomalies[at] ?? 0);
    const figures = measure(frame(draw(60, 6), new Array<number>(60).fill(0)), frame(draw(60, 7), marks));
    expect(reasonOf(figures.get('anomaly/random_forest_auc'))).toBe(reason);
    expect(reasonOf(figures.get('anomaly/random_forest_share'))).toBe(reason);
  });

  test.each([
    ['three reference rows', draw(3, 1), draw(3, 2), 'fewer than four complete reference rows'],
    ['no current row', draw(9, 1), [], 'no complete current row'],
    ['a constant feature', draw(9, 1).map(([, y]) => [1, y] as const), draw(9, 2), 'x is constant in the reference'],
  ])('%s: the machine says so', (_, reference, current, reason) => {
    const figures = measure(frame(reference), frame(current));
    expect(reasonOf(figures.get('anomaly/one_class_svm_share'))).toBe(reason);
    expect(reasonOf(figures.get('anomaly/one_class_svm_reference_share'))).toBe(reason);
  });

  test('large tables are thinned, and the rare kind is kept', () => {
    const marks = Array.from({ length: 12_000 }, (_, at) => (at % 600 === 0 ? 1 : 0));
    const rows = draw(12_000, 8).map(([x, y], at) => [marks[at] === 1 ? x + 9 : x, y] as const);
    const figures = measure(frame(draw(3_000, 9), new Array<number>(3_000).fill(0)), frame(rows, marks));
    expect(figures.get('anomaly/random_forest_auc')).toMatchObject({ n: 20 });
    expect(figures.get('anomaly/random_forest_auc')?.value).toBeGreaterThan(0.99);
  });
});
