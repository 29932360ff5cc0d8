/** Data quality and preparation: missing values, types, ranges, cleaning, aggregation, normalisation. */
import { describe, expect, test } from 'vitest';
import { encode, learnEncoding } from '../../examples/trainer/encoding.js';
import { FrameBuilder } from '../../src/io/mysql/frame-builder.js';
import type { Figure } from '../../src/model/figure.js';
import type { Frame } from '../../src/model/frame.js';
import { minMaxNormalised } from '../../src/numeric/scaling.js';
import { binaryRoles, frameOf, regressionRoles } from '../support/frames.js';
import { judge, rule } from '../unit/rules/builders.js';
import { figureIn, figuresOf, valueIn } from './measured.js';

const features = regressionRoles({ numeric: ['age'], categorical: ['job'] });

/** Rows as a database gives them: everything may be a text, a number, null or wrong. */
function read(rows: ReadonlyArray<readonly [id: unknown, age: unknown, job: unknown]>): Frame {
  const builder = new FrameBuilder([
    { kind: 'id' },
    { kind: 'numeric', name: 'age' },
    { kind: 'category', name: 'job' },
  ]);
  for (const row of rows) builder.add([...row]);
  return builder.finish();
}

describe('R32: missing values', () => {
  const given = read([
    ['a', 30, 'baker'],
    ['b', null, 'cook'],
    ['c', 50, null],
    ['d', null, 'cook'],
  ]);

  test('are found, column by column', () => {
    const figures = figuresOf(given, features);
    expect(figureIn(figures, 'quality/current/age/missing_share')).toMatchObject({ value: 0.5, n: 4 });
    expect(figureIn(figures, 'quality/current/job/missing_share')).toMatchObject({ value: 0.25, n: 4 });
  });

  test('are left out of every other figure, not counted as 0', () => {
    expect(figureIn(figuresOf(given, features), 'quality/current/age/mean')).toMatchObject({ value: 40, n: 2 });
  });

  test('make a breach where there are more of them than in the reference', () => {
    const full = read(Array.from({ length: 400 }, (_, row) => [row, row, 'cook']));
    const gaps = read(Array.from({ length: 400 }, (_, row) => [row, row % 4 === 0 ? null : row, 'cook']));
    const ofReference = figuresOf(full, features).map((figure): Figure => ({ ...figure, on: 'reference' }));
    const verdict = judge(
      rule({
        metric: 'missing_share',
        scope: 'features',
        limit: { kind: 'changed', by: 0.01, relative: false },
        minimumN: 100,
      }),
      figuresOf(gaps, features, { reference: full }),
      { referenceFigures: ofReference },
    );
    expect(verdict).toMatchObject({ status: 'breach', evidence: [{ subject: 'age', value: 0.25 }] });
  });
});

test('R33: cells that are no number are counted by column, and are not missing', () => {
  const figures = figuresOf(
    read([
      ['a', 'thirty', 'cook'],
      ['b', '31', 5],
      ['c', '', 'cook'],
      ['d', null, 'cook'],
    ]),
    features,
  );
  expect(figureIn(figures, 'quality/current/age/type_mismatch_share')).toMatchObject({ value: 2 / 3, n: 3 });
  expect(valueIn(figures, 'quality/current/age/missing_count')).toBe(1);
  expect(valueIn(figures, 'quality/current/age/mean')).toBe(31);
});

test('R34: inputs outside the range of the reference are counted, and categories that it does not know', () => {
  const reference = frameOf({ age: [18, 40, 90], job: ['cook', 'baker', 'cook'] });
  const current = frameOf({ age: [17, 18, 90, 200], job: ['cook', 'pilot', 'pilot', 'baker'] });
  const figures = figuresOf(current, features, { reference });
  expect(figureIn(figures, 'quality/current/age/out_of_range_share')).toMatchObject({ value: 0.5, n: 4 });
  expect(figureIn(figures, 'quality/current/job/new_category_share')).toMatchObject({ value: 0.5, n: 4 });
  expect(valueIn(figures, 'quality/current/job/new_categories')).toEqual(['pilot']);
});

describe('R35: outputs', () => {
  const reference = frameOf({ label: ['1', '0'], prediction: ['1', '0'], score: [0.1, 0.9] });

  test('outside the range of the reference are counted', () => {
    const current = frameOf({ label: ['1', '0'], prediction: ['1', '0'], score: [0.5, 1.5] });
    const figures = figuresOf(current, binaryRoles(), { reference });
    expect(valueIn(figures, 'quality/current/score/out_of_range_share')).toBe(0.5);
    expect(figureIn(figures, 'performance/current/log_loss')).toMatchObject({ reason: 'a score lies outside [0, 1]' });
  });

  test('of another type are counted', () => {
    const builder = new FrameBuilder([{ kind: 'id' }, { kind: 'numeric', name: 'score' }]);
    for (const row of [
      ['a', 0.5],
      ['b', 'error'],
    ])
      builder.add(row);
    const figures = figuresOf(builder.finish(), binaryRoles());
    expect(valueIn(figures, 'quality/current/score/type_mismatch_share')).toBe(0.5);
  });

  test('that are less accurate than a preset standard, or than the reference, breach', () => {
    const of = (hits: number): Frame =>
      frameOf({
        label: new Array<string>(1000).fill('1'),
        prediction: Array.from({ length: 1000 }, (_, row) => (row < hits ? '1' : '0')),
      });
    const figures = figuresOf(of(800), binaryRoles());
    const standard = rule({ metric: 'accuracy', limit: { kind: 'below', value: 0.9 } });
    const baseline = rule({ metric: 'accuracy', limit: { kind: 'changed', by: -0.05, relative: false } });
    const before = figuresOf(of(950), binaryRoles()).map((figure): Figure => ({ ...figure, on: 'reference' }));
    expect(judge(standard, figures)).toMatchObject({ status: 'breach' });
    expect(judge(baseline, figures, { referenceFigures: before })).toMatchObject({ status: 'breach' });
  });
});

describe('R36: cleaning', () => {
  test('a row that comes twice is dropped and counted', () => {
    const frame = read([
      ['a', 30, 'cook'],
      ['a', 30, 'cook'],
      ['b', 40, 'cook'],
    ]);
    expect(frame.rows).toBe(2);
    expect(figureIn(figuresOf(frame, features), 'quality/current/duplicate_id_share')).toMatchObject({
      value: 1 / 3,
      n: 3,
    });
  });

  test('types are converted where that is safe', () => {
    const frame = read([
      ['a', '30.5', 7],
      ['b', true, '7'],
    ]);
    expect(frame.columns.get('age')).toMatchObject({ values: Float64Array.of(30.5, 1), typeMismatches: 0 });
    expect(frame.columns.get('job')).toMatchObject({ levels: ['7'] });
  });

  test('a gap in a history of figures is left out, not filled: a filled one would be a figure that nobody measured', () => {
    const verdict = judge(
      rule({ metric: 'accuracy' }),
      figuresOf(frameOf({ label: [null], prediction: ['1'] }), binaryRoles()),
    );
    expect(verdict.status).toBe('unknown');
  });
});

test('R37: mean, sum and count of a column', () => {
  const figures = figuresOf(frameOf({ age: [10, 20, null, 60] }), features);
  expect(valueIn(figures, 'quality/current/age/mean')).toBe(30);
  expect(valueIn(figures, 'quality/current/age/sum')).toBe(90);
  expect(figureIn(figures, 'quality/current/age/sum').n).toBe(3);
  expect(valueIn(figures, 'quality/current/age/rows')).toBe(4);
});

describe('R38: min–max normalisation', () => {
  test('X′ = (X − min) / (max − min), and nothing where all values are equal', () => {
    expect(minMaxNormalised([2, 4, 6, 10])).toEqual([0, 0.25, 0.5, 1]);
    expect(minMaxNormalised([5, 5, 5])).toBeUndefined();
  });

  test("a window's mean on the scale of its reference, so that columns of any unit can be compared", () => {
    const reference = frameOf({ age: [20, 60] });
    const figures = figuresOf(frameOf({ age: [30, 40] }), features, { reference });
    expect(valueIn(figures, 'quality/current/age/mean_scaled')).toBe(0.375);
  });
});

test('R39: before training, missing numbers get the training mean, texts become numbers, and columns are normalised', () => {
  const rows = [{ age: 10 }, { age: '30' }, { age: null }];
  const { values } = encode(rows, learnEncoding(rows, { numeric: ['age'], categorical: [] }));
  expect([...values]).toEqual([-1, 1, 0]);
});

test('R40: a column is described by its count, moments, extremes and quantiles, a category by its entropy and mode', () => {
  const figures = figuresOf(frameOf({ age: [1, 2, 3, 4, 100], job: ['a', 'a', 'b', 'b', 'b'] }), features);
  const of = (place: string): Figure['value'] => valueIn(figures, `quality/current/${place}`);
  expect([of('age/mean'), of('age/min'), of('age/max'), of('age/quantile_0.5')]).toEqual([22, 1, 100, 3]);
  expect(of('age/std')).toBeCloseTo(Math.sqrt((21 ** 2 + 20 ** 2 + 19 ** 2 + 18 ** 2 + 78 ** 2) / 4), 10);
  expect(of('age/quantile_0.25')).toBe(2);
  expect([of('job/mode'), of('job/mode_share'), of('job/distinct_count')]).toEqual(['b', 0.6, 2]);
  expect(of('job/entropy')).toBeCloseTo(-(0.4 * Math.log(0.4) + 0.6 * Math.log(0.6)), 12);
});
