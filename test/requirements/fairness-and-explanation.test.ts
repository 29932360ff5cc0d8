/** Fairness of groups, and what made a model answer as it did. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measureExplanation } from '../../src/explain/measure-explanation.js';
import { modelFromFile } from '../../src/model/explained-model.js';
import type { Figure } from '../../src/model/figure.js';
import { judgePromotion } from '../../src/response/gate.js';
import { evaluateRules } from '../../src/rules/evaluate.js';
import { runCommandLine } from '../../src/run/command-line.js';
import { binaryRoles, frameOf, regressionRoles } from '../support/frames.js';
import { definition, rule } from '../unit/rules/builders.js';
import { figureIn, figuresOf, valueIn } from './measured.js';

/** 200 women of whom 80 are selected, 200 men of whom 140 are; half of either group is positive. */
const people = Array.from({ length: 400 }, (_, row) => {
  const sex = row < 200 ? 'woman' : 'man';
  const place = row % 200;
  return {
    sex,
    race: row % 3 === 0 ? 'a' : 'b',
    label: place % 2 === 0 ? '1' : '0',
    prediction: place < (sex === 'woman' ? 80 : 140) ? '1' : '0',
    score: sex === 'woman' ? 0.4 + (place % 10) / 100 : 0.6 + (place % 10) / 100,
  };
});
const frame = frameOf({
  label: people.map(({ label }) => label),
  prediction: people.map(({ prediction }) => prediction),
  score: people.map(({ score }) => score),
  sex: people.map(({ sex }) => sex),
  race: people.map(({ race }) => race),
});
const roles = binaryRoles({ sensitive: [['sex'], ['race'], ['sex', 'race']] });
const figures = figuresOf(frame, roles);

test('R52: accuracy, recall and F1 go through one way of measuring and then to the judge', () => {
  const rules = ['accuracy', 'recall', 'f1'].map((metric) =>
    rule({ id: metric, metric, limit: { kind: 'below', value: 0.9 }, minimumN: 10 }),
  );
  const verdicts = evaluateRules({
    definition: definition({ rules }),
    figures,
    referenceFigures: [],
    rows: 400,
    referenceRows: null,
    labels: { present: true, coverage: 1, final: true },
  });
  expect(verdicts.map(({ rule: id, status }) => [id, status])).toEqual([
    ['accuracy', 'breach'],
    ['recall', 'breach'],
    ['f1', 'breach'],
  ]);
});

describe('R53: explanation', () => {
  test('exact Shapley values say what each feature added to an answer, and add up to it', async () => {
    const model = modelFromFile({ type: 'linear', features: ['x', 'y'], coefficients: [2, -1], intercept: 5 });
    const background = frameOf({ x: [0, 2], y: [1, 3] });
    const explained = await measureExplanation(model, background, frameOf({ x: [4], y: [0] }), regressionRoles());
    expect(valueIn(explained, 'explain/base_value')).toBe(5);
    expect(valueIn(explained, 'explain/0/shap_values')).toEqual([6, 2]);
    expect(valueIn(explained, 'explain/0/prediction')).toBe(13);
  });

  test('LIME puts a weighted sum beside the answer: what counts weighs, what does not weighs next to nothing', async () => {
    const model = modelFromFile({ type: 'linear', features: ['x', 'y'], coefficients: [5, 0], intercept: 0 });
    const spread = Array.from({ length: 200 }, (_, row) => row / 100);
    const background = frameOf({ x: spread, y: spread.map((value) => (value * 37) % 2) });
    const current = frameOf({ x: [1.9], y: [0.1] });
    const explained = await measureExplanation(model, background, current, regressionRoles(), { metrics: 'all' });
    const [x = NaN, y = NaN] = valueIn(explained, 'explain/0/lime_weights') as number[];
    expect(x).toBeGreaterThan(2);
    expect(Math.abs(y)).toBeLessThan(0.2);
    expect(valueIn(explained, 'explain/attribution_ndcg')).toBeCloseTo(1, 6);
  });
});

describe('R54: bias by sex and by race', () => {
  test('chi-square of group and prediction', () => {
    // Selected 80 and 140 of 200: expected 110 in either group; deviations of 30 over 110 and 90.
    const statistic = 2 * (30 ** 2 / 110) + 2 * (30 ** 2 / 90);
    expect(valueIn(figures, 'fairness/current/sex/chi2_prediction_statistic')).toBeCloseTo(statistic, 9);
    expect(valueIn(figures, 'fairness/current/sex/chi2_prediction_p')).toBeLessThan(1e-8);
    expect(valueIn(figures, 'fairness/current/race/chi2_prediction_p')).toBeGreaterThan(0.5);
  });

  test("t-test of a group's scores against the rest", () => {
    // Means 0.2 apart; both groups spread alike, variance 33/40000 with divisor n - 1 over n.
    const variance = ((99 / 12 / 10_000) * 200) / 199;
    const t = -0.2 / Math.sqrt((2 * variance) / 200);
    expect(valueIn(figures, 'fairness/current/sex/woman/score_t_statistic')).toBeCloseTo(t, 6);
    expect(valueIn(figures, 'fairness/current/sex/woman/score_t_p')).toBeLessThan(1e-100);
    expect(valueIn(figures, 'fairness/current/sex/woman/score_welch_p')).toBeLessThan(1e-100);
  });

  test('and of their crossing', () => {
    expect(figureIn(figures, 'fairness/current/sex x race/woman|a/selection_rate').n).toBe(67);
  });
});

describe('R55: the formulas of the article on fairness', () => {
  test('the contrast of the groups, beside the true Gini coefficient', () => {
    expect(valueIn(figures, 'fairness/current/sex/contrast_selection_rate')).toBeCloseTo((0.7 - 0.4) / (0.7 + 0.4), 12);
    expect(valueIn(figures, 'fairness/current/sex/gini_selection_rate')).toBeCloseTo(0.3 / 2 / (0.7 + 0.4), 12);
  });

  test('mean absolute and mean squared error, by group', () => {
    const of = frameOf({ label: [1, 2, 3, 4], prediction: [2, 4, 3, 5], sex: ['w', 'w', 'm', 'm'] });
    const byGroup = figuresOf(of, regressionRoles({ sensitive: [['sex']] }));
    expect(valueIn(byGroup, 'fairness/current/sex/w/mae')).toBe(1.5);
    expect(valueIn(byGroup, 'fairness/current/sex/mae_difference')).toBe(1);
    expect(valueIn(byGroup, 'performance/current/mse')).toBe(1.5);
  });
});

describe('R56: both reports reach the user', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'plumbline-reports-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('one command gives performance, fairness and explanation of two tables', async () => {
    const file = (name: string, text: string): string => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    };
    const csv = `x,sex,label,prediction\n${Array.from({ length: 8 }, (_, row) => `${String(row)},${row % 2 ? 'w' : 'm'},${String(2 * row)},${String(2 * row + 1)}`).join('\n')}\n`;
    const columns = {
      numeric: ['x'],
      label: 'label',
      label_type: 'number',
      prediction: 'prediction',
      sensitive: ['sex'],
    };
    const model = { type: 'linear', features: ['x'], coefficients: [2], intercept: 1 };
    let out = '';
    const status = await runCommandLine(
      [
        'evaluate',
        ...['--reference', file('a.csv', csv), '--current', file('b.csv', csv)],
        ...['--columns', file('c.json', JSON.stringify(columns)), '--model', file('m.json', JSON.stringify(model))],
        '--json',
      ],
      { env: {}, out: (text) => (out += text), err: (text) => (out += text) },
    );
    expect(status, out).toBe(0);
    const { figures: told } = JSON.parse(out) as { figures: Figure[] };
    expect(valueIn(told, 'performance/current/mae')).toBe(1);
    expect(valueIn(told, 'fairness/current/sex/w/mae')).toBe(1);
    expect(valueIn(told, 'explain/importance_order')).toEqual(['x']);
  });
});

describe('R57: bias is not only seen', () => {
  const rows = Array.from({ length: 600 }, (_, row) => {
    const output = { prediction: row % 2 ? 'yes' : 'no', score: row % 2 };
    return { label: row % 2 ? 'yes' : 'no', champion: output, candidate: output };
  });
  const input = { rows, metric: 'accuracy', margin: 0.02, minimumRows: 500 } as const;

  test('a candidate that treats a group worse is not promoted, however good it is otherwise', () => {
    expect(judgePromotion(input)).toMatchObject({ verdict: 'promote' });
    const fairness = [{ rule: 'selection-rate', segment: 'sex', status: 'breach', reason: 'beyond limit' }] as const;
    expect(judgePromotion({ ...input, fairness })).toMatchObject({
      verdict: 'refuse',
      reason: 'fairness rule breached',
    });
  });

  test('and which group, against which limit and with how much certainty stands in the verdict', () => {
    const [verdict] = evaluateRules({
      definition: definition({
        sensitive: [['sex']],
        rules: [
          rule({
            id: 'selection-rate',
            metric: 'selection_rate_to_rest',
            scope: 'groups',
            limit: { kind: 'below', value: 0.8 },
            minimumN: 100,
          }),
        ],
      }),
      figures,
      referenceFigures: [],
      rows: 400,
      referenceRows: null,
      labels: { present: true, coverage: 1, final: true },
    });
    expect(verdict).toMatchObject({ status: 'breach', segment: 'sex', limit: 'below 0.8' });
    expect(verdict?.evidence[0]).toMatchObject({
      subject: 'woman',
      value: expect.closeTo(80 / 140, 9) as unknown,
      n: 200,
    });
    expect(verdict?.evidence[0]?.interval?.[1]).toBeLessThan(0.8);
  });
});
