/** One number of a benchmark, with the runs behind it and the goal that it is held to. */

/** Which of an entry's two numbers the goal speaks of, and on which side of the limit it wants it. */
export interface Goal {
  readonly of: 'value' | 'ratio';
  readonly is: 'at least' | 'at most';
  readonly limit: number;
}

export interface Entry {
  readonly name: string;
  /** The median of the runs; null where it could not be measured, and the note says why. */
  readonly value: number | null;
  readonly unit: string;
  readonly runs: { readonly min: number; readonly median: number; readonly max: number } | null;
  /** Name of the entry that this one is divided by. */
  readonly ratio_to: string | null;
  readonly ratio: number | null;
  /** In words: `ratio >= 0.7`; null where the number is only told. */
  readonly goal: string | null;
  readonly met: boolean | null;
  /** Why there is no value, or no ratio where there should be one. */
  readonly note?: string;
}

export interface EntryInput {
  readonly name: string;
  readonly unit: string;
  readonly runs: readonly number[];
  readonly to?: Entry;
  /** Runs of `to` that alternated with these: each is compared with its neighbour, and the median of that is the ratio. */
  readonly paired?: readonly number[];
  readonly goal?: Goal;
}

/** Middle of the sorted values, mean of the two middle ones where their number is even. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('a median needs at least one value');
  return (lower + upper) / 2;
}

/** Four significant digits: more than a repetition of the run would confirm. */
const rounded = (value: number): number => Number(value.toPrecision(4));

/** What else the machine does changes from minute to minute; neighbours in time are met by it alike. */
function pairedRatio(runs: readonly number[], others: readonly number[]): number {
  if (runs.length !== others.length) throw new RangeError('paired runs come in pairs');
  return median(runs.map((run, i) => run / (others[i] ?? NaN)));
}

export function entry({ name, unit, runs, to, paired, goal }: EntryInput): Entry {
  const value = median(runs);
  const ratio =
    to === undefined || to.value === null ? null : paired === undefined ? value / to.value : pairedRatio(runs, paired);
  const judged = goal?.of === 'ratio' ? ratio : value;
  const met =
    goal === undefined || judged === null ? null : goal.is === 'at least' ? judged >= goal.limit : judged <= goal.limit;
  return {
    name,
    value: rounded(value),
    unit,
    runs: { min: rounded(Math.min(...runs)), median: rounded(value), max: rounded(Math.max(...runs)) },
    ratio_to: to?.name ?? null,
    ratio: ratio === null ? null : rounded(ratio),
    goal: goal === undefined ? null : `${goal.of} ${goal.is === 'at least' ? '>=' : '<='} ${String(goal.limit)}`,
    met,
    ...(to?.value === null && to.note !== undefined && { note: to.note }),
  };
}

/** A number that could not be measured here, and why. */
export function missingEntry(name: string, unit: string, reason: string): Entry {
  return { name, value: null, unit, runs: null, ratio_to: null, ratio: null, goal: null, met: null, note: reason };
}
