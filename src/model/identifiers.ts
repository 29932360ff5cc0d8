/**
 * Which names may stand in a definition. Columns and tables are quoted wherever they enter SQL; this check keeps out
 * what no quoting should have to cope with, and names that MySQL itself refuses.
 */

/**
 * Characters of names, as the inside of a class: all that the servers allow between backticks, but for those that cannot be
 * seen, or change how what is around them reads. Not beyond U+FFFF, which the servers do not allow; and no question mark,
 * which drivers take for a value to be filled in wherever it stands.
 */
const SEEN = String.raw`\u00a1-\u00ac\u00ae-\u061b\u061d-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\uf900-\ufefe\uff00-\uffef`;

/** At most 64 characters, and no spaces at the ends. */
const named = (characters: string): string => `(?! )[${characters}]{1,64}(?<! )`;

/** A column of a table: any letters and signs but `?`; no controls, and no spaces at the ends. */
export const COLUMN_NAME = new RegExp(`^${named(String.raw` ->@-~${SEEN}`)}$`, 'u');

/**
 * A feature or attribute: as a column, and with `?`, which a key of a JSON column may hold. The signs `$` and `:` are kept for
 * the columns that a frame holds beside the features.
 */
export const FEATURE_NAME = new RegExp(`^${named(String.raw` -#%-9;-~\p{L}\p{N}${SEEN}`)}$`, 'u');

const TABLE_PART = named(String.raw` -\-/->@-~${SEEN}`);

/** A table or view, with or without its database: `outcomes`, `shop.outcomes`. As columns, but for dots. */
export const TABLE_NAME = new RegExp(String.raw`^${TABLE_PART}(\.${TABLE_PART})?$`, 'u');

/** A rule: lower-case letters, digits and dashes, beginning with a letter; part of the identity of alerts. */
export const RULE_ID = /^[a-z][a-z0-9-]{0,63}$/;

/** A metric of the catalogue, such as `roc_auc` or `chi2_p`. */
export const METRIC_NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** A secret by reference: `env:NAME` (environment variable) or `file:/absolute/path`. */
export const SECRET_REFERENCE = /^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/[^\0\n]+)$/;

/** A person as `--as` names them: letters, digits and `. _ @ -`. */
export const PERSON_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,127}$/u;

/** The crossing of several attributes as people read it, and as figures name it: `sex x race`. */
export function attributeName(columns: readonly string[]): string {
  return columns.join(' x ');
}
