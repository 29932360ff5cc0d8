import { expect, test } from 'vitest';
import type { Figure } from '../../src/model/figure.js';
import { compareFigure, type ExpectedFigure, listCases, readCase, readExpected } from './read-case.js';

test('all 49 cases are read, with the rows and figures that the set announces', () => {
  const names = listCases();
  expect(names).toHaveLength(49);
  expect(names.map((name) => readExpected(name).figures.length).reduce((sum, count) => sum + count)).toBe(20_999);
  const adult = readCase('adult-age');
  expect([adult.reference.rows, adult.current.rows]).toEqual([3000, 3000]);
  expect(adult.roles).toMatchObject({
    task: 'binary',
    positive: '1',
    sensitive: [['sex'], ['race'], ['sex', 'race']],
    privileged: { sex: 'Male', race: 'White' },
  });
});

test('an empty cell is missing, and the text of a missing number is no type mismatch', () => {
  const { current } = readCase('edge-missing');
  const x = current.columns.get('x');
  const c = current.columns.get('c');
  expect(x?.kind === 'numeric' && [Number.isNaN(x.values[0]), x.typeMismatches]).toEqual([true, 0]);
  expect(c?.kind === 'category' && c.codes.includes(-1)).toBe(true);
});

const expected = (value: ExpectedFigure['value'], rel = 1e-9): ExpectedFigure => ({
  id: 'a',
  family: 'performance',
  figure: 'a',
  on: 'current',
  value,
  tolerance: { rel, abs: 0 },
});
const got = (value: Exclude<Figure['value'], null>): Figure => ({
  id: 'a',
  family: 'performance',
  metric: 'a',
  on: 'current',
  n: 1,
  value,
});
const absent = (reason: string): Figure => ({ ...got(0), value: null, reason });

test.each([
  ['a number within tolerance', expected(2), got(2 + 1e-9), true],
  ['a number outside tolerance', expected(2), got(2 + 1e-8), false],
  ['a table with one cell off', expected([[1, 2]], 0), got([[1, 3]]), false],
  ['a table of another shape', expected([[1, 2]], 0), got([[1, 2], []]), false],
  ['a value where none is defined', expected(null), got(0), false],
  ['no value with a reason where none is defined', expected(null), absent('one class only'), true],
  ['no value and no reason', expected(null), absent(''), false],
  ['no value where one is expected', expected(0), absent('one class only'), false],
  ['a missing figure', expected(0), undefined, false],
  ['a truth value', expected(true), got(true), true],
  ['NaN', expected(1), got(NaN), false],
])('agreement: %s', (_, wanted, found, agree) => {
  expect(compareFigure(wanted, found) === undefined).toBe(agree);
});
