import { describe, expect, it } from 'vitest';
import { anomalyCatalogue } from '../../../src/anomaly/catalogue.js';
import { measureAnomaly } from '../../../src/anomaly/measure-anomaly.js';
import { explainCatalogue } from '../../../src/explain/catalogue.js';
import { measureExplanation } from '../../../src/explain/measure-explanation.js';
import { modelFromFile } from '../../../src/model/explained-model.js';
import type { Figure } from '../../../src/model/figure.js';
import type { MetricDescription, MetricSelection } from '../../../src/model/metric-description.js';
import { drawNormal, randomFrom } from '../../../src/numeric/random.js';
import { listMetrics, ruleMetricNames } from '../../../src/run/metric-list.js';
import { frameOf, numbers, rolesFor } from '../frames.js';

const random = randomFrom(12);
const normals = (n: number): number[] => Array.from({ length: n }, () => drawNormal(random));
const rows = (n: number) => {
  const known = Array.from({ length: n }, (_, at) => (at % 8 === 0 ? 1 : 0));
  const columns = [numbers('x', normals(n)), numbers('y', normals(n)), numbers('label', normals(n))];
  return frameOf([...columns, numbers('known', known)]);
};
const [reference, current] = [rows(60), rows(60)];
const roles = {
  ...rolesFor(reference),
  numeric: ['x', 'y'],
  task: 'regression' as const,
  label: 'label',
  planted: 'known',
};
const model = modelFromFile({ type: 'linear', features: ['x', 'y'], coefficients: [2, -1], intercept: 3 });
const explain = (metrics: MetricSelection): Promise<Figure[]> =>
  measureExplanation(model, reference, current, roles, { metrics });

const names = (of: readonly { readonly metric: string }[]): string[] =>
  [...new Set(of.map(({ metric }) => metric))].sort();
const described = (of: readonly MetricDescription[]): string[] => of.map(({ name }) => name).sort();

describe.each<readonly [string, readonly MetricDescription[], () => Promise<Figure[]>]>([
  ['anomalies', anomalyCatalogue, () => Promise.resolve(measureAnomaly(reference, current, roles))],
  ['explanations', explainCatalogue, () => explain('all')],
])('the catalogue of %s', (_, catalogue, measure) => {
  it('describes what is measured, each once, and nothing else', async () => {
    expect(described(catalogue)).toEqual(names(await measure()));
  });

  it('states ranges that hold', async () => {
    const wrong = (await measure()).filter(({ metric, value }) => {
      const range = catalogue.find(({ name }) => name === metric)?.range;
      if (range === null) return typeof value === 'number';
      return typeof value !== 'number' || value < (range?.[0] ?? -Infinity) || value > (range?.[1] ?? Infinity);
    });
    expect(wrong).toEqual([]);
  });

  it('is listed, and no rule may use it, since cycles do not measure it', () => {
    const listed = listMetrics().map(({ name, family }) => `${family}/${name}`);
    for (const { name, family } of catalogue) expect(listed).toContain(`${family}/${name}`);
    expect(ruleMetricNames()).not.toContain(described(catalogue)[0]);
  });
});

it('explanations are marked where they are measured unasked', async () => {
  expect(described(explainCatalogue.filter(({ byDefault }) => byDefault))).toEqual(names(await explain('default')));
});

it('only what is named is explained, and the model is asked no more than that takes', async () => {
  expect(names(await explain(['lime_score', 'importance_order', 'accuracy']))).toEqual([
    'importance_order',
    'lime_score',
  ]);
  expect(names(await explain(['rotation_importance']))).toEqual(['rotation_importance']);
  expect(names(await explain(['attribution_ndcg']))).toEqual(['attribution_ndcg']);
});
