import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fairnessCatalogue } from '../../../src/fairness/catalogue.js';
import { type FairnessOptions, measureFairness } from '../../../src/fairness/measure-fairness.js';
import { type Figure, judgeableNumber } from '../../../src/model/figure.js';
import type { Frame, Roles } from '../../../src/model/frame.js';
import { randomFrom } from '../../../src/numeric/random.js';
import { binaryRoles, frameOf, multiclassRoles, regressionRoles } from '../../support/frames.js';

interface Row {
  readonly group: string | null;
  readonly label: string | null;
  readonly prediction: string | null;
  readonly score?: number;
}

const frameFrom = (rows: readonly Row[]): Frame =>
  frameOf({
    group: rows.map(({ group }) => group),
    label: rows.map(({ label }) => label),
    prediction: rows.map(({ prediction }) => prediction),
    score: rows.map(({ score }) => score ?? null),
  });

/** `counts`: rows of a group by label and prediction. */
const repeat = (group: string, counts: Readonly<Record<'tp' | 'fp' | 'fn' | 'tn', number>>): Row[] => {
  const rows = (n: number, label: string, prediction: string): Row[] =>
    new Array<Row>(n).fill({ group, label, prediction });
  return [
    ...rows(counts.tp, '1', '1'),
    ...rows(counts.fp, '0', '1'),
    ...rows(counts.fn, '1', '0'),
    ...rows(counts.tn, '0', '0'),
  ];
};

const roles = binaryRoles({ sensitive: [['group']] });

function measure(
  frame: Frame,
  of: Roles = roles,
  options: FairnessOptions = { metrics: 'all' },
): ReadonlyMap<string, Figure> {
  const figures = measureFairness(frame, of, 'current', options);
  const byId = new Map(figures.map((figure) => [figure.id.replace('fairness/current/', ''), figure]));
  expect(byId.size).toBe(figures.length);
  return byId;
}

describe('a group with too little evidence neither passes nor breaches', () => {
  const large = { tp: 60, fp: 20, fn: 40, tn: 80 };
  const figures = measure(
    frameFrom([
      ...repeat('a', large),
      ...repeat('b', large),
      ...repeat('small', { tp: 0, fp: 0, fn: 40, tn: 59 }),
      ...repeat('few positives', { tp: 0, fp: 10, fn: 29, tn: 100 }),
    ]),
  );

  test.each([
    ['small', 'selection_rate_to_rest', 'insufficient evidence: 99 rows in the group, 100 needed'],
    ['small', 'selection_rate_to_rest_p', 'insufficient evidence: 99 rows in the group, 100 needed'],
    ['small', 'tpr_to_rest', 'insufficient evidence: 99 rows in the group, 100 needed'],
    ['few positives', 'tpr_to_rest', 'insufficient evidence: 29 positive labels in the group, 30 needed'],
  ])('%s: %s', (group, metric, reason) => {
    expect(figures.get(`group/${group}/${metric}`)).toMatchObject({ value: null, reason });
  });

  test('its own rates are still given, with their interval', () => {
    expect(figures.get('group/small/tpr')).toMatchObject({ value: 0, n: 40 });
    expect(figures.get('group/few positives/selection_rate_to_rest')?.value).toBeTypeOf('number');
  });

  test('the supported differences leave it out, the plain ones do not', () => {
    expect(figures.get('group/equal_opportunity_difference')?.value).toBeCloseTo(0.6, 12);
    expect(figures.get('group/equal_opportunity_difference_supported')?.value).toBe(0);
  });

  test('the thresholds are options', () => {
    const strict = measure(frameFrom([...repeat('a', large), ...repeat('b', large)]), roles, {
      metrics: 'all',
      minimumGroupRows: 201,
    });
    expect(strict.get('group/a/selection_rate_to_rest')?.value).toBeNull();
    expect(strict.get('group/demographic_parity_difference_supported')).toMatchObject({
      value: null,
      reason: 'insufficient evidence: 0 of 2 groups have enough rows, 2 needed',
    });
  });
});

test('a group is compared with all other rows: ratio, interval about it and p-value', () => {
  const figures = measure(
    frameFrom([...repeat('a', { tp: 100, fp: 0, fn: 0, tn: 300 }), ...repeat('b', { tp: 200, fp: 0, fn: 0, tn: 200 })]),
  );
  const ratio = figures.get('group/a/selection_rate_to_rest');
  expect(ratio).toMatchObject({ value: 0.5, n: 400 });
  const [low, high] = (ratio?.value !== null && ratio?.interval) || [0, 9];
  expect(low).toBeGreaterThan(0.36);
  expect(high).toBeLessThan(0.68);
  expect(figures.get('group/a/selection_rate_to_rest_p')?.value).toBeLessThan(1e-5);
  expect(figures.get('group/b/selection_rate_to_rest_p')?.value).toBeGreaterThan(0.99);
  expect(figures.get('group/a/tpr_to_rest')).toMatchObject({ value: 1, n: 100 });
});

test('a rest without any hit leaves the ratio without a value', () => {
  const figures = measure(
    frameFrom([...repeat('a', { tp: 50, fp: 0, fn: 0, tn: 50 }), ...repeat('b', { tp: 0, fp: 0, fn: 50, tn: 50 })]),
  );
  expect(figures.get('group/a/selection_rate_to_rest')).toMatchObject({
    value: null,
    reason: 'the rate of all other rows is 0',
  });
});

test('under exact parity of eight groups of a hundred the four-fifths test hardly ever speaks', () => {
  const random = randomFrom(2);
  const names = Array.from({ length: 8 }, (_, at) => `g${String(at)}`);
  let alarms = 0;
  for (let round = 0; round < 200; round++) {
    const rows = names.flatMap((group) =>
      Array.from({ length: 100 }, (): Row => ({ group, label: null, prediction: random.uniform() < 0.3 ? '1' : '0' })),
    );
    const figures = measure(frameFrom(rows), roles, { metrics: ['selection_rate_to_rest_p'] });
    // The first step of Holm's correction.
    if (names.some((name) => (figures.get(`group/${name}/selection_rate_to_rest_p`)?.value as number) * 8 < 0.01))
      alarms++;
  }
  expect(alarms).toBeLessThanOrEqual(2);
});

describe('a group without any row in a denominator', () => {
  const figures = measure(
    frameFrom([...repeat('a', { tp: 5, fp: 5, fn: 5, tn: 5 }), ...repeat('b', { tp: 0, fp: 5, fn: 0, tn: 5 })]),
  );

  test('has the library’s 0, marked degenerate, and so have the figures it enters', () => {
    expect(figures.get('group/b/tpr')).toEqual(expect.objectContaining({ value: 0, n: 0, degenerate: true }));
    for (const metric of ['equal_opportunity_difference', 'equalized_odds_difference', 'contrast_tpr', 'gini_tpr']) {
      expect(figures.get(`group/${metric}`), metric).toMatchObject({ degenerate: true });
    }
  });

  test('does not touch figures of other rates', () => {
    expect(figures.get('group/demographic_parity_difference')).not.toHaveProperty('degenerate');
  });
});

test('where no negative is selected the false-positive ratio is 0/0, and the odds ratio rests on the other rate, unjudged', () => {
  const figures = measure(
    frameFrom([...repeat('a', { tp: 8, fp: 0, fn: 2, tn: 10 }), ...repeat('b', { tp: 4, fp: 0, fn: 6, tn: 10 })]),
  );
  expect(figures.get('group/equalized_odds_ratio')).toMatchObject({ value: 0.5, degenerate: true });
});

describe('without labels', () => {
  const rows: Row[] = [];
  for (const group of ['a', 'b']) {
    for (let row = 0; row < 200; row++)
      rows.push({ group, label: null, prediction: row % 2 === 0 ? '1' : '0', score: 0.4 });
  }
  const unlabelled = measure(frameFrom(rows));

  test('selection rates are still compared, each group with the rest', () => {
    expect(unlabelled.get('group/a/selection_rate_to_rest')).toMatchObject({ value: 1, n: 200 });
  });

  test.each([
    'group/a/tpr',
    'group/a/tpr_to_rest',
    'group/a/score_t_p',
    'group/demographic_parity_ratio',
    'group/chi2_prediction_p',
  ])('%s says so', (id) => {
    expect(unlabelled.get(id)).toMatchObject({ value: null, reason: 'no labels' });
  });

  test('the ids are those of a labelled window', () => {
    const labelled = measure(frameFrom(rows.map((row, at) => ({ ...row, label: at % 3 === 0 ? '1' : '0' }))));
    expect([...unlabelled.keys()].sort()).toEqual([...labelled.keys()].sort());
  });
});

test('crossings join the values, and a row that lacks one of them is in no group', () => {
  const frame = frameOf({
    sex: ['f', 'f', 'm', null],
    race: ['x', 'y', 'x', 'x'],
    label: ['1', '0', '1', '1'],
    prediction: ['1', '0', '0', '1'],
    score: [1, 0, 0, 1],
  });
  const figures = measure(frame, binaryRoles({ sensitive: [['sex', 'race']] }));
  const counts = [...figures].filter(([id]) => id.endsWith('/count')).map(([id, { value }]) => [id, value]);
  expect(counts).toEqual([
    ['sex x race/f|x/count', 1],
    ['sex x race/f|y/count', 1],
    ['sex x race/m|x/count', 1],
  ]);
});

test.each([
  [
    'a column that is not there',
    binaryRoles({ sensitive: [['nowhere']] }),
    'nowhere/demographic_parity_difference',
    'no column nowhere',
  ],
  [
    'an attribute with too many groups',
    binaryRoles({ sensitive: [['id']] }),
    'id/demographic_parity_difference',
    '300 groups, more than 200',
  ],
])('%s is said and not passed over', (_, of, id, reason) => {
  const cells = Array.from({ length: 300 }, (_, row) => `r${String(row)}`);
  const frame = frameOf({ id: cells, label: cells, prediction: cells, score: cells.map((_, row) => row) });
  expect([...measure(frame, of)]).toEqual([[id, expect.objectContaining({ value: null, reason })]]);
});

test('an empty window and a window of one row have figures with reasons, and nothing that is not finite', () => {
  const frames = [frameFrom([]), frameFrom([{ group: 'a', label: '1', prediction: '1', score: 1 }])];
  const multi = frames.map((frame) => measure(frame, multiclassRoles([], { sensitive: [['group']] })));
  for (const figures of [...frames.map((frame) => measure(frame)), ...multi]) {
    expect(figures.size).toBeGreaterThan(0);
    for (const figure of figures.values()) {
      if (figure.value === null) expect(figure.reason).not.toBe('');
      else if (typeof figure.value === 'number') expect(Number.isFinite(figure.value)).toBe(true);
    }
  }
});

test('errors of a regression are compared by group', () => {
  const frame = frameOf({ group: ['a', 'a', 'b', 'b'], label: [1, 2, 1, 2], prediction: [2, 3, 4, 5] });
  const figures = measure(frame, regressionRoles({ sensitive: [['group']] }));
  expect(figures.get('group/a/mean_error')).toMatchObject({ value: 1, n: 2 });
  expect(figures.get('group/mae_difference')).toMatchObject({ value: 2, n: 2 });
  // Each group's errors are constant and the groups differ: the statistic is infinite, its tail 0.
  expect(figures.get('group/anova_p')).toMatchObject({ value: 0 });
  const equal = frameOf({ group: ['a', 'a', 'b', 'b'], label: [1, 2, 1, 2], prediction: [2, 3, 2, 3] });
  expect(measure(equal, regressionRoles({ sensitive: [['group']] })).get('group/anova_p')?.value).toBeNull();
});

const anyRows = fc.array(
  fc.record({
    group: fc.constantFrom('a', 'b', 'c', null),
    label: fc.constantFrom('0', '1', null),
    prediction: fc.constantFrom('0', '1', null),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { maxLength: 60 },
);

test('every figure stands in the catalogue, within its range; names of groups do not matter to disparities', () => {
  const ranges = new Map(fairnessCatalogue.map(({ name, range }) => [name, range]));
  const renamed = new Map([
    ['a', 'z'],
    ['b', 'a'],
    ['c', 'b'],
  ]);
  const of = { ...roles, privileged: { group: 'a' } };
  fc.assert(
    fc.property(anyRows, (rows) => {
      const figures = measure(frameFrom(rows), of, { metrics: 'all', minimumGroupRows: 3, minimumDenominator: 2 });
      for (const figure of figures.values()) {
        expect(ranges.has(figure.metric), figure.metric).toBe(true);
        const range = ranges.get(figure.metric);
        const value = judgeableNumber(figure);
        if (value === undefined || !range) continue;
        expect(value, figure.id).toBeGreaterThanOrEqual((range[0] ?? -Infinity) - 1e-12);
        expect(value, figure.id).toBeLessThanOrEqual((range[1] ?? Infinity) + 1e-12);
      }
      const others = measure(
        frameFrom(rows.map((row) => ({ ...row, group: renamed.get(row.group ?? '') ?? null }))),
        roles,
      );
      for (const metric of ['demographic_parity_difference', 'equalized_odds_ratio', 'gini_tpr', 'theil_index']) {
        const [value, other] = [figures.get(`group/${metric}`)?.value, others.get(`group/${metric}`)?.value];
        if (typeof value === 'number') expect(other).toBeCloseTo(value, 12);
        else expect(other).toEqual(value);
      }
    }),
  );
});
