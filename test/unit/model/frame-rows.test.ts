/** A window taken apart by the version that served each row. */
import { expect, test } from 'vitest';
import type { Frame } from '../../../src/model/frame.js';
import { splitByVersion } from '../../../src/model/frame-rows.js';

const frameOf = (codes: readonly number[], levels: readonly string[]): Frame => ({
  rows: codes.length,
  columns: new Map([
    ['v', { kind: 'category', name: 'v', codes: Int8Array.from(codes), levels }],
    ['x', { kind: 'numeric', name: 'x', typeMismatches: 0, values: Float64Array.from(codes, (_, row) => row) }],
  ]),
  intake: { read: codes.length, duplicateIds: 0, poison: 0 },
});

const rowsOf = (frame: Frame): readonly number[] => {
  const column = frame.columns.get('x');
  return column?.kind === 'numeric' ? [...column.values] : [];
};

test.each([
  ['two versions', [0, 1, 0, 1, 1, 0], ['a', 'b'], { a: [0, 2, 5], b: [1, 3, 4] }],
  ['rows without a version', [-1, 1, -1, 2], ['a', 'b', 'c'], { c: [3], null: [0, 2], b: [1] }],
] as const)('%s: each has its rows in their order, the one that served last comes first', (_, codes, levels, parts) => {
  const split = splitByVersion(frameOf(codes, levels), 'v');
  expect(split.map(({ version, frame }) => [String(version), rowsOf(frame)])).toEqual(Object.entries(parts));
});

test.each([
  ['one version', [1, 1, 1], 'b'],
  ['no row that names a version', [-1, -1], null],
])('%s: the window is not copied', (_, codes, version) => {
  const frame = frameOf(codes, ['a', 'b']);
  const [part, ...others] = splitByVersion(frame, 'v');
  expect(part?.version).toBe(version);
  expect(part?.frame).toBe(frame);
  expect(others).toEqual([]);
});

test.each([
  ['no such column', frameOf([0], ['a']), 'w'],
  ['no rows', frameOf([], ['a']), 'v'],
])('%s: the window is of no version', (_, frame, column) => {
  expect(splitByVersion(frame, column)).toEqual([{ version: null, frame }]);
});
