/** Filters of a definition as conditions: equal to a value, or to one of several; names checked and quoted, values bound. */
import type { FilterCell, Filters } from '../../model/definition.js';
import { quoteColumn } from './identifier.js';

export interface Condition {
  readonly sql: string;
  readonly values: readonly string[];
}

/**
 * Bound as a text: a column that is no text has the value brought to its own type by the server, with all its digits and
 * with its index. As a number it would be compared as a double, and a text column would lose its index.
 */
const bound = (cell: FilterCell): string => (typeof cell === 'boolean' ? String(Number(cell)) : cell);

/** `alias` is that of the table, with its dot, or nothing. */
export function filterCondition(alias: string, column: string, filter: Filters[string]): Condition {
  const name = `${alias}${quoteColumn(column)}`;
  if (typeof filter !== 'object') return { sql: `${name} = ?`, values: [bound(filter)] };
  return { sql: `${name} IN (${filter.map(() => '?').join(', ')})`, values: filter.map(bound) };
}

export function filterConditions(alias: string, filters: Filters): readonly Condition[] {
  return Object.entries(filters).map(([column, filter]) => filterCondition(alias, column, filter));
}

const NUMERIC = ['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'float', 'double', 'bit', 'year'];
const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;

/** Why a column of this type can never have one of these values, or has others that would be taken for it; else null. */
export function filterObstacle(
  type: string,
  filter: Filters[string],
): { readonly why: string; readonly cure: string } | null {
  const cells = typeof filter === 'object' ? filter : [filter];
  const isNumeric = NUMERIC.includes(type);
  for (const cell of cells) {
    if (typeof cell === 'boolean') {
      if (isNumeric) continue;
      return {
        why: `holds texts, and ${String(cell)} stands for a number`,
        cure: `Put it in quotes: "${String(cell)}"`,
      };
    }
    if (isNumeric && !NUMBER.test(cell)) {
      return { why: `holds numbers; the server would take "${cell}" for 0`, cure: 'Write a number, or true or false' };
    }
  }
  return null;
}
