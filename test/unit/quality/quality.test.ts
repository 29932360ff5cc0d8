import { describe, expect, it } from 'vitest';
import { frameFromCsv } from '../../../src/io/csv/frame-from-csv.js';
import type { Figure } from '../../../src/model/figure.js';
import type { Frame, Roles } from '../../../src/model/frame.js';
import { profileFrame } from '../../../src/profile/reference-profile.js';
import { measureQuality, type QualityOptions } from '../../../src/quality/measure-quality.js';
import { frameOf, numbers, rolesFor, texts } from '../frames.js';

function measure(frame: Frame, options: QualityOptions = {}, extra: Partial<Roles> = {}): (id: string) => Figure {
  const roles = rolesFor(frame, extra);
  const figures = measureQuality(profileFrame(frame, roles), roles, 'current', options);
  const byId = new Map(figures.map((figure) => [figure.id, figure]));
  return (id) => {
    const figure = byId.get(`quality/current/${id}`) ?? byId.get(`quality/both/${id}`);
    if (figure === undefined) throw new Error(`no figure ${id} among ${[...byId.keys()].join(', ')}`);
    return figure;
  };
}

const reference = frameOf([numbers('x', [0, 10]), texts('c', ['a', 'b'])]);
const against = { reference: profileFrame(reference, rolesFor(reference)) };

describe('shares carry their own denominator and an interval', () => {
  const figure = measure(
    frameOf(
      [
        numbers('x', [NaN, NaN, NaN, 5, 11, -1, Infinity, 10, 0, 3], 1),
        texts('c', ['a', 'n', 'n', null, 'm', 'a', 'a', 'a', 'a', 'a']),
      ],
      { read: 15, duplicateIds: 3, poison: 2 },
    ),
    against,
  );

  it.each<[string, number, number]>([
    ['x/missing_share', 2 / 10, 10],
    ['x/type_mismatch_share', 1 / 8, 8],
    ['x/infinite_share', 1 / 10, 10],
    ['x/out_of_range_share', 2 / 6, 6],
    ['c/missing_share', 1 / 10, 10],
    ['c/new_category_share', 3 / 9, 9],
    ['c/mode_share', 6 / 9, 9],
    ['duplicate_id_share', 3 / 15, 15],
    ['poison_share', 2 / 15, 15],
  ])('%s', (id, value, n) => {
    const got = figure(id);
    expect(got).toMatchObject({ value, n });
    const [low, high] = ('interval' in got && got.interval) || [NaN, NaN];
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(1);
  });

  it.each<[string, Figure['value']]>([
    ['volume', 10],
    ['x/rows', 10],
    ['x/missing_count', 2],
    ['x/type_mismatch_count', 1],
    ['x/infinite_count', 1],
    ['x/out_of_range_count', 2],
    ['x/distinct_count', 6],
    ['x/constant', false],
    ['x/zero_count', 1],
    ['c/new_categories', ['m', 'n']],
    ['c/new_category_count', 2],
    ['c/new_category_rows', 3],
    ['c/lost_category_count', 1],
    ['c/mode', 'a'],
  ])('%s', (id, value) => {
    expect(figure(id).value).toEqual(value);
  });
});

describe('a column without values gives reasons, not numbers', () => {
  it.each<[string, readonly number[], string, string]>([
    ['nothing at all', [], 'mean', 'no rows'],
    ['nothing at all', [], 'missing_share', 'no rows'],
    ['nothing but missing', [NaN, NaN], 'mean', 'no finite value'],
    ['nothing but missing', [NaN, NaN], 'quantile_0.5', 'no finite value'],
    ['nothing but missing', [NaN, NaN], 'type_mismatch_share', 'no present cell'],
    ['nothing but missing', [NaN, NaN], 'out_of_range_share', 'no finite value'],
    ['nothing but infinities', [Infinity, -Infinity], 'min', 'no finite value'],
    ['one row', [4], 'std', 'fewer than two values'],
    ['an overflow', [1e308, 1e308], 'mean', 'not a finite number: the sum overflows'],
    ['an overflow of squares', [1e200, -1e200], 'std', 'not a finite number: the sum overflows'],
    ['an overflow of a gap', [-1.7e308, 1.7e308], 'quantile_0.5', 'not a finite number: the sum overflows'],
  ])('%s: %s %s', (_, values, metric, reason) => {
    expect(measure(frameOf([numbers('x', values)]), against)(`x/${metric}`)).toMatchObject({ value: null, reason });
  });

  it('an empty reference has no range', () => {
    const empty = frameOf([numbers('x', [NaN])]);
    const figure = measure(frameOf([numbers('x', [1])]), { reference: profileFrame(empty, rolesFor(empty)) });
    expect(figure('x/out_of_range_count')).toMatchObject({ value: null, reason: 'the reference has no finite value' });
    expect(figure('x/out_of_range_share').value).toBeNull();
  });

  it('categories: no mode, no entropy, no share', () => {
    const figure = measure(frameOf([texts('c', [null, null])]), against);
    for (const metric of ['mode', 'mode_share', 'entropy', 'new_category_share'])
      expect(figure(`c/${metric}`)).toMatchObject({ value: null, reason: 'no present value' });
    expect(figure('c/constant').value).toBe(true);
  });

  it('a window without rows says so of its shares', () => {
    expect(measure(frameOf([]))('poison_share')).toMatchObject({ value: null, reason: 'no rows' });
    expect(measure(frameOf([]))('volume').value).toBe(0);
  });
});

describe('extremes', () => {
  it('both zeros are one value, and inside a range that ends there', () => {
    const figure = measure(frameOf([numbers('x', [-0, 0, -0, 5e-324])]), against);
    expect(figure('x/distinct_count').value).toBe(2);
    expect(figure('x/zero_count').value).toBe(3);
    expect(figure('x/out_of_range_count').value).toBe(0);
    expect(measure(frameOf([numbers('x', [-0, 0])]))('x/constant').value).toBe(true);
  });

  it('more than fifty new categories are counted, not named', () => {
    const figure = measure(
      frameOf([
        texts(
          'c',
          Array.from({ length: 51 }, (_, i) => `n${String(i)}`),
        ),
      ]),
      against,
    );
    expect(figure('c/new_categories')).toMatchObject({ value: null, reason: 'more than 50; see new_category_count' });
    expect(figure('c/new_category_count').value).toBe(51);
  });

  it('names are in the order of code points: 𝒳 stands behind ﬀ', () => {
    const figure = measure(frameOf([texts('c', ['𝒳', 'ﬀ', 'a'])]), against);
    expect(figure('c/new_categories').value).toEqual(['ﬀ', '𝒳']);
    expect(figure('c/mode').value).toBe('a');
  });

  it('a million distinct categories and numbers', () => {
    const n = 1_000_000;
    const codes = Int32Array.from({ length: n }, (_, i) => i);
    const levels = Array.from({ length: n }, (_, i) => String(i));
    const frame = frameOf([numbers('x', Array.from(codes)), { kind: 'category', name: 'c', codes, levels }]);
    const figure = measure(frame, { ...against, metrics: ['distinct_count', 'entropy', 'duplicate_rows'], frame });
    expect(figure('x/distinct_count').value).toBe(n);
    expect(figure('c/distinct_count').value).toBe(n);
    expect(figure('c/entropy').value).toBeCloseTo(Math.log(n), 9);
    expect(figure('duplicate_rows').value).toBe(0);
  });
});

describe('rows and pairs', () => {
  const frame = frameOf([
    numbers('x', [1, 2, 3, NaN, 1, -0, 0]),
    numbers('y', [1, 4, 9, 2, 1, 5, 5]),
    texts('c', ['a', 'b', 'b', null, 'a', 'a', 'a']),
    texts('d', ['p', 'q', 'q', 'q', 'p', 'p', 'p']),
  ]);
  const figure = measure(frame, { metrics: 'all', frame, referenceFrame: frame });

  it('a row that repeats an earlier one counts once for each repetition; zeros of two signs are written differently', () => {
    expect(figure('duplicate_rows')).toMatchObject({ value: 1, n: 7 });
  });

  it('cells of a numeric column that hold no number are compared as they are written', () => {
    const csv = 'x,c\nabc,p\nxyz,p\n,p\nabc,p\nnan,p\ninf,p\nInfinity,p\ninf,p\n';
    const read = frameFromCsv(csv, rolesFor(frameOf([numbers('x', []), texts('c', [])])));
    expect(measure(read, { metrics: 'all', frame: read })('duplicate_rows')).toMatchObject({ value: 2, n: 8 });
  });

  it('correlations use the rows that have both values', () => {
    expect(figure('pearson/x~y').n).toBe(6);
    expect(figure('spearman/x~y').n).toBe(6);
    expect(figure('cramers_v/c~d')).toMatchObject({ value: 1, n: 6 });
    expect(figure('pearson_change/x~y')).toMatchObject({ value: 0, on: 'both', pair: ['x', 'y'] });
  });

  it('are measured only on request, and without rows they say why they are not', () => {
    expect(() => measure(frame, { frame })('pearson/x~y')).toThrow(/no figure/);
    expect(() => measure(frame)('duplicate_rows')).toThrow(/no figure/);
    expect(measure(frame, { metrics: 'all' })('duplicate_rows').value).toBeNull();
  });

  it.each<[string, readonly number[], readonly number[], number | null]>([
    ['a straight line', [1, 2, 3, 4], [2, 4, 6, 8], 1],
    ['a falling line', [1, 2, 3, 4], [1e300, 1e299, -1e299, -2e300], -1],
    ['two rows', [1, 2], [5, 3], -1],
    ['one row', [1], [5], null],
    ['no rows', [], [], null],
    ['a constant', [0.1, 0.1, 0.1], [1, 2, 3], null],
  ])('rank correlation of %s', (_, x, y, value) => {
    const pair = frameOf([numbers('x', x), numbers('y', y)]);
    const got = measure(pair, { metrics: ['spearman'], frame: pair })('spearman/x~y').value;
    if (value === null) expect(got).toBeNull();
    else expect(got).toBeCloseTo(value, 12);
  });

  it('without a feature there is nothing to repeat', () => {
    expect(measure(frameOf([]), { metrics: 'all', frame: frameOf([]) })('duplicate_rows').value).toBeNull();
  });

  it("one category only: Cramer's V has no value", () => {
    const flat = frameOf([texts('c', ['a', 'a']), texts('d', ['p', 'q'])]);
    expect(measure(flat, { metrics: ['cramers_v'], frame: flat })('cramers_v/c~d').value).toBeNull();
  });
});
