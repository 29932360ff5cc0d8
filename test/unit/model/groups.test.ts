/** Groups of crossed attributes, held against the texts joined row by row. */
import { describe, expect, test } from 'vitest';
import type { Column, Frame } from '../../../src/model/frame.js';
import { groupRows } from '../../../src/model/groups.js';
import { frameOf, numbers, texts } from '../frames.js';

const textOf = (column: Column, row: number): string | null => {
  if (column.kind === 'category') return column.levels[column.codes[row] as number] ?? null;
  const value = column.values[row] as number;
  return Number.isNaN(value) ? null : String(value);
};

/** Each row's group by its name. */
const namesOfRows = (frame: Frame, columns: readonly string[]): (string | null)[] => {
  const grouping = groupRows(frame, columns);
  return Array.from(grouping?.codes ?? [], (code) => (code < 0 ? null : (grouping?.names[code] as string)));
};

/** As many texts as rows, so that three such columns have more crossings than any table has places. */
const many = (name: string, rows: number): Column =>
  texts(
    name,
    Array.from({ length: rows }, (_, row) => (row % 7 === 3 ? null : `${name}${String((row * 37) % rows)}`)),
  );

describe('rows by groups', () => {
  const sex = texts('sex', ['m', 'f', null, 'm', 'f', 'm']);
  const race = texts('race', ['b', 'a', 'a', null, 'b', 'b']);
  const age = numbers('age', [30, 4, 30, 4, NaN, 30]);
  const small = frameOf([sex, race, age]);
  const large = frameOf([many('x', 90), many('y', 90), many('z', 90)]);
  test.each([
    ['one attribute', small, ['sex']],
    ['two', small, ['race', 'sex']],
    ['texts and numbers', small, ['sex', 'age', 'race']],
    ['more crossings than a table has places', large, ['x', 'y', 'z']],
  ] as const)(
    '%s: a row is of the group that its texts make, and of none where one is missing',
    (_, frame, columns) => {
      const joined = Array.from({ length: frame.rows }, (_row, row) => {
        const cells = columns.map((name) => textOf(frame.columns.get(name) as Column, row));
        return cells.includes(null) ? null : cells.join('|');
      });
      expect(namesOfRows(frame, columns)).toEqual(joined);
      expect(groupRows(frame, columns)?.names).toEqual([...new Set(joined.filter((text) => text !== null))].sort());
    },
  );

  test('two crossings that read alike are one group', () => {
    const frame = frameOf([texts('a', ['p|q', 'p']), texts('b', ['r', 'q|r'])]);
    expect(groupRows(frame, ['a', 'b'])).toEqual({ attribute: 'a x b', names: ['p|q|r'], codes: Int32Array.of(0, 0) });
  });

  test('an attribute without any value has no group', () => {
    const frame = frameOf([texts('a', [null, null]), texts('b', ['r', 's'])]);
    expect(groupRows(frame, ['a', 'b'])).toMatchObject({ names: [], codes: Int32Array.of(-1, -1) });
  });

  test('there are no groups by a column that the frame lacks, nor by no column', () => {
    expect(groupRows(small, ['sex', 'creed'])).toBeUndefined();
    expect(groupRows(small, [])).toBeUndefined();
  });
});
