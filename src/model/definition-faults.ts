/** Faults of a definition file: Zod's issues in words that say what is wrong and what to do. */
import type { z } from 'zod';
import { CURE_MARK } from './definition-leaves.js';
import { placeInShape, type PlaceInShape } from './definition-shape.js';
import type { Complaint, Path, YamlFile } from './definition-yaml.js';
import { didYouMean } from './nearest.js';

export interface Fault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** `rules.add[2].clear`; empty where the file as a whole is meant. */
  readonly path: string;
  readonly message: string;
  /** What to do about it. */
  readonly cure: string;
}

export function pathText(path: Path): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${String(key)}]`;
    else if (/^[\w-]+$/.test(key)) text += text === '' ? key : `.${key}`;
    else text += `[${JSON.stringify(key)}]`;
  }
  return text;
}

/** Places the complaints in the file, in reading order, each once. */
export function faultsOf(complaints: readonly Complaint[], yaml: YamlFile, file: string): Fault[] {
  const faults = complaints.map(({ path, on, at, position, message, cure }): Fault => {
    const { line, column } = position ?? yaml.locate(at ?? path, on ?? 'value');
    return { file, line, column, path: pathText(path), message, cure };
  });
  const distinct = new Map(faults.map((fault) => [JSON.stringify(fault), fault]));
  return [...distinct.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

export type Issue = z.core.$ZodIssue;

/**
 * Issues without unions: where a value matches the kind of one option (a mapping, a text), that option's own issues are
 * meant; where it matches none, the union's. Paths are complete.
 */
export function plainIssues(issues: readonly Issue[], prefix: Path = []): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    const path = [...prefix, ...(issue.path as Path)];
    if (issue.code !== 'invalid_union') return [{ ...issue, path }];
    const fitting = issue.errors.filter((option) => !option.some((inner) => isOfAnotherKind(inner)));
    const [only] = fitting;
    return only !== undefined && fitting.length === 1 ? plainIssues(only, path) : [{ ...issue, path }];
  });
}

function isOfAnotherKind(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a mapping of keys and values',
  record: 'a mapping of keys and values',
};

/** Addresses with a password, and Slack's tokens: people paste them into the wrong line, and faults are shown to many. */
const LOOKS_SECRET = /:\/\/[^/\s]*@|xox[a-z]-/;

function shown(value: unknown, secret: boolean): string {
  if (typeof value === 'string') {
    if (secret || LOOKS_SECRET.test(value)) return 'a text that is not shown here';
    return value.length > 60 ? `a text of ${String(value.length)} characters` : JSON.stringify(value);
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' && value !== null ? 'a mapping' : 'nothing';
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** One value in YAML's own brackets, as an example to copy. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${inline(inner)}`);
    return `{ ${pairs.join(', ')} }`;
  }
  return typeof value === 'string' && !/^[\p{L}\p{N}][\p{L}\p{N} _./:-]*$/u.test(value)
    ? JSON.stringify(value)
    : String(value);
}

export interface Reading {
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
  readonly yaml: YamlFile;
}

function keyName(path: Path): string {
  const last = path.at(-1);
  return last === undefined ? 'The file' : typeof last === 'number' ? `Item ${String(last + 1)}` : `\`${last}\``;
}

/** Keys of the file that are gone, and what stands in their place. */
const FORMER_KEYS: ReadonlyMap<string, string> = new Map([
  ['segments', 'For `segments: false` write `leave_out: [segment]`; else leave the line out'],
]);

/** Complaints about one plain issue; unknown keys give one each. */
export function complaintsOf(issue: Issue, reading: Reading): Complaint[] {
  const path = issue.path as Path;
  const place = placeInShape(reading.schema, path);
  if (issue.code === 'unrecognized_keys') {
    const where = path.length === 0 ? 'a definition' : `\`${pathText(path)}\``;
    return issue.keys.map((key) => ({
      path: [...path, key],
      on: 'key',
      message: `\`${key}\` is not a key of ${where}`,
      cure: (path.length === 0 && FORMER_KEYS.get(key)) || didYouMean(key, place.keys, 'Keys here'),
    }));
  }
  if (issue.code === 'invalid_key') {
    const expects = placeInShape(reading.schema, path.slice(0, -1)).keyExpectation;
    const message = `The key ${keyName(path)} must be ${expects?.expects ?? 'a name'}`;
    return [{ path, on: 'key', message, cure: expects?.cure ?? 'Use another name' }];
  }
  const value = valueAt(reading.value, path);
  if (value === undefined) return [missing(path, place)];
  if (value === null) return [empty(path, place, reading.yaml)];
  return [wrong(issue, value, place)];
}

function exampleCure(path: Path, place: PlaceInShape, verb: string): string {
  const { example } = place;
  const key = path.findLast((part) => typeof part === 'string') ?? '';
  return example === undefined ? `${verb} \`${key}\`` : `${verb} for example \`${key}: ${inline(example)}\``;
}

function missing(path: Path, place: PlaceInShape): Complaint {
  const parent = path.slice(0, -1);
  const where = parent.length === 0 ? '' : ` in \`${pathText(parent)}\``;
  return { path, on: 'key', message: `${keyName(path)} is missing${where}`, cure: exampleCure(path, place, 'Add') };
}

function empty(path: Path, place: PlaceInShape, yaml: YamlFile): Complaint {
  const message = `${keyName(path)} has no value`;
  const comment = yaml.commentAfter(path);
  if (comment !== undefined && place.accepts(comment)) {
    return { path, on: 'key', message, cure: 'A bare # begins a comment: put the value into quotes' };
  }
  return { path, on: 'key', message, cure: `${exampleCure(path, place, 'Write')}, or leave the key out` };
}

const SEE_DOCS = 'See docs/definition.md';

function wrong(issue: Issue, value: unknown, place: PlaceInShape): Complaint {
  const path = issue.path as Path;
  const [own, cure] = issue.message.split(CURE_MARK);
  const { expectation } = place;
  const got = shown(value, expectation?.secret ?? false);
  if (own !== undefined && cure !== undefined) return { path, message: `${keyName(path)} ${own}: ${got}`, cure };
  if (issue.code === 'invalid_value') {
    const choices = issue.values.map(String);
    const cured =
      typeof value === 'string' ? didYouMean(value, choices, 'Choose one of') : `Write \`${choices[0] ?? ''}\``;
    return { path, message: `${keyName(path)} must be ${choices.join(', ')}, but is ${got}`, cure: cured };
  }
  const expects = expectation?.expects ?? genericExpectation(issue);
  const fallback = issue.code === 'invalid_type' && issue.expected === 'boolean' ? 'Write `true` or `false`' : SEE_DOCS;
  const example = place.example === undefined ? fallback : `For example \`${inline(place.example)}\``;
  const help =
    typeof value === 'number' && place.accepts(String(value))
      ? `Put it into quotes: \`"${value}"\``
      : (expectation?.cure ?? example);
  return { path, message: `${keyName(path)} must be ${expects}, but is ${got}`, cure: help };
}

function genericExpectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'too_small':
      return issue.origin === 'array'
        ? `a list of at least ${String(issue.minimum)}`
        : `at least ${String(issue.minimum)}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `a list of at most ${String(issue.maximum)}`
        : `at most ${String(issue.maximum)}`;
    default:
      return 'something else';
  }
}
