/** One repetition of each scenario of the simulated alarms. Every one has its own seed and can be run alone, anywhere. */
import type { Column } from '../../src/model/frame.js';
import { randomFrom, seedFrom, type Random } from '../../src/numeric/random.js';
import { COLUMNS } from './columns.js';
import { drawColumn, drawFrames, frameOf, groupsOfEqualRate, normals, type Drawing, type Population } from './rows.js';
import {
  breachesOf,
  DEFINITIONS,
  figuresOf,
  referenceOf,
  TASKS,
  verdictsOf,
  volumesLike,
  type JudgedReference,
  type TaskName,
} from './watched.js';

const SMALLEST = 50;
const LARGEST = 100_000;

/** Rows a side of the quiet pair `at` of `pairs`, evenly spaced on the log scale. */
export function rowsOfPair(at: number, pairs: number): number {
  return Math.round(SMALLEST * (LARGEST / SMALLEST) ** (at / Math.max(1, pairs - 1)));
}

const randomOf = (...name: ReadonlyArray<string | number>): Random => randomFrom(seedFrom(name.join('/')));

/** Rare positives (about 5 %), one in four, one in two. */
const LOG_ODDS = [-4, -1.5, 0];

const populationOf = (at: number, correlation = 0): Population => ({
  correlation,
  logOdds: LOG_ODDS[at % LOG_ODDS.length]!,
});

/** What one window gave. */
export interface WindowOutcome {
  /** Rules that breach, with the features or groups that they name. */
  readonly breaches: readonly string[];
  /** Rules that gave a verdict, and that could not. */
  readonly judged: number;
  readonly unknown: number;
}

function judgePair(reference: Drawing, current: Drawing, tasks: readonly TaskName[]): WindowOutcome {
  const before = drawFrames(reference);
  const now = drawFrames(current);
  const verdicts = tasks.flatMap((task) => {
    const definition = DEFINITIONS[task];
    const judged = referenceOf(definition, before[task]);
    const figures = figuresOf(definition, now[task], judged);
    return verdictsOf(definition, figures, now[task].rows, judged, volumesLike(current.rows, current.random));
  });
  return {
    breaches: breachesOf(verdicts),
    judged: verdicts.filter(({ status }) => status !== 'unknown').length,
    unknown: verdicts.filter(({ status }) => status === 'unknown').length,
  };
}

/** Two samples of one population; all default rules of all three tasks. */
export function quietPair(at: number, pairs: number): WindowOutcome {
  const drawing = { random: randomOf('alarms/quiet', at), rows: rowsOfPair(at, pairs), population: populationOf(at) };
  return judgePair(drawing, drawing, TASKS);
}

/** One column of the second sample is shifted; whether the rule on drift names it. */
export function shiftedPair(at: number, rows: number, column: string, by: number): boolean {
  const random = randomOf('alarms/awake', column, at);
  const drawing = { random, rows, population: populationOf(at) };
  const { breaches } = judgePair(drawing, { ...drawing, shift: { column, by } }, ['binary']);
  return breaches.some((breach) => breach.startsWith('drift-') && breach.includes(` ${column}`));
}

/**
 * Which of several shifts of one column are found. The other columns are drawn and measured once: a shift leaves them as
 * they are, and the family of tests has all of them each time.
 */
export function shiftsFound(at: number, rows: number, column: string, shifts: readonly number[]): readonly boolean[] {
  const random = randomOf('alarms/power', column, rows, at);
  const drawing = { random, rows, population: populationOf(at) };
  const definition = DEFINITIONS.binary;
  const reference = referenceOf(definition, drawFrames(drawing).binary);
  const current = drawFrames(drawing).binary;
  const figures = figuresOf(definition, current, reference);
  const kind = COLUMNS.find(({ name }) => name === column);
  if (kind === undefined) throw new Error(`there is no column ${column}`);
  const seed = Math.floor(random.uniform() * 2 ** 32);
  return shifts.map((by) => {
    const shifted = drawColumn(kind, { ...drawing, random: randomFrom(seed), shift: { column, by } });
    const own = figuresOf(definition, frameOf([shifted], rows), reference).filter((figure) => figure.column === column);
    const all = [...figures.filter((figure) => figure.column !== column), ...own];
    const breaches = breachesOf(verdictsOf(definition, all, rows, reference, []));
    return breaches.some((breach) => breach.startsWith('drift-') && breach.includes(` ${column}`));
  });
}

/** Groups that are selected, and found, at the same rate; whether a fairness rule breaches all the same. */
export function parityWindow(at: number, groups: number): boolean {
  const random = randomOf('alarms/parity', groups, at);
  const frame = groupsOfEqualRate(random, groups, 100, [0.1, 0.3, 0.5, 0.8][at % 4]!);
  const definition = DEFINITIONS.parity;
  const reference = referenceOf(definition, frame);
  const verdicts = verdictsOf(definition, figuresOf(definition, frame, reference), frame.rows, reference, []);
  return breachesOf(verdicts.filter(({ rule }) => FAIRNESS.has(rule))).length > 0;
}

const FAIRNESS = new Set(['selection-rate', 'true-positive-rate']);

/** Days of a service: rows of each, and what the day of the week does to each column. */
export interface Weeks {
  readonly name: string;
  readonly referenceDays: number;
  readonly days: number;
  readonly rows: number;
  readonly correlation: number;
  /** Standard deviation, over the days of a week, of each column's mean on the normal scale. */
  readonly dayEffect: number;
}

export interface WeeksOutcome {
  /** Windows with a breach, judged without and with what the reference's own windows teach. */
  readonly plain: number;
  readonly learned: number;
  readonly windows: number;
  /** Rules that breached, how often: without, with. */
  readonly plainRules: Readonly<Record<string, number>>;
  readonly learnedRules: Readonly<Record<string, number>>;
}

const DAY_MS = 86_400_000;

function weekdayEffects(random: Random, size: number): ReadonlyArray<ReadonlyMap<string, number>> {
  const normal = normals(random);
  const names = [...COLUMNS.map(({ name }) => name), '$latency'];
  return Array.from({ length: 7 }, () => new Map(names.map((name) => [name, size * normal()])));
}

function joined(parts: ReadonlyArray<readonly Column[]>): Column[] {
  const [first = []] = parts;
  return first.map((column, at): Column => {
    const all = parts.map((part) => part[at]!);
    const rows = all.reduce((sum, one) => sum + (one.kind === 'numeric' ? one.values : one.codes).length, 0);
    let from = 0;
    if (column.kind === 'numeric') {
      const values = new Float64Array(rows);
      for (const one of all) {
        if (one.kind !== 'numeric') continue;
        values.set(one.values, from);
        from += one.values.length;
      }
      return { ...column, values };
    }
    const codes = new Int32Array(rows);
    for (const one of all) {
      if (one.kind !== 'category') continue;
      codes.set(one.codes, from);
      from += one.codes.length;
    }
    return { ...column, codes };
  });
}

/** One reference of whole days, and the days after it judged against it, each as a window of its own. */
export function weeksOf(at: number, weeks: Weeks): WeeksOutcome {
  const random = randomOf('alarms/weeks', weeks.name, at);
  const effects = weekdayEffects(random, weeks.dayEffect);
  const definition = DEFINITIONS.binary;
  const population = populationOf(at, weeks.correlation);
  const day = (number: number): readonly Column[] => {
    const dayEffects = effects[number % 7]!;
    const drawn = drawFrames({ random, rows: weeks.rows, population, dayEffects }).binary;
    const time = Float64Array.from({ length: weeks.rows }, (_, row) => (number + row / weeks.rows) * DAY_MS);
    return [...drawn.columns.values(), { kind: 'numeric', name: '$time', values: time, typeMismatches: 0 }];
  };
  const days = Array.from({ length: weeks.referenceDays }, (_, number) => day(number));
  const frame = frameOf(joined(days), weeks.rows * weeks.referenceDays);
  const own = { from: 0, to: weeks.referenceDays * DAY_MS };
  const learned = referenceOf(definition, frame, own);
  const plain: JudgedReference = { ...learned, byWindow: [] };
  const counts = {
    plain: 0,
    learned: 0,
    plainRules: new Map<string, number>(),
    learnedRules: new Map<string, number>(),
  };
  for (let number = 0; number < weeks.days; number++) {
    const window = frameOf(day(weeks.referenceDays + number), weeks.rows);
    const figures = figuresOf(definition, window, learned);
    const volumes = volumesLike(weeks.rows, random);
    for (const [name, reference] of [
      ['plain', plain],
      ['learned', learned],
    ] as const) {
      const breaches = breachesOf(verdictsOf(definition, figures, weeks.rows, reference, volumes));
      if (breaches.length > 0) counts[name]++;
      const rules = counts[`${name}Rules`];
      for (const breach of breaches) {
        const rule = breach.split(' ')[0] ?? '';
        rules.set(rule, (rules.get(rule) ?? 0) + 1);
      }
    }
  }
  return {
    plain: counts.plain,
    learned: counts.learned,
    windows: weeks.days,
    plainRules: Object.fromEntries(counts.plainRules),
    learnedRules: Object.fromEntries(counts.learnedRules),
  };
}
