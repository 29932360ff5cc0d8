import { describe, expect, test } from 'vitest';
import { fitEstimator } from '../../../src/estimation/fit-estimator.js';
import {
  type ChunkOptions,
  measureChunkEstimates,
  measureWindowEstimates,
} from '../../../src/estimation/measure-estimates.js';
import {
  expectedAveragePrecision,
  type Expected,
  expectedRocAuc,
  expectedTableMetric,
  labelVariance,
  TABLE_ESTIMATES,
  withSamplingError,
} from '../../../src/estimation/expected-metrics.js';
import { averagePrecision, rankScores, rocAuc } from '../../../src/metrics/ranking.js';
import type { Figure } from '../../../src/model/figure.js';
import type { Frame, Roles } from '../../../src/model/frame.js';
import { randomFrom } from '../../../src/numeric/random.js';
import { frameOf, numbers, texts } from '../frames.js';

const roles: Roles = {
  ...{ task: 'binary', numeric: [], categorical: [], sensitive: [], scoresAreProbabilities: true },
  ...{ prediction: 'prediction', score: 'score', label: 'label', positive: '1' },
};

interface Drawn {
  readonly frame: Frame;
  readonly scores: number[];
  readonly labels: number[];
  readonly predictions: number[];
}

/** Calibrated scores: each label is drawn with its score as the probability; `skew` shifts the scores towards 1. */
function draw(seed: number, rows: number, skew = 1): Drawn {
  const random = randomFrom(seed);
  const scores = Array.from({ length: rows }, () => random.uniform() ** skew);
  const labels = scores.map((score) => (random.uniform() < score ? 1 : 0));
  const predictions = scores.map((score) => (score >= 0.5 ? 1 : 0));
  const frame = frameOf([
    numbers('score', scores),
    texts('prediction', predictions.map(String)),
    texts('label', labels.map(String)),
  ]);
  return { frame, scores, labels, predictions };
}

/** Fitted on the reference, then chunk by chunk. */
function measureEstimates(reference: Frame, current: Frame, of: Roles, options: ChunkOptions): Figure[] {
  return measureChunkEstimates(fitEstimator(reference, of, options.metrics), { reference, current }, of, options);
}

const valueOf = (figures: readonly Figure[], id: string) => figures.find((figure) => figure.id === id)?.value;

describe('with probabilities of 0 and 1 an estimate is the realised figure', () => {
  const { scores, labels } = draw(3, 200);
  const certain = { scores: Float64Array.from(scores), probabilities: Float64Array.from(labels) };
  const ranked = rankScores(Int8Array.from(labels), certain.scores);
  test.each([
    ['area under the ROC curve', expectedRocAuc(certain), rocAuc(ranked)],
    ['average precision', expectedAveragePrecision(certain), averagePrecision(ranked)],
  ])('%s', (_, estimate, real) => {
    expect(estimate.value).toBeCloseTo(real.value as number, 12);
  });
});

describe('nothing to divide by is no judgeable value', () => {
  const rows = { predictions: Int8Array.of(0, 0), probabilities: Float64Array.of(0, 0) };
  test.each([
    ['precision without a positive prediction', expectedTableMetric('precision', rows)],
    ['recall without an expected positive', expectedTableMetric('recall', rows)],
  ])('%s', (_, estimate) => {
    expect(estimate).toEqual({ value: null, instead: { n: 0, value: 0, degenerate: true } });
  });
  test('no rows, or one class to be expected, have a reason instead of a value', () => {
    const none = { scores: new Float64Array(0), probabilities: new Float64Array(0) };
    const one = { scores: Float64Array.of(1, 2), probabilities: Float64Array.of(1, 1) };
    expect(expectedRocAuc(none)).toMatchObject({ instead: { value: null, reason: 'no rows with a score' } });
    expect(expectedRocAuc(one)).toMatchObject({ instead: { reason: 'only one class is to be expected' } });
    expect(expectedAveragePrecision({ ...one, probabilities: Float64Array.of(0, 0) }).value).toBeNull();
    expect(
      expectedTableMetric('f1', { predictions: new Int8Array(0), probabilities: none.probabilities }).value,
    ).toBeNull();
  });
});

test('under covariate shift with calibrated scores the realised value lies in the interval of the estimate', () => {
  const metrics = [...TABLE_ESTIMATES, 'roc_auc', 'average_precision'] as const;
  const outside = new Map(metrics.map((metric) => [metric, 0]));
  for (let seed = 0; seed < 300; seed++) {
    const { scores, labels, predictions } = draw(1000 + seed, 400, 0.6);
    const given = { scores: Float64Array.from(scores), predictions: Int8Array.from(predictions) };
    for (const metric of metrics) {
      const under = (probabilities: readonly number[]): Expected => {
        const rows = { ...given, probabilities: Float64Array.from(probabilities) };
        if (metric === 'roc_auc') return expectedRocAuc(rows);
        return metric === 'average_precision' ? expectedAveragePrecision(rows) : expectedTableMetric(metric, rows);
      };
      const estimate = withSamplingError(under(scores), (slopes) => labelVariance(slopes, Float64Array.from(scores)));
      const real = under(labels).value as number;
      const [low, high] = (estimate.value === null ? undefined : estimate.interval) ?? [1, 0];
      if (real < low || real > high) outside.set(metric, (outside.get(metric) ?? 0) + 1);
    }
  }
  // 99 % intervals: 3 of 300 are expected outside; more than 10 would be seen once in three thousand runs.
  expect([...outside].filter(([, count]) => count > 10)).toEqual([]);
});

describe('what cannot be estimated says why', () => {
  const { frame, scores, labels, predictions } = draw(5, 60);
  const options = { chunkRows: 30, metrics: 'all' } as const;

  test('a reference without labels: no calibrated figure, but those of the scores as they are', () => {
    const unlabelled = frameOf([numbers('score', scores), texts('prediction', predictions.map(String))]);
    const figures = measureEstimates(unlabelled, frame, roles, options);
    const reason = 'the reference has no row with both label and score';
    expect(figures.find(({ id }) => id === 'estimate/isotonic/calibration_applied')).toMatchObject({ reason });
    expect(figures.find(({ id }) => id === 'estimate/isotonic/1/f1')).toMatchObject({ value: null, reason });
    expect(valueOf(figures, 'estimate/none/1/f1')).toEqual(expect.any(Number));
  });

  test('scores that are no probabilities', () => {
    const wide = frameOf([
      numbers(
        'score',
        scores.map((score) => score * 9 - 3),
      ),
      texts('prediction', predictions.map(String)),
      texts('label', labels.map(String)),
    ]);
    const figures = measureEstimates(wide, wide, roles, options);
    expect(figures.find(({ id }) => id === 'estimate/none/0/roc_auc')).toMatchObject({
      value: null,
      reason: 'a score lies outside [0, 1]: it is no probability',
    });
  });

  test('a model without scores', () => {
    const { score: _score, ...unscored } = roles;
    const fit = fitEstimator(frame, unscored, 'default');
    expect(measureEstimates(frame, frame, unscored, options)).toEqual([]);
    expect(measureWindowEstimates(fit, frame, unscored, { metrics: 'default', on: 'current' })).toContainEqual({
      ...{ id: 'estimate/current/roc_auc', family: 'estimate', metric: 'estimated_roc_auc', on: 'current', n: 0 },
      ...{ value: null, reason: 'the model gives no score' },
    });
  });

  test('the last chunk holds what is left over, and a period without rows has no chunk', () => {
    expect(valueOf(measureEstimates(frame, frame, roles, { ...options, chunkRows: 50 }), 'estimate/none/chunks')).toBe(
      2,
    );
    const empty = draw(1, 0).frame;
    expect(valueOf(measureEstimates(frame, empty, roles, options), 'estimate/none/chunks')).toBe(0);
  });
});

describe('several classes', () => {
  const classes: Roles = {
    ...{ task: 'multiclass', numeric: [], categorical: [], sensitive: [], scoresAreProbabilities: true },
    ...{
      prediction: 'prediction',
      label: 'label',
      scores: [
        ['a', 'pa'],
        ['b', 'pb'],
        ['c', 'pc'],
      ],
    },
  };
  const frame = frameOf([
    numbers('pa', [2, 0, 0, 0]),
    numbers('pb', [1, 0, 1, 0]),
    numbers('pc', [1, 0, 0, NaN]),
    texts('prediction', ['a', 'b', 'b', 'c']),
    texts('label', ['a', 'b', 'b', 'c']),
  ]);

  test('scores are brought to the sum 1, rows of zeros are shared alike, incomplete rows left out', () => {
    const figures = measureEstimates(frame, frame, classes, { chunkRows: 4, metrics: 'all' });
    expect(figures.find(({ id }) => id === 'estimate/none/0/accuracy')).toMatchObject({
      value: expect.closeTo((0.5 + 1 / 3 + 1) / 3, 12) as number,
      n: 3,
    });
  });
});
