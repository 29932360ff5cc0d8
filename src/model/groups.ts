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

/** Codes of one of the columns. */
interface Part {
  readonly classes: readonly string[];
  readonly codes: Int32Array;
}

/** So many crossed values find their group in a table; more than these are looked up. */
const TABLE_SIZE = 65_536;

function crossInto(keys: Int32Array, codes: Int32Array, size: number): void {
  for (let row = 0; row < keys.length; row++) {
    const [key, code] = [keys[row] as number, codes[row] as number];
    keys[row] = key < 0 || code < 0 ? -1 : key * size + code;
  }
}

/** Writes each row's place in the table over it. */
function lookUp(keys: Int32Array, table: Int32Array): void {
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row] as number;
    if (key >= 0) keys[row] = table[key] as number;
  }
}

function nameOfKey(parts: readonly Part[], key: number): string {
  const texts: string[] = [];
  let rest = key;
  for (const { classes } of parts.toReversed()) {
    texts.push(classes[rest % classes.length] as string);
    rest = Math.floor(rest / classes.length);
  }
  return texts.reverse().join(JOIN);
}

const placesOf = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(names.map((name, at) => [name, at]));

/** The codes of all parts become one number a row, by which a table knows its group. */
function groupByTable(parts: readonly [Part, ...Part[]], kinds: number): Pick<Grouping, 'names' | 'codes'> {
  const [{ codes }, ...others] = parts;
  for (const part of others) crossInto(codes, part.codes, part.classes.length);
  const occurs = new Uint8Array(kinds);
  for (let row = 0; row < codes.length; row++) {
    const key = codes[row] as number;
    if (key >= 0) occurs[key] = 1;
  }
  // Texts that hold the mark between two values may give two keys one name.
  const nameOf = Array.from(occurs, (does, key) => (does === 1 ? nameOfKey(parts, key) : null));
  const names = [...new Set(nameOf.filter((name) => name !== null))].sort(byCodePoint);
  const places = placesOf(names);
  lookUp(
    codes,
    Int32Array.from(nameOf, (name) => (name === null ? -1 : (places.get(name) as number))),
  );
  return { names, codes };
}

/** The same for parts with too many values: crossed values are kept as they come. */
function groupByLookingUp(parts: readonly Part[], rows: number): Pick<Grouping, 'names' | 'codes'> {
  const numberOf = new Map<string, number>();
  const codes = new Int32Array(rows).fill(-1);
  // Codes of the parts become one number where that stays exact, so that texts are joined once a group and not once a row.
  const firstOf = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
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
  const places = placesOf(names);
  lookUp(
    codes,
    Int32Array.from(numberOf.keys(), (name) => places.get(name) as number),
  );
  return { names, codes };
}

/** The groups of the columns, or `undefined` where the frame lacks one of them. */
export function groupRows(frame: Frame, columns: readonly string[]): Grouping | undefined {
  const found = columns.flatMap((name) => frame.columns.get(name) ?? []);
  if (found.length !== columns.length) return undefined;
  const [first, ...others] = found.map((column): Part => {
    const { classes, codes } = commonClasses([column]);
    return { classes, codes: codes[0] as Int32Array };
  });
  if (first === undefined) return undefined;
  const parts = [first, ...others] as const;
  const kinds = parts.reduce((product, { classes }) => product * classes.length, 1);
  const grouped = kinds <= TABLE_SIZE ? groupByTable(parts, kinds) : groupByLookingUp(parts, frame.rows);
  return { attribute: columns.join(' x '), ...grouped };
}
