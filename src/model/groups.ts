/** Rows by the groups of a sensitive attribute, or of a crossing of several. */

import { commonClasses } from './class-codes.js';
import type { Frame } from './frame.js';
import { byCodePoint } from './text-order.js';

/** Values of crossed attributes are joined by this. */
const JOIN = '|';

/** An attribute with more groups is no attribute to compare groups by; `race x sex x age` easily gets there. */
export const MOST_GROUPS = 200;

export interface Grouping {
  /** The attribute's name; crossings are written `sex x race`. */
  readonly attribute: string;
  /** Groups that occur, sorted by Unicode code point. */
  readonly names: readonly string[];
  /** Group of each row; -1 where one of the attributes is missing. */
  readonly codes: Int32Array;
}

/** The groups of the columns, or `undefined` where the frame lacks one of them. */
export function groupRows(frame: Frame, columns: readonly string[]): Grouping | undefined {
  const found = columns.flatMap((name) => frame.columns.get(name) ?? []);
  if (found.length !== columns.length || columns.length === 0) return undefined;
  const parts = found.map((column) => {
    const { classes, codes } = commonClasses([column]);
    return { classes, codes: codes[0] as Int32Array };
  });
  const numberOf = new Map<string, number>();
  const codes = new Int32Array(frame.rows).fill(-1);
  // Codes of the parts become one number where that stays exact, so that texts are joined once a group and not once a row.
  const firstOf = new Map<number, number>();
  for (let row = 0; row < frame.rows; row++) {
    let key = 0;
    let present = true;
    for (const part of parts) {
      const code = part.codes[row] as number;
      if (code < 0) {
        present = false;
        break;
      }
      key = key * part.classes.length + code;
    }
    if (!present) continue;
    let group = firstOf.get(key);
    if (group === undefined) {
      const name = parts.map((part) => part.classes[part.codes[row] as number] as string).join(JOIN);
      group = numberOf.get(name) ?? numberOf.size;
      numberOf.set(name, group);
      firstOf.set(key, group);
    }
    codes[row] = group;
  }
  const names = [...numberOf.keys()].sort(byCodePoint);
  const place = new Int32Array(names.length);
  names.forEach((name, at) => {
    place[numberOf.get(name) as number] = at;
  });
  for (let row = 0; row < codes.length; row++) {
    if ((codes[row] as number) >= 0) codes[row] = place[codes[row] as number] as number;
  }
  return { attribute: columns.join(' x '), names, codes };
}
