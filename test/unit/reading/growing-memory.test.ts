import { setImmediate } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { CategoryBuilder, NumericBuilder } from '../../../src/io/mysql/column-builder.js';
import { COPIED_UP_TO, grown, type GrowingArray } from '../../../src/io/mysql/growing-memory.js';

const START = 1024;
/** Beyond what a large array can grow to where it lies. */
const BEYOND = 2 ** 24 + 1;

describe('an array that grows', () => {
  for (const kind of [Float64Array, Uint8Array, Int8Array, Int16Array, Int32Array]) {
    test(`keeps what it holds, and its new places hold 0: ${kind.name}`, () => {
      let values: GrowingArray = Int8Array.from({ length: START }, (_, i) => 1 + (i % 100));
      values = new kind(values);
      for (const capacity of [2 * START, COPIED_UP_TO, 4 * COPIED_UP_TO, 16 * COPIED_UP_TO, BEYOND]) {
        values = grown(values, capacity);
        expect(values.length).toBe(capacity);
        expect([values[0], values[START - 1], values[START], values[capacity - 1]]).toEqual([1, 24, 0, 0]);
      }
    });
  }

  test('is copied while it is small, and stays where it lies once it is large', () => {
    const small = grown(new Float64Array(START), COPIED_UP_TO);
    const large = grown(small, COPIED_UP_TO + 1);
    expect(large.buffer).not.toBe(small.buffer);
    expect(grown(large, 10 * COPIED_UP_TO).buffer).toBe(large.buffer);
  });
});

/** An array of 16 MiB that nobody holds when this is over. */
function outgrown(): WeakRef<ArrayBufferLike> {
  const memory = grown(new Float64Array(START), 2 * 2 ** 20).buffer;
  return new WeakRef(memory);
}

test('large arrays that nobody needs are collected when as much again was asked for, and nobody else gets the means', async () => {
  const first = outgrown();
  // Whoever was asked for in this turn stays until it is over.
  await setImmediate();
  for (let more = 0; more < 3; more++) outgrown();
  await setImmediate();
  expect(first.deref()).toBeUndefined();
  expect(runInNewContext('typeof gc')).toBe('undefined');
});

test('a large column of categories keeps its codes when they grow wider', () => {
  const rows = 3 * COPIED_UP_TO;
  const builder = new CategoryBuilder('c');
  let capacity = START;
  for (let row = 0; row < rows; row++) {
    if (row === capacity) builder.grow((capacity *= 4));
    // Wider codes are needed at row 65,536 + 128, and again at row 65,536 + 32,768.
    builder.setCell(row, row < COPIED_UP_TO ? 'one' : `level ${String(row)}`);
  }
  const column = builder.finish(rows);
  if (column.kind !== 'category') throw new Error('the column is no category');
  const texts = [0, COPIED_UP_TO, COPIED_UP_TO + 127, COPIED_UP_TO + 40_000, rows - 1].map(
    (row) => column.levels[column.codes[row] as number],
  );
  expect(column.codes).toHaveLength(rows);
  expect(texts).toEqual(['one', 'level 65536', 'level 65663', 'level 105536', `level ${String(rows - 1)}`]);
});

test('a large column of numbers ends where its rows end', () => {
  const rows = COPIED_UP_TO + 7;
  const builder = new NumericBuilder('x');
  let capacity = START;
  for (let row = 0; row < rows; row++) {
    if (row === capacity) builder.grow((capacity *= 4));
    builder.setCell(row, row / 2);
  }
  const column = builder.finish(rows);
  if (column.kind !== 'numeric') throw new Error('the column is no number');
  expect([column.values.length, column.values[rows - 1]]).toEqual([rows, (rows - 1) / 2]);
});
