/** The smallest parts of a definition file: texts, names, times and numbers, each with what a reader is told of it. */
import { z } from 'zod';
import { DURATION_PATTERN, parseDuration, parseSpan, SPAN_PATTERN, type Parsed } from './durations.js';
import type { Filters, Span } from './definition.js';
import {
  COLUMN_NAME,
  FEATURE_NAME,
  METRIC_NAME,
  PERSON_NAME,
  RULE_ID,
  SECRET_REFERENCE,
  TABLE_NAME,
} from './identifiers.js';
import { MODEL_ID } from './ids.js';
import { nearest } from './nearest.js';

/** What faults say of a leaf. Kept out of the JSON Schema, whose readers see description and examples. */
export interface Expectation {
  /** Completes "must be …". */
  readonly expects: string;
  /** What to do; by default the first example is shown. */
  readonly cure?: string;
  /** The text may be a secret in the wrong place: never repeat it. */
  readonly secret?: boolean;
}

export const expectations = z.registry<Expectation>();

/** Separates message and cure inside one Zod message; it cannot be typed in a YAML file. */
export const CURE_MARK = '\u001f';

/** A schema that says of itself what it expects; the example is what faults show. */
export function leaf<T extends z.ZodType>(schema: T, expectation: Expectation, example: unknown): T {
  const shown = schema.meta({ examples: [example] });
  expectations.add(shown, expectation);
  return shown;
}

/** A text that a parser turns into a value; the parser's own words become the fault. */
function parsed<T>(
  parse: (text: string) => Parsed<T>,
  pattern: string,
  expectation: Expectation,
  example: string,
): z.ZodType<T, string> {
  const schema = z.string().transform((text, context): T => {
    const result = parse(text.trim());
    if (result.ok) return result.value;
    context.addIssue({ code: 'custom', message: `${result.message}${CURE_MARK}${result.cure}` });
    return z.NEVER;
  });
  return leaf(schema.meta({ pattern }), expectation, example);
}

function positive(parse: (text: string) => Parsed<number>): (text: string) => Parsed<number> {
  return (text) => {
    const result = parse(text);
    return result.ok && result.value <= 0
      ? { ok: false, message: 'is no time at all', cure: 'Use more than zero, for example `15m`' }
      : result;
  };
}

const LENGTH = 'a length of time such as 15m, 2h, 1d, 2w or 1 month';
const CLOCK = 'a length of time such as 30s, 15m, 2h or 3d';

export const span = (example: string): z.ZodType<Span, string> =>
  parsed(parseSpan, SPAN_PATTERN, { expects: LENGTH }, example);
export const duration = (example: string): z.ZodType<number, string> =>
  parsed(positive(parseDuration), DURATION_PATTERN, { expects: CLOCK }, example);
export const durationOrZero = (example: string): z.ZodType<number, string> =>
  parsed(parseDuration, DURATION_PATTERN, { expects: CLOCK }, example);

function named(pattern: RegExp, expectation: Expectation, example: string): z.ZodString {
  return leaf(z.string().regex(pattern), expectation, example);
}

export const modelId = named(
  MODEL_ID,
  {
    expects: 'lower-case letters, digits and dashes, beginning with a letter, at most 64 characters',
    cure: 'For example `credit-risk-eu`',
  },
  'credit-risk-eu',
);

export const ruleId = named(
  RULE_ID,
  {
    expects: 'lower-case letters, digits and dashes, beginning with a letter, at most 64 characters',
    cure: 'For example `auc-floor`',
  },
  'auc-floor',
);

export const metricName = (example: string): z.ZodString =>
  named(METRIC_NAME, { expects: 'the name of a metric, such as roc_auc or missing_share' }, example);

export const columnName = (example: string): z.ZodString =>
  named(
    COLUMN_NAME,
    {
      expects: 'a column name of at most 64 letters and signs other than `?`, without spaces at its ends',
      cure: `For example \`${example}\`; a column named otherwise needs a view that renames it`,
    },
    example,
  );

export const featureName = (example: string): z.ZodString =>
  named(
    FEATURE_NAME,
    {
      expects: 'a name of at most 64 letters and signs other than `$` and `:`, without spaces at its ends',
      cure: `For example \`${example}\`; a feature named otherwise needs a view that renames it`,
    },
    example,
  );

export const tableName = (example: string): z.ZodString =>
  named(
    TABLE_NAME,
    {
      expects: 'a table name, or `database.table`, of letters and signs other than `?`',
      cure: `For example \`${example}\`; a table named otherwise needs a view that renames it`,
    },
    example,
  );

export const secret = (example: string): z.ZodString =>
  named(
    SECRET_REFERENCE,
    {
      expects: 'a reference to a secret, never the secret itself',
      cure: `Put the secret into an environment variable and write \`${example}\`, or into a file and write \`file:/run/secrets/NAME\``,
      secret: true,
    },
    example,
  );

export const person = (example: string): z.ZodString =>
  named(PERSON_NAME, { expects: 'the name of a person: letters, digits and `. _ @ -`' }, example);

export const email = (example: string): z.ZodString =>
  named(/^[^\s@<>,;"']+@[^\s@<>,;"']+$/, { expects: 'an e-mail address' }, example);

export const slackChannel = named(
  /^(#[^\s#,]{1,80}|[CG][A-Z0-9]{6,})$/,
  { expects: 'a Slack channel: `#name` in quotes, or its id', cure: 'For example `"#ml-alerts"`, with the quotes' },
  '#ml-alerts',
);

export const webAddress = named(
  /^https?:\/\/[^\s/@]+(\/[^\s]*)?$/,
  { expects: 'a web address that begins with https:// or http:// and holds no password', secret: true },
  'https://wiki.example.org/runbooks/credit-risk',
);

/** One spelling for every place that reads it: the server's time zone data distinguish capitals, JavaScript's do not. */
function parseTimeZone(name: string): Parsed<string> {
  const exact = /^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name);
  try {
    if (exact && new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '') {
      return { ok: true, value: name };
    }
  } catch {
    // The constructor throws for a name that it does not know: told below.
  }
  const guess = nearest(name, ['UTC', ...Intl.supportedValuesOf('timeZone')]);
  const cure =
    guess === undefined
      ? 'Write `UTC` or an IANA name such as `Europe/Paris`, letter by letter'
      : `Did you mean \`${guess}\`?`;
  return { ok: false, message: 'is not the name of a time zone', cure };
}

export const timezone = parsed(
  parseTimeZone,
  '^[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*)*$',
  { expects: 'the name of a time zone' },
  'Europe/Paris',
);

export const line = (example: string): z.ZodString =>
  leaf(
    z.string().regex(/^\S([^\n\r]{0,198}\S)?$/),
    { expects: 'one line of text of at most 200 characters, without spaces at its ends' },
    example,
  );

/** A value of a table's cell: YAML numbers are taken as they print, so that `1` equals the text 1 in the table. */
export const cell = (example: string): z.ZodType<string, string | number> =>
  leaf(
    z.union([z.string(), z.int()]).transform(String),
    { expects: 'a text or a whole number', cure: 'Put it in quotes as it stands in the table, for example `"yes"`' },
    example,
  );

/** A number beyond 2^53 would have lost digits before it is seen here; in quotes it keeps them. */
const exactNumber = z.number().refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value));
const filterCell = z.union([z.string(), z.boolean(), exactNumber.transform(String)]);

/** What a filter compares a column with: one value, or several of which one must be equal. */
export const filterValue = (example: string): z.ZodType<Filters[string]> =>
  leaf(
    z.union([filterCell, z.array(filterCell).min(1).max(1000)]),
    {
      expects: 'a text, a number, true or false, or a list of these',
      cure: 'For example `EU`, `3` or `[EU, UK]`; ranges and NULL need a view',
    },
    example,
  );

export const number = (example: number): z.ZodType<number, number> =>
  leaf(
    // Adding zero makes −0 a plain 0, which JSON can hold.
    z.number().transform((value) => value + 0),
    { expects: 'a number' },
    example,
  );

export const share = (example: number): z.ZodType<number, number> =>
  leaf(z.number().min(0).max(1), { expects: 'a share from 0 to 1' }, example);

export const count = (least: number, most: number, example: number): z.ZodType<number, number> =>
  leaf(z.int().min(least).max(most), { expects: `a whole number from ${String(least)} to ${String(most)}` }, example);
