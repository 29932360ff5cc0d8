/** Names of tables and columns that come from definitions: checked, then quoted. Never put into SQL otherwise. */
import { COLUMN_NAME, TABLE_NAME } from '../../model/identifiers.js';

/** Between backticks only a backtick means something, and is written twice. */
const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** `` `name` `` for use as a column. */
export function quoteColumn(name: string): string {
  if (!COLUMN_NAME.test(name)) throw new Error(`"${name}" cannot be the name of a column here`);
  return quoted(name);
}

/** `` `table` `` or `` `schema`.`table` ``. */
export function quoteTable(name: string): string {
  if (!TABLE_NAME.test(name)) throw new Error(`"${name}" cannot be the name of a table here`);
  return name.split('.').map(quoted).join('.');
}
