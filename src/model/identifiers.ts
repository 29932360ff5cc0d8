/**
 * Which names may stand in a definition. Columns and tables are quoted wherever they enter SQL; this check keeps out
 * what no quoting should have to cope with, and names that MySQL itself refuses.
 */

/** A column of a table: letters of any script, digits, `_`, `$`, `-` and inner spaces; at most 64 characters. */
export const COLUMN_NAME = /^(?! )[\p{L}\p{N}_$ -]{1,64}(?<! )$/u;

/**
 * A feature or attribute. A key of a JSON column may hold more than a column's name: also `. / % # & + ( ) ?`. The
 * signs `$` and `:` are kept for the columns that a frame holds beside the features.
 */
export const FEATURE_NAME = /^(?! )[\p{L}\p{N}_.\-/%#&+()? ]{1,64}(?<! )$/u;

/** A table or view, with or without its database: `outcomes`, `shop.outcomes`. */
export const TABLE_NAME = /^[\p{L}\p{N}_$-]{1,64}(\.[\p{L}\p{N}_$-]{1,64})?$/u;

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
