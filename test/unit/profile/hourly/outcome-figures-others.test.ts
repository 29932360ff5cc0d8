/** Windows of many rows of regressions and of several classes: figures, their bounds, and what is refused. */
import { describe, expect, test } from 'vitest';
import type { Figure } from '../../../../src/model/figure.js';
import type { Frame } from '../../../../src/model/frame.js';
import { randomFrom } from '../../../../src/numeric/random.js';
import { ByteReader, ByteWriter } from '../../../../src/profile/bytes.js';
import { NEEDS_ROWS } from '../../../../src/profile/hourly/needs-rows.js';
import { decodeOutcomes, encodeOutcomes } from '../../../../src/profile/hourly/outcomes/encode-outcomes.js';
import type { OutcomeProfile } from '../../../../src/profile/hourly/outcomes/outcome-profile.js';
import { binaryRoles, frameOf, multiclassRoles, regressionRoles } from '../../../support/frames.js';
import {
  faultsBetween,
  figuresOfProfile,
  figuresOfRows,
  mergeOutcomes,
  profiled,
  profileParts,
  referenceOf,
} from '../../../support/outcome-laws.js';

const HOURS = [24, [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6]] as const;

function figureOf(figures: readonly Figure[], id: string): Extract<Figure, { readonly n: number }> {
  const figure = figures.find((one) => one.id === id);
  if (figure === undefined) throw new Error(`no figure ${id}`);
  return figure;
}

function compare(reference: Frame, current: Frame, roles: Parameters<typeof referenceOf>[1]) {
  const before = referenceOf(reference, roles);
  const profile = mergeOutcomes(profileParts(current, roles, before, HOURS));
  const exact = figuresOfRows(current, roles, before, 'all');
  const made = figuresOfProfile(profile, roles, before, 'all');
  expect(faultsBetween(exact, made)).toEqual([]);
  return { exact, made };
}

const CLASSES = ['cat', 'dog', 'eel'];

/** Scores that add up to 1; labels drawn by them, bent by `bend`. */
function classFrame(rows: number, seed: number, bend: number): Frame {
  const random = randomFrom(seed);
  const cells: Record<string, (string | number | null)[]> = { label: [], prediction: [], farm: [] };
  for (const name of CLASSES) cells[`score_${name}`] = [];
  for (let row = 0; row < rows; row++) {
    const weights = CLASSES.map((_, at) => Math.exp(2 * random.uniform() + (at === 0 ? 0.5 : 0)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const scores = weights.map((weight) => weight / sum);
    const bent = scores.map((score) => score ** bend);
    let left = random.uniform() * bent.reduce((total, weight) => total + weight, 0);
    const drawn = bent.findIndex((weight) => (left -= weight) < 0);
    CLASSES.forEach((name, at) => cells[`score_${name}`]?.push(row % 17 === 4 ? null : (scores[at] as number)));
    cells['label']?.push(row % 5 === 1 ? null : (CLASSES[Math.max(0, drawn)] as string));
    cells['prediction']?.push(row % 19 === 3 ? 'fox' : (CLASSES[scores.indexOf(Math.max(...scores))] as string));
    cells['farm']?.push(`farm ${String(Math.floor(random.uniform() * 3))}`);
  }
  return frameOf(cells as Parameters<typeof frameOf>[0]);
}

describe('a classifier of several classes', () => {
  const roles = multiclassRoles(CLASSES, { sensitive: [['farm']], categorical: ['farm'] });

  test.each([
    ['whose scores are probabilities', 1],
    ['whose scores need calibration', 2.5],
  ])('%s has its figures within narrow bounds', (_, bend) => {
    const { made } = compare(classFrame(9000, 1, bend), classFrame(6000, 2, bend), roles);
    const area = figureOf(made, 'performance/current/roc_auc_ovr_macro');
    expect('bound' in area && area.bound).toBeLessThan(0.006);
    expect('bound' in figureOf(made, 'performance/current/log_loss')).toBe(false);
    const expected = figureOf(made, 'estimate/current/roc_auc');
    expect('bound' in expected && expected.bound).toBeLessThan(0.005);
  });

  test('with more pairs of classes than are held keeps what is right and says so of the rest', () => {
    const many = Array.from({ length: 12_000 }, (_, row) => `class ${String(row)}`);
    const label = [...many, 'a', 'a'];
    const frame = frameOf({ label, prediction: [...many.slice(1), 'b', 'a', 'b'] });
    const plain = multiclassRoles();
    const before = referenceOf(frameOf({ label: ['a'], prediction: ['a'] }), plain);
    const made = figuresOfProfile(profiled(frame, plain, before), plain, before, 'all');
    expect(figureOf(made, 'performance/current/accuracy').value).toBe(1 / 12_002);
    expect(figureOf(made, 'performance/current/mcc')).toMatchObject({
      value: null,
      reason: expect.stringContaining('more pairs of label') as string,
    });
  });
});

/** Errors that grow with the prediction; a categorical feature that they hang on. */
function regressionFrame(rows: number, seed: number, noise: number): Frame {
  const random = randomFrom(seed);
  const cells = { x: [], kind: [], prediction: [], label: [] } as {
    [column: string]: (number | string | null)[];
  };
  for (let row = 0; row < rows; row++) {
    const x = 100 * random.uniform();
    const kind = random.uniform() < 0.3 ? 'new' : 'old';
    const error = noise * (random.uniform() - 0.4) * (1 + x / 50) * (kind === 'new' ? 2 : 1);
    cells['x']?.push(x);
    cells['kind']?.push(kind);
    cells['prediction']?.push(row % 23 === 7 ? null : 1000 + x + error);
    cells['label']?.push(row % 6 === 2 ? null : 1000 + x);
  }
  return frameOf(cells as Parameters<typeof frameOf>[0]);
}

describe('a regression', () => {
  const roles = regressionRoles({ numeric: ['x'], categorical: ['kind'], sensitive: [['kind']] });
  const { exact, made } = compare(regressionFrame(5000, 1, 10), regressionFrame(8000, 2, 15), roles);

  test('has its figures, the median within a hundredth of itself', () => {
    const median = figureOf(made, 'performance/current/median_ae');
    expect('bound' in median && median.bound / (median.value as number)).toBeLessThan(0.01);
    expect(made.filter((figure) => 'bound' in figure).map(({ metric }) => metric)).toEqual(['median_ae']);
  });

  test.each(['mse', 'rmse', 'mae', 'mape', 'wape', 'r2', 'mean_error', 'std_error', 'explained_variance'])(
    '%s has an interval about as wide as that of the rows',
    (metric) => {
      const widthOf = (figures: readonly Figure[]): number => {
        const figure = figureOf(figures, `performance/current/${metric}`);
        if (figure.value === null || !figure.interval) throw new Error(`${metric} has no interval`);
        return figure.interval[1] - figure.interval[0];
      };
      expect(widthOf(made) / widthOf(exact)).toBeGreaterThan(0.8);
      expect(widthOf(made) / widthOf(exact)).toBeLessThan(1.25);
    },
  );
});

describe('what a profile of outcomes refuses', () => {
  const roles = binaryRoles({ sensitive: [['id']] });
  const frame = frameOf({
    label: ['1', '0', '1', '0'],
    prediction: ['1', '1', '0', '0'],
    score: [0.9, 0.6, 0.4, 0.1],
    id: ['a', 'b', 'c', 'd'],
  });
  const before = referenceOf(frame, roles);
  const profile = profiled(frame, roles, before);

  const bytesOf = (of: OutcomeProfile): Uint8Array => {
    const out = new ByteWriter();
    encodeOutcomes(out, of);
    return out.finish();
  };

  test('more groups than are compared: none is kept, in whatever parts they come', () => {
    const ids = Array.from({ length: 150 }, (_, row) => `id ${String(row)}`);
    const column = (value: string): string[] => ids.map(() => value);
    const with150 = (names: string[]) =>
      profiled(
        frameOf({ label: column('1'), prediction: column('1'), score: ids.map(() => 0.5), id: names }),
        roles,
        before,
      );
    const [a, b] = [with150(ids), with150(ids.map((id) => `other ${id}`))];
    for (const merged of [
      mergeOutcomes([a, b]),
      mergeOutcomes([b, a]),
      mergeOutcomes([mergeOutcomes([a, b]), profile]),
    ]) {
      expect(merged.attributes).toEqual([{ attribute: 'id', state: 'too many', groups: [] }]);
      const figures = figuresOfProfile(merged, roles, before, 'default').filter(({ family }) => family === 'fairness');
      expect(figures).toEqual([expect.objectContaining({ value: null, reason: 'more than 200 groups' })]);
    }
  });

  test('parts by other edges, of other tasks or definitions', () => {
    const scores = frameOf({ label: ['1', '0'], prediction: ['1', '0'], score: [0.25, 0.75], id: ['a', 'b'] });
    const others = [
      profiled(frame, roles, referenceOf(scores, roles)),
      profiled(frame, { ...roles, task: 'multiclass' }, referenceOf(frame, { ...roles, task: 'multiclass' })),
      profiled(frame, { ...roles, sensitive: [] }, before),
    ];
    for (const other of others) expect(() => mergeOutcomes([profile, other])).toThrow(RangeError);
  });

  test('labels about another centre, and levels of another reference', () => {
    const regression = regressionRoles({ categorical: ['kind'] });
    const [first, second] = [1, 2].map((seed) => {
      const rows = regressionFrame(60, seed, 5);
      return profiled(rows, regression, referenceOf(rows, regression));
    }) as [OutcomeProfile, OutcomeProfile];
    expect(() => mergeOutcomes([first, second])).toThrow('another centre');
    const fewer = {
      ...second,
      task: first.task,
      levels: second.levels.map((level) => ({ ...level, feature: 'other' })),
    };
    expect(() => mergeOutcomes([first, fewer])).toThrow('other levels');
  });

  test('bytes that are cut short, at whatever place, and those of another version', () => {
    const bytes = bytesOf(profile);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeOutcomes(new ByteReader(bytes.subarray(0, length))), String(length)).toThrow(RangeError);
    }
    const other = bytes.slice();
    other[0] = 9;
    expect(() => decodeOutcomes(new ByteReader(other))).toThrow('unknown version 9');
  });

  test('curves and the Gini coefficient of the scores, which need the rows', () => {
    const figures = figuresOfProfile(profile, roles, before, 'all');
    for (const metric of ['roc_curve', 'precision_recall_curve', 'gini_scores']) {
      expect(figures.find((figure) => figure.metric === metric)).toMatchObject({ value: null, reason: NEEDS_ROWS });
    }
  });

  test('a figure beyond its bound would be noticed, and so would a missing one', () => {
    const exact = figuresOfRows(frame, roles, before, 'default');
    expect(faultsBetween(exact, exact)).toEqual([]);
    const moved = exact.map((figure) =>
      figure.metric === 'brier' && typeof figure.value === 'number'
        ? { ...figure, value: figure.value + 1e-3, bound: 9e-4 }
        : figure,
    );
    expect(faultsBetween(exact, moved)).toHaveLength(1);
    expect(faultsBetween(exact, exact.slice(1))).not.toEqual([]);
  });
});

test('labels that come in later replace the hour that they belong to, and are counted once', () => {
  const roles = binaryRoles();
  const rows = { prediction: ['1', '0', '1', '0'], score: [0.9, 0.2, 0.7, 0.4] };
  const [early, late] = [
    ['1', null, null, null],
    ['1', '0', '0', null],
  ].map((label) => frameOf({ ...rows, label }));
  const before = referenceOf(late as Frame, roles);
  const other = profiled(late as Frame, roles, before);
  const first = mergeOutcomes([other, profiled(early as Frame, roles, before)]);
  const again = mergeOutcomes([other, profiled(late as Frame, roles, before)]);
  expect([first.rows, first.labelled]).toEqual([8, 4]);
  expect([again.rows, again.labelled]).toEqual([8, 6]);
  expect(again.task).toMatchObject({ counts: { tp: 2, fp: 2, fn: 0, tn: 2 } });
});
