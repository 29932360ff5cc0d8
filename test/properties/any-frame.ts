/** Frames that hold anything a source may give: wild numbers, ties, gaps, one class, empty and odd texts, no rows at all. */

import fc from 'fast-check';
import type { Column, Frame, Roles, Task } from '../../src/model/frame.js';

/** Of one order of magnitude, so that a sum does not depend on its order beyond rounding. */
const tameNumber = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(NaN, 0, -0, 0.5, Infinity, -Infinity));
const wildNumber = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 3, arbitrary: fc.double({ noNaN: true, min: -1e3, max: 1e3 }) },
  { weight: 1, arbitrary: fc.double() },
  {
    weight: 2,
    arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 5e-324, -5e-324, 1e308, -1e308, Number.MAX_VALUE),
  },
);
const probability = fc.oneof(
  { weight: 4, arbitrary: fc.double({ noNaN: true, min: 0, max: 1 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 0.5, 5e-324, 1 - Number.EPSILON / 2) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, NaN, 1.5, -0.5, Infinity) },
);
const tameScore = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 16 }).map((parts) => parts / 16) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, NaN, 1.5, -0.5) },
);
const oddText = fc.constantFrom(
  'a',
  'b',
  'c',
  '',
  ' ',
  'NA',
  '1',
  '0',
  'größe',
  '𝒳',
  'e\u0301',
  '\u202e',
  'x/y|z~w',
  'constructor',
);
const outcomeText = fc.constantFrom('0', '1', '1', '0', 'other');
const missing = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 6 });

interface Row {
  readonly x: number;
  readonly y: number;
  readonly c: string | null;
  readonly d: string | null;
  readonly group: string | null;
  readonly score: number;
  readonly second: number;
  readonly took: number;
  readonly code: string | null;
  readonly outcome: string | null;
  readonly said: string | null;
  readonly amount: number;
  readonly guess: number;
}

function rowsWith(amount: fc.Arbitrary<number>, score: fc.Arbitrary<number>): fc.Arbitrary<readonly Row[]> {
  const row: fc.Arbitrary<Row> = fc.record({
    ...{ x: amount, y: amount, amount, guess: amount, took: amount },
    ...{ c: missing(oddText), d: missing(oddText), group: missing(oddText), code: missing(oddText) },
    ...{ score, second: score, outcome: missing(outcomeText), said: missing(outcomeText) },
  });
  // Now and then the same row over and over: every column is constant.
  const constant = fc.tuple(row, fc.integer({ min: 1, max: 30 }));
  return fc.oneof(
    { weight: 6, arbitrary: fc.array(row, { maxLength: 40 }) },
    { weight: 1, arbitrary: constant.map(([one, times]) => new Array<Row>(times).fill(one)) },
  );
}

export const anyRows = rowsWith(wildNumber, probability);
export const tameRows = rowsWith(tameNumber, tameScore);

function numbers(name: string, values: readonly number[]): Column {
  return { kind: 'numeric', name, values: Float64Array.from(values), typeMismatches: 0 };
}

function texts(name: string, values: ReadonlyArray<string | null>): Column {
  const levels = [...new Set(values.filter((value) => value !== null))];
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value)));
  return { kind: 'category', name, codes, levels };
}

/** Label and prediction are classes, or numbers for a regression. */
export function frameOfRows(rows: readonly Row[], task: Task): Frame {
  const text = (name: string, of: (row: Row) => string | null): Column => texts(name, rows.map(of));
  const number = (name: string, of: (row: Row) => number): Column => numbers(name, rows.map(of));
  const outcome =
    task === 'regression'
      ? [number('label', (row) => row.amount), number('prediction', (row) => row.guess)]
      : [text('label', (row) => row.outcome), text('prediction', (row) => row.said)];
  const columns = [
    ...[number('x', (row) => row.x), number('y', (row) => row.y)],
    ...[text('c', (row) => row.c), text('d', (row) => row.d), text('group', (row) => row.group)],
    ...[number('score', (row) => row.score), number('second', (row) => row.second)],
    ...[number('took', (row) => row.took), text('code', (row) => row.code)],
    ...outcome,
  ];
  return {
    rows: rows.length,
    columns: new Map(columns.map((column) => [column.name, column])),
    intake: { read: rows.length, duplicateIds: 0, poison: 0 },
  };
}

/** Every role that a task has; one column of numbers stands for all that a request takes. */
export function rolesOfTask(task: Task): Roles {
  return {
    ...{ task, numeric: ['x', 'y'], categorical: ['c', 'd'], label: 'label', prediction: 'prediction' },
    ...{ sensitive: [['group'], ['group', 'c']], privileged: { group: 'a' }, scoresAreProbabilities: true },
    ...{ latency: 'took', processing: 'x', cpu: 'took', memory: 'y', error: 'code', caller: 'group' },
    ...(task === 'binary' && { positive: '1', score: 'score' }),
    ...(task === 'multiclass' && {
      scores: [
        ['0', 'score'],
        ['1', 'second'],
      ],
    }),
  };
}

export const TASKS: readonly Task[] = ['binary', 'multiclass', 'regression'];
