/** Which column plays which part, told from names, types and a sample; each guess with its reason. */
import type { SampledColumn } from '../../io/mysql/table-sample.js';
import { FEATURE_NAME } from '../../model/identifiers.js';
import { RESERVED_FEATURE_NAMES } from '../../model/roles.js';
import { PERSONAL_WORDS, plainName, ROLE_WORDS, SENSITIVE_WORDS } from './column-words.js';

export interface Guess {
  readonly value: string;
  /** Completes "because …", for the comment beside the line. */
  readonly why: string;
}

export type RoleName = keyof typeof ROLE_WORDS;

/** Columns that the user has named for a part. */
export type Named = Partial<Readonly<Record<RoleName, string>>>;

export interface GuessedColumns {
  readonly roles: Partial<Readonly<Record<RoleName, Guess>>>;
  /** Columns without a part: features, or left out. */
  readonly rest: readonly SampledColumn[];
}

const NUMBER = /^(tinyint|smallint|mediumint|int|bigint|decimal|float|double|bit|year)$/;
const TIME = /^(datetime|timestamp|date)$/;
const KEY = /^(tinyint|smallint|mediumint|int|bigint|decimal|char|varchar|binary|varbinary|uuid)$/;
const TEXT = /text$|^(char|varchar|enum|set)$/;

export const isNumber = ({ type }: SampledColumn): boolean => NUMBER.test(type);
export const isTime = ({ type }: SampledColumn): boolean => TIME.test(type);
const isClass = (column: SampledColumn): boolean => isNumber(column) || TEXT.test(column.type);

export const distinctOf = ({ values }: SampledColumn): number => new Set(values).size;

/** A key of a number between 0 and 1. */
const isShare = ({ values }: SampledColumn): boolean => values.every((text) => Number(text) >= 0 && Number(text) <= 1);

const FITS: Readonly<Record<RoleName, (column: SampledColumn) => boolean>> = {
  id: ({ type }) => KEY.test(type),
  time: isTime,
  version: isClass,
  prediction: isClass,
  score: (column) => isNumber(column) && isShare(column),
  label: isClass,
  arrived: isTime,
  latency: isNumber,
  error: isClass,
  featuresJson: ({ type }) => type === 'json' || type === 'longtext' || type === 'text',
};

/** Parts in the order in which they choose. The score comes before the prediction, which may have any type. */
const ORDER: readonly RoleName[] = [
  ...([
    'arrived',
    'time',
    'id',
    'version',
    'score',
    'prediction',
    'label',
    'latency',
    'error',
    'featuresJson',
  ] as const),
];

/** Parts that a table of predictions cannot do without. */
export const NEEDED_ROLES = ['id', 'time', 'prediction'] as const satisfies readonly RoleName[];

/** MariaDB keeps JSON as a text. */
function isJson({ values }: SampledColumn): boolean {
  return values.length > 0 && values.every((text) => text.trimStart().startsWith('{'));
}

function fits(role: RoleName, column: SampledColumn): boolean {
  if (!FITS[role](column)) return false;
  return role !== 'featuresJson' || isJson(column);
}

function byName(role: RoleName, free: readonly SampledColumn[]): Guess | undefined {
  for (const word of ROLE_WORDS[role]) {
    const column = free.find((one) => plainName(one.name) === word && fits(role, one));
    if (column !== undefined) return { value: column.name, why: `named like ${MEANING[role]}` };
  }
  return undefined;
}

const MEANING: Readonly<Record<RoleName, string>> = {
  id: 'an id',
  time: 'the time of a prediction',
  version: 'a version',
  prediction: 'a prediction',
  score: 'a score, and all its values lie between 0 and 1',
  label: 'an outcome',
  arrived: 'the time at which an outcome came in',
  latency: 'a latency in milliseconds',
  error: 'an error',
  featuresJson: 'the features, and it holds JSON objects',
};

/** Where names say nothing: the one key, the one time, the one name with the right ending. */
function byShape(role: RoleName, free: readonly SampledColumn[]): Guess | undefined {
  const matching = free.filter((column) => fits(role, column));
  const only = (found: readonly SampledColumn[], why: string): Guess | undefined =>
    found.length === 1 && found[0] !== undefined ? { value: found[0].name, why } : undefined;
  const ending = (pattern: RegExp): readonly SampledColumn[] =>
    matching.filter(({ name }) => pattern.test(plainName(name)));
  switch (role) {
    case 'id':
      return only(
        matching.filter(({ unique }) => unique),
        'the only key of one column',
      );
    case 'time':
      return only(matching, 'the only column that holds times');
    case 'prediction':
      return only(ending(/^(predicted|pred)_|_(prediction|predicted|pred)$/), 'its name tells of a prediction');
    case 'score':
      return only(
        ending(/_(score|prob|proba|probability)$/),
        'its name tells of a score, and its values lie in [0, 1]',
      );
    case 'label':
      return only(ending(/^(actual|true)_|_(label|actual|truth)$/), 'its name tells of an outcome');
    default:
      return undefined;
  }
}

/** A unique column goes before one that is only named like an id. */
function idByKey(free: readonly SampledColumn[]): Guess | undefined {
  const keys = free.filter((column) => column.unique && fits('id', column));
  const named = byName('id', keys);
  return named === undefined ? undefined : { ...named, why: 'a key, and named like one' };
}

/** Each column plays one part; what the user named is taken as it is. */
export function guessColumns(columns: readonly SampledColumn[], named: Named): GuessedColumns {
  const roles: Partial<Record<RoleName, Guess>> = {};
  for (const role of ORDER) {
    const value = named[role];
    if (value !== undefined) roles[role] = { value, why: 'as you said' };
  }
  const taken = (): ReadonlySet<string> => new Set(Object.values(roles).map(({ value }) => value));
  for (const role of ORDER) {
    if (roles[role] !== undefined) continue;
    const free = columns.filter(({ name }) => !taken().has(name));
    const guess = (role === 'id' ? idByKey(free) : undefined) ?? byName(role, free) ?? byShape(role, free);
    if (guess !== undefined) roles[role] = guess;
  }
  const last = taken();
  return { roles, rest: columns.filter(({ name }) => !last.has(name)) };
}

export interface FeatureGuess {
  readonly name: string;
  readonly why: string;
}

export interface GuessedFeatures {
  readonly numeric: readonly FeatureGuess[];
  readonly categorical: readonly FeatureGuess[];
  readonly sensitive: readonly FeatureGuess[];
  readonly leftOut: readonly FeatureGuess[];
}

/** Categories of a text that are few enough to be counted one by one. */
const FEW = 50;
/** … or so small a share of the rows that they are no free text. */
const FEW_SHARE = 0.05;

type Fate = readonly [list: 'numeric' | 'categorical' | 'leftOut', why: string];

function fateOf(column: SampledColumn): Fate {
  const { name, type, values, empty } = column;
  const word = plainName(name);
  const distinct = distinctOf(column);
  if (RESERVED_FEATURE_NAMES.includes(name)) return ['leftOut', 'a feature cannot have this name; rename it in a view'];
  if (!FEATURE_NAME.test(name)) return ['leftOut', 'a feature cannot have such a name; rename it in a view'];
  if (PERSONAL_WORDS.has(word)) return ['leftOut', 'looks like personal data, which tells of no group'];
  if (isTime(column)) return ['leftOut', 'a time; make an age or a weekday of it in a view, if the model sees it'];
  if (type === 'json' || isJson(column))
    return ['leftOut', 'holds JSON; name it with `features_json` if it holds the features'];
  if (values.length === 0 && empty > 0) return ['leftOut', 'is empty in all rows that were looked at'];
  if (/_(id|key|uuid)$/.test(word) || column.unique || type === 'uuid') return ['leftOut', 'looks like a key'];
  if (isNumber(column)) {
    return distinct <= 2 && values.length > 2
      ? ['categorical', 'a number of at most two values']
      : ['numeric', 'a number'];
  }
  if (type === 'enum' || type === 'set') return ['categorical', `a list of values (${type})`];
  if (values.length === 0) return ['categorical', 'a text'];
  if (distinct <= FEW || distinct <= FEW_SHARE * values.length) {
    return ['categorical', `${String(distinct)} different text${distinct === 1 ? '' : 's'}`];
  }
  return ['leftOut', `too many different texts (${String(distinct)} in ${String(values.length)} rows)`];
}

/** What is left becomes a feature, or is left out with the reason. */
export function guessFeatures(rest: readonly SampledColumn[]): GuessedFeatures {
  const lists: Record<Fate[0] | 'sensitive', FeatureGuess[]> = {
    numeric: [],
    categorical: [],
    sensitive: [],
    leftOut: [],
  };
  for (const column of rest) {
    const [list, why] = fateOf(column);
    lists[list].push({ name: column.name, why });
    const attribute = list === 'categorical' && SENSITIVE_WORDS.has(plainName(column.name));
    if (attribute && distinctOf(column) <= FEW)
      lists.sensitive.push({ name: column.name, why: 'a protected attribute in many places' });
  }
  return lists;
}

/** Features inside a JSON column, by the keys of the sampled objects. */
export function guessJsonFeatures({ values }: SampledColumn): GuessedFeatures {
  const cells = new Map<string, unknown[]>();
  for (const text of values) {
    let object: unknown;
    try {
      object = JSON.parse(text);
    } catch {
      continue;
    }
    if (typeof object !== 'object' || object === null || Array.isArray(object)) continue;
    for (const [key, cell] of Object.entries(object)) cells.set(key, [...(cells.get(key) ?? []), cell]);
  }
  const asColumns = [...cells].map(([name, found]): SampledColumn => {
    const present = found.filter((cell) => cell !== null);
    const numeric = present.length > 0 && present.every((cell) => typeof cell === 'number');
    const texts = present.map((cell) => (typeof cell === 'string' ? cell : JSON.stringify(cell)));
    const nested = present.some((cell) => typeof cell === 'object');
    const type = nested ? 'json' : numeric ? 'double' : 'varchar';
    return { name, type, unique: false, values: texts, empty: values.length - present.length };
  });
  return guessFeatures(asColumns);
}
