/** Small frames for tests: numbers make a numeric column, texts a category; `null` is missing. */
import type { Column, Frame, Roles } from '../../src/model/frame.js';

export type Cells = ReadonlyArray<number | null> | ReadonlyArray<string | null>;

function columnOf(name: string, cells: Cells): Column {
  if (cells.some((cell) => typeof cell === 'string')) {
    const levels = [...new Set(cells.filter((cell) => cell !== null).map(String))];
    const codes = Int32Array.from(cells as ReadonlyArray<string | null>, (cell) =>
      cell === null ? -1 : levels.indexOf(cell),
    );
    return { kind: 'category', name, codes, levels };
  }
  const values = Float64Array.from(cells as ReadonlyArray<number | null>, (cell) => cell ?? NaN);
  return { kind: 'numeric', name, values, typeMismatches: 0 };
}

export function frameOf(columns: Readonly<Record<string, Cells>>): Frame {
  const rows = Object.values(columns)[0]?.length ?? 0;
  return {
    rows,
    columns: new Map(Object.entries(columns).map(([name, cells]) => [name, columnOf(name, cells)])),
    intake: { read: rows, duplicateIds: 0, poison: 0 },
  };
}

/** A binary classifier with the columns `label`, `prediction` and `score`. */
export function binaryRoles(change: Partial<Roles> = {}): Roles {
  return {
    task: 'binary',
    numeric: [],
    categorical: [],
    label: 'label',
    prediction: 'prediction',
    score: 'score',
    positive: '1',
    sensitive: [],
    scoresAreProbabilities: true,
    ...change,
  };
}

/** A regression with the columns `label` and `prediction`. */
export function regressionRoles(change: Partial<Roles> = {}): Roles {
  return {
    task: 'regression',
    numeric: [],
    categorical: [],
    label: 'label',
    prediction: 'prediction',
    sensitive: [],
    scoresAreProbabilities: true,
    ...change,
  };
}

/** A multi-class model with the columns `label` and `prediction`, and a score column for each class where named. */
export function multiclassRoles(classes: readonly string[] = [], change: Partial<Roles> = {}): Roles {
  return {
    ...regressionRoles(),
    task: 'multiclass',
    ...(classes.length > 0 && { scores: classes.map((name) => [name, `score_${name}`] as const) }),
    ...change,
  };
}
