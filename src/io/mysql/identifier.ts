/** Names of tables and columns that come from definitions: checked, then quoted. Never put into SQL otherwise. */

/** What both servers allow unquoted, plus dashes and spaces; at most 64 characters. No quotes, dots or control characters. */
const NAME = /^[\p{L}\p{N}_$ -]{1,64}$/u;

/** `` `name` `` for use as a column. */
export function quoteColumn(name: string): string {
  if (!NAME.test(name)) throw new Error(`"${name}" cannot be the name of a column here`);
  return `\`${name}\``;
}

/** `` `table` `` or `` `schema`.`table` ``. */
export function quoteTable(name: string): string {
  const parts = name.split('.');
  if (parts.length > 2 || !parts.every((part) => NAME.test(part))) {
    throw new Error(`"${name}" cannot be the name of a table here`);
  }
  return parts.map((part) => `\`${part}\``).join('.');
}
