/** What the model does, and which class counts as positive, told from the values of prediction and label. */
import type { SampledColumn } from '../../io/mysql/table-sample.js';
import type { Task } from '../../model/frame.js';
import { byCodePoint } from '../../model/text-order.js';
import { plainName, POSITIVE_WORDS } from './column-words.js';
import { distinctOf, isNumber, type Guess } from './guess-columns.js';

export interface GuessedTask {
  readonly task: Guess & { readonly value: Task };
  readonly positive?: Guess;
  /** Several classes: class → column with its score. */
  readonly scores?: Readonly<Record<string, string>>;
}

/** Whole numbers of more values than these are amounts, not classes. */
const MOST_CLASSES = 20;

interface Evidence {
  readonly prediction: SampledColumn;
  readonly label: SampledColumn | undefined;
  /** Whether a column was found, or named, for the score of a positive class. */
  readonly hasScore: boolean;
}

const isFraction = (text: string): boolean => !Number.isInteger(Number(text));

/** Undefined where the sample says nothing. */
export function guessTask({ prediction, label, hasScore }: Evidence): GuessedTask['task'] | undefined {
  const source = label !== undefined && label.values.length > 0 ? label : prediction;
  if (source.values.length === 0) return hasScore ? { value: 'binary', why: 'there is one score' } : undefined;
  const distinct = distinctOf(source);
  const of = `\`${source.name}\` has ${String(distinct)} different values in ${String(source.values.length)} rows`;
  if (isNumber(source) && (distinct > MOST_CLASSES || source.values.some(isFraction))) {
    return { value: 'regression', why: `${of}, all numbers` };
  }
  return distinct <= 2 ? { value: 'binary', why: of } : { value: 'multiclass', why: of };
}

/** The positive class: as people commonly call it, or the rarer one. Undefined where no value was seen. */
export function guessPositive({ prediction, label }: Omit<Evidence, 'hasScore'>): Guess | undefined {
  const source = label !== undefined && label.values.length > 0 ? label : prediction;
  const counts = new Map<string, number>();
  for (const value of source.values) counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const word of POSITIVE_WORDS) {
    const found = [...counts.keys()].find((value) => value.trim().toLowerCase() === word);
    if (found !== undefined)
      return { value: found, why: `one of the values of \`${source.name}\`, and it sounds like it` };
  }
  const [rarest] = [...counts].sort((a, b) => a[1] - b[1] || byCodePoint(a[0], b[0]));
  return rarest === undefined
    ? undefined
    : { value: rarest[0], why: `the rarer value of \`${source.name}\`; correct it if it is the other one` };
}

/** Columns such as `p_good` or `score_bad`, one for each class; undefined unless every class has its own. */
export function guessClassScores(
  rest: readonly SampledColumn[],
  { prediction, label }: Omit<Evidence, 'hasScore'>,
): Readonly<Record<string, string>> | undefined {
  const classes = [...new Set([...prediction.values, ...(label?.values ?? [])])].sort(byCodePoint);
  const scores: Record<string, string> = {};
  for (const name of classes) {
    const wanted = ['p', 'prob', 'proba', 'probability', 'score'].map((word) => `${word}_${plainName(name)}`);
    const column = rest.find((one) => isNumber(one) && wanted.includes(plainName(one.name)));
    if (column === undefined) return undefined;
    scores[name] = column.name;
  }
  return classes.length > 0 ? scores : undefined;
}
