/** Windows of many rows: the bins hold many rows each, and the figures of the rows still lie within the bounds. */
import { describe, expect, test } from 'vitest';
import type { Figure } from '../../../../src/model/figure.js';
import type { Frame, Roles } from '../../../../src/model/frame.js';
import { randomFrom } from '../../../../src/numeric/random.js';
import { ByteWriter } from '../../../../src/profile/bytes.js';
import { encodeOutcomes } from '../../../../src/profile/hourly/outcomes/encode-outcomes.js';
import { binaryRoles, frameOf } from '../../../support/frames.js';
import {
  faultsBetween,
  figuresOfProfile,
  figuresOfRows,
  mergeOutcomes,
  profiled,
  profileParts,
  referenceOf,
} from '../../../support/outcome-laws.js';

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

interface Binary {
  /** Log odds of a score in the middle, and how far scores reach from there. */
  readonly centre: number;
  readonly reach: number;
  /** How labels follow scores; 1 where those are probabilities. */
  readonly slope: number;
  readonly rounded?: number;
}

/** Scores of a logistic model; every seventh label is missing, every eleventh prediction too. */
function binaryFrame(rows: number, seed: number, { centre, reach, slope, rounded }: Binary): Frame {
  const random = randomFrom(seed);
  const columns = { score: [], label: [], prediction: [], sex: [], job: [] } as {
    score: (number | null)[];
    label: (string | null)[];
    prediction: (string | null)[];
    sex: (string | null)[];
    job: (string | null)[];
  };
  for (let row = 0; row < rows; row++) {
    const logit = centre + reach * (random.uniform() + random.uniform() + random.uniform() - 1.5);
    const score = logistic(logit);
    const shown = rounded === undefined ? score : Math.round(score * rounded) / rounded;
    const label = random.uniform() < logistic(slope * logit) ? '1' : '0';
    columns.score.push(row % 13 === 5 ? null : shown);
    columns.label.push(row % 7 === 3 ? null : label);
    columns.prediction.push(row % 11 === 2 ? null : shown >= 0.5 ? '1' : '0');
    columns.sex.push(['f', 'm', null][Math.floor(random.uniform() * 2.1)] ?? null);
    columns.job.push(`job ${String(Math.floor(random.uniform() * 4))}`);
  }
  return frameOf(columns);
}

const BINARY: Roles = binaryRoles({ categorical: ['job'], sensitive: [['sex'], ['sex', 'job']] });

const HOURS = [24, [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6]] as const;

function compare(reference: Frame, current: Frame, roles: Roles): { exact: Figure[]; made: Figure[] } {
  const before = referenceOf(reference, roles);
  const profile = mergeOutcomes(profileParts(current, roles, before, HOURS));
  const exact = figuresOfRows(current, roles, before, 'all');
  const made = figuresOfProfile(profile, roles, before, 'all');
  expect(faultsBetween(exact, made)).toEqual([]);
  return { exact, made };
}

function boundOf(figures: readonly Figure[], id: string): number {
  const figure = figures.find((one) => one.id === id);
  if (figure === undefined || figure.value === null) throw new Error(`${id} has no value`);
  return figure.bound ?? 0;
}

const common: Binary = { centre: 0, reach: 3, slope: 1 };

describe('a binary classifier', () => {
  const reference = binaryFrame(20_000, 1, common);

  test.each<[string, Binary]>([
    ['like its reference', common],
    ['whose scores have moved', { ...common, centre: 1.5 }],
    ['whose scores have become extreme', { ...common, reach: 12 }],
    ['whose scores crowd into a few bins of the reference', { ...common, reach: 0.02 }],
    ['whose scores say nothing any more', { ...common, slope: 0 }],
    ['whose scores point the wrong way', { ...common, slope: -1 }],
    ['whose scores were rounded', { ...common, rounded: 20 }],
    ['with hardly a positive', { ...common, centre: -6 }],
  ])('%s has its figures within their bounds', (_, given) => {
    compare(reference, binaryFrame(12_000, 2, given), BINARY);
  });

  test('has bounds that are narrow where it is like its reference', () => {
    const { made } = compare(reference, binaryFrame(20_000, 3, common), BINARY);
    expect(boundOf(made, 'performance/current/roc_auc')).toBeLessThan(0.0015);
    expect(boundOf(made, 'performance/current/score_ks')).toBeLessThan(0.002);
    expect(boundOf(made, 'performance/current/average_precision')).toBeLessThan(0.01);
    expect(boundOf(made, 'performance/current/calibration_slope')).toBeLessThan(0.002);
    expect(boundOf(made, 'performance/current/calibration_intercept')).toBeLessThan(0.002);
    expect(boundOf(made, 'estimate/current/roc_auc')).toBeLessThan(1e-5);
    expect(boundOf(made, 'estimate/current/average_precision')).toBeLessThan(1e-3);
    expect(boundOf(made, 'performance/current/accuracy')).toBe(0);
    expect(boundOf(made, 'estimate/current/f1')).toBe(0);
  });

  test('whose scores need calibration has its estimates within their bounds, with intervals like those of the rows', () => {
    const skewed = binaryFrame(20_000, 4, { ...common, slope: 0.4 });
    const { exact, made } = compare(skewed, binaryFrame(15_000, 5, { ...common, slope: 0.4 }), BINARY);
    const widthOf = (figures: readonly Figure[], id: string): number => {
      const figure = figures.find((one) => one.id === id);
      if (figure === undefined || figure.value === null || !figure.interval) throw new Error(`${id} has no interval`);
      return figure.interval[1] - figure.interval[0];
    };
    for (const metric of ['roc_auc', 'average_precision', 'f1', 'precision', 'recall', 'specificity', 'accuracy']) {
      const id = `estimate/current/${metric}`;
      expect(widthOf(made, id) / widthOf(exact, id), id).toBeCloseTo(1, 1);
    }
  });

  test('with scores that take few values has no bounds at all', () => {
    const rounded = { ...common, rounded: 100 };
    const { made } = compare(binaryFrame(5000, 6, rounded), binaryFrame(5000, 7, rounded), BINARY);
    for (const metric of ['roc_auc', 'score_ks', 'average_precision', 'calibration_slope']) {
      expect(boundOf(made, `performance/current/${metric}`), metric).toBe(0);
    }
  });

  test('has counts, shares and their intervals that are those of the rows, digit by digit', () => {
    const { exact, made } = compare(reference, binaryFrame(6000, 8, common), BINARY);
    const counted =
      /\/(count|confusion_matrix|accuracy|precision|recall|f1|specificity|balanced_accuracy|mcc|cohen_kappa|label_coverage|positive_share|.*_(difference|ratio|supported|to_rest|to_rest_p)|tpr|fpr|selection_rate|chi2_.*)$/;
    const of = (figures: readonly Figure[]): Figure[] =>
      figures.filter(({ id, family }) => family !== 'estimate' && counted.test(id));
    expect(of(made).length).toBeGreaterThan(60);
    expect(of(made)).toEqual(of(exact));
  });

  test('takes about as many bytes for a hundred thousand rows as for ten thousand', () => {
    const before = referenceOf(reference, BINARY);
    const bytesOf = (rows: number): number => {
      const out = new ByteWriter();
      encodeOutcomes(out, profiled(binaryFrame(rows, 9, common), BINARY, before));
      return out.finish().length;
    };
    const [few, many] = [bytesOf(10_000), bytesOf(100_000)];
    expect(many).toBeLessThan(70_000);
    expect(many / few).toBeLessThan(1.5);
  });
});
