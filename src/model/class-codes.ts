/** Labels and predictions of classification as small whole numbers, whatever type the column has. */

import type { CategoryCodes, Column } from './frame.js';

/** Whether each row is of the positive class: 1, 0, or -1 where the cell is missing. */
export function positives(column: Column, positive: string): Int8Array {
  const rows = column.kind === 'category' ? column.codes.length : column.values.length;
  const result = new Int8Array(rows);
  if (column.kind === 'category') {
    const wanted = column.levels.indexOf(positive);
    for (let row = 0; row < rows; row++) {
      const code = column.codes[row] as number;
      result[row] = code < 0 ? -1 : code === wanted ? 1 : 0;
    }
    return result;
  }
  const wanted = Number(positive);
  for (let row = 0; row < rows; row++) {
    const value = column.values[row] as number;
    result[row] = Number.isNaN(value) ? -1 : value === wanted ? 1 : 0;
  }
  return result;
}

/** Classes of several columns under one numbering. */
export interface ClassCodes {
  /** Distinct texts, column by column; some may belong to no row. */
  readonly classes: readonly string[];
  /** Per column, the class of each row; -1 is missing. */
  readonly codes: readonly Int32Array[];
}

function renumbered(codes: CategoryCodes, numbers: readonly number[]): Int32Array {
  const table = Int32Array.from(numbers);
  const result = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    result[row] = code < 0 ? -1 : (table[code] as number);
  }
  return result;
}

/** Texts of each column under one common numbering; numbers are taken by their shortest text. */
export function commonClasses(columns: readonly Column[]): ClassCodes {
  const numberOf = new Map<string, number>();
  const classes: string[] = [];
  const numberFor = (text: string): number => {
    let code = numberOf.get(text);
    if (code === undefined) {
      code = classes.length;
      numberOf.set(text, code);
      classes.push(text);
    }
    return code;
  };
  const codes = columns.map((column) => {
    if (column.kind === 'category') return renumbered(column.codes, column.levels.map(numberFor));
    const { values } = column;
    const result = new Int32Array(values.length);
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      result[row] = Number.isNaN(value) ? -1 : numberFor(String(value));
    }
    return result;
  });
  return { classes, codes };
}
