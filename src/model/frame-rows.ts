/** Parts of a frame: the rows of one version, the share that is labelled. */
import { countPresent } from './columns.js';
import type { CategoryCodes, CategoryColumn, Column, Frame, NumericColumn } from './frame.js';

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
  return column === undefined ? 0 : countPresent(column);
}

export interface VersionRows {
  /** Null where rows name no version. */
  readonly version: string | null;
  readonly frame: Frame;
}

/** Whether every row has the code of the first. */
function areAlike(codes: CategoryCodes): boolean {
  const first = codes[0];
  for (let row = 1; row < codes.length; row += 1) if (codes[row] !== first) return false;
  return true;
}

/** One part for each version in the window; first the one that served last. A window of one version is not copied. */
export function splitByVersion(frame: Frame, versionColumn: string): readonly VersionRows[] {
  const column = frame.columns.get(versionColumn);
  if (column?.kind !== 'category' || frame.rows === 0) return [{ version: null, frame }];
  const { codes, levels } = column;
  const nameOf = (code: number): string | null => (code < 0 ? null : (levels[code] ?? null));
  if (areAlike(codes)) return [{ version: nameOf(codes[0] ?? -1), frame }];
  // By code + 1, as rows may name no version.
  const sizes = new Int32Array(levels.length + 1);
  for (let row = 0; row < codes.length; row += 1) sizes[(codes[row] as number) + 1]! += 1;
  const parts = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (let row = 0; row < codes.length; row += 1) {
    const at = (codes[row] as number) + 1;
    (parts[at] as Int32Array)[sizes[at]!++] = row;
  }
  return parts
    .map((rows, at) => ({ rows, code: at - 1 }))
    .filter(({ rows }) => rows.length > 0)
    .sort((a, b) => (b.rows.at(-1) ?? 0) - (a.rows.at(-1) ?? 0))
    .map(({ rows, code }) => ({ version: nameOf(code), frame: takeRows(frame, rows) }));
}
