/** Labels and predictions of classification as small whole numbers, whatever type the column has. */

import type { Column, Frame } from '../model/frame.js';

/** Order of texts by Unicode code point, as Python sorts; the built-in order is by UTF-16 unit. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length;) {
    const left = a.codePointAt(i) as number;
    const right = b.codePointAt(i) as number;
    if (left !== right) return left - right;
    i += left > 0xffff ? 2 : 1;
  }
  return a.length - b.length;
}

/** Whether each row is of the positive class: 1, 0, or -1 where the cell is missing. */
export function positives(column: Column, positive: string): Int8Array {
  if (column.kind === 'category') {
    const code = column.levels.indexOf(positive);
    return Int8Array.from(column.codes, (value) => (value < 0 ? -1 : Number(value === code)));
  }
  const wanted = Number(positive);
  return Int8Array.from(column.values, (value) => (Number.isNaN(value) ? -1 : Number(value === wanted)));
}

/** Classes of several columns under one numbering. */
export interface ClassCodes {
  /** Distinct texts in order of first appearance, column by column. */
  readonly classes: readonly string[];
  /** Per column, the class of each row; -1 is missing. */
  readonly codes: readonly Int32Array[];
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
    if (column.kind === 'numeric') {
      return Int32Array.from(column.values, (value) => (Number.isNaN(value) ? -1 : numberFor(String(value))));
    }
    const known = new Int32Array(column.levels.length).fill(-1);
    return Int32Array.from(column.codes, (code) => {
      if (code < 0) return -1;
      if (known[code] === -1) known[code] = numberFor(column.levels[code] as string);
      return known[code] as number;
    });
  });
  return { classes, codes };
}

/** The column of a name, where the frame has it. */
export function columnOf(frame: Frame, name: string | undefined): Column | undefined {
  return name === undefined ? undefined : frame.columns.get(name);
}

/** The column as numbers; texts that are numbers are read as such, others are missing. */
export function numbersOf(column: Column): Float64Array {
  if (column.kind === 'numeric') return column.values;
  const values = column.levels.map((text) => (text.trim() === '' ? NaN : Number(text)));
  return Float64Array.from(column.codes, (code) => (code < 0 ? NaN : (values[code] as number)));
}

/** Share of rows whose cell is present is the caller's; this counts them. */
export function countPresent(column: Column): number {
  let count = 0;
  if (column.kind === 'numeric') {
    for (const value of column.values) if (!Number.isNaN(value)) count++;
  } else {
    for (const code of column.codes) if (code >= 0) count++;
  }
  return count;
}
