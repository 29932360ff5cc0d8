/** Frames for tests, from plain lists. */

import type { Column, Frame, Roles } from '../../src/model/frame.js';

export function numbers(name: string, values: readonly number[], typeMismatches = 0): Column {
  return { kind: 'numeric', name, values: Float64Array.from(values), typeMismatches };
}

/** Texts; `null` is missing. */
export function texts(name: string, values: ReadonlyArray<string | null>): Column {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    kind: 'category',
    name,
    levels,
    codes: Int32Array.from(values, (v) => (v === null ? -1 : levels.indexOf(v))),
  };
}

export function frameOf(columns: readonly Column[], intake: Partial<Frame['intake']> = {}): Frame {
  const first = columns[0];
  const rows = first === undefined ? 0 : first.kind === 'numeric' ? first.values.length : first.codes.length;
  return {
    rows,
    columns: new Map(columns.map((column) => [column.name, column])),
    intake: { read: rows, duplicateIds: 0, poison: 0, ...intake },
  };
}

/** Features only; every column of the frame by its kind. */
export function rolesFor(frame: Frame, extra: Partial<Roles> = {}): Roles {
  const of = (kind: Column['kind']): string[] =>
    [...frame.columns.values()].filter((column) => column.kind === kind).map(({ name }) => name);
  return {
    task: 'binary',
    numeric: of('numeric'),
    categorical: of('category'),
    sensitive: [],
    scoresAreProbabilities: true,
    ...extra,
  };
}
