/** Parts of a frame: the rows of one version, the share that is labelled. */
import type { CategoryColumn, Column, Frame, NumericColumn } from './frame.js';

/** The rows at `indices`, in that order; dictionaries stay as they are. */
export function takeRows(frame: Frame, indices: Int32Array): Frame {
  const columns = new Map<string, Column>();
  for (const [name, column] of frame.columns) {
    columns.set(name, column.kind === 'numeric' ? takeNumeric(column, indices) : takeCategory(column, indices));
  }
  return { rows: indices.length, columns, intake: frame.intake };
}

function takeNumeric(column: NumericColumn, indices: Int32Array): NumericColumn {
  const values = new Float64Array(indices.length);
  for (let i = 0; i < indices.length; i += 1) values[i] = column.values[indices[i] ?? 0] ?? NaN;
  return { ...column, values };
}

function takeCategory(column: CategoryColumn, indices: Int32Array): CategoryColumn {
  const codes = new Int32Array(indices.length);
  for (let i = 0; i < indices.length; i += 1) codes[i] = column.codes[indices[i] ?? 0] ?? -1;
  return { ...column, codes };
}

/** Rows whose cell is present. */
export function presentCount(frame: Frame, name: string): number {
  const column = frame.columns.get(name);
  if (column === undefined) return 0;
  let count = 0;
  if (column.kind === 'numeric') for (const value of column.values) count += Number.isNaN(value) ? 0 : 1;
  else for (const code of column.codes) count += code < 0 ? 0 : 1;
  return count;
}

export interface VersionRows {
  /** Null where rows name no version. */
  readonly version: string | null;
  readonly frame: Frame;
}

/** One part for each version in the window; first the one that served last. A window of one version is not copied. */
export function splitByVersion(frame: Frame, versionColumn: string): readonly VersionRows[] {
  const column = frame.columns.get(versionColumn);
  if (column?.kind !== 'category' || frame.rows === 0) return [{ version: null, frame }];
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < frame.rows; row += 1) {
    const code = column.codes[row] ?? -1;
    const rows = rowsOf.get(code);
    if (rows === undefined) rowsOf.set(code, [row]);
    else rows.push(row);
  }
  const nameOf = (code: number): string | null => (code < 0 ? null : (column.levels[code] ?? null));
  if (rowsOf.size === 1) return [{ version: nameOf(column.codes[0] ?? -1), frame }];
  return [...rowsOf]
    .sort(([, a], [, b]) => (b.at(-1) ?? 0) - (a.at(-1) ?? 0))
    .map(([code, rows]) => ({ version: nameOf(code), frame: takeRows(frame, Int32Array.from(rows)) }));
}
