/**
 * How often the default rules raise an alarm where nothing has changed, and how surely where something has. Everything
 * goes through the core as cycles use it: rows are measured, and all default rules judge the figures.
 */
import { entry, type Entry, type Goal } from '../entry.js';
import { COLUMNS } from './columns.js';
import { rowsOfPair, type Weeks } from './scenarios.js';
import type { Simulation, SimulationContext } from './simulation.js';
import type { Answer, Task } from './tasks.js';
import { onThreads } from './threads.js';

const PAIRS = 1000;
const AWAKE_PER_COLUMN = 30;
const AWAKE_ROWS = 1000;
const AWAKE_SHIFT = 0.5;
const POWER_ROWS = [200, 500, 1000, 2000, 5000, 10_000];
const POWER_SHIFTS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const POWER_TIMES = 100;
const POWER_COLUMN = 'normal';
const PARITY_WINDOWS = 4000;
const PARITY_GROUPS = [4, 8];
/** Windows of parity that one task judges: each takes about a millisecond. */
const PARITY_BATCH = 250;
const REFERENCES = 5;

const WEEKS: readonly Weeks[] = [
  { name: 'independent-250', referenceDays: 28, days: 100, rows: 250, correlation: 0, dayEffect: 0 },
  { name: 'independent-1000', referenceDays: 28, days: 100, rows: 1000, correlation: 0, dayEffect: 0 },
  { name: 'correlated-0.5', referenceDays: 28, days: 28, rows: 1000, correlation: 0.5, dayEffect: 0 },
  { name: 'correlated-0.9', referenceDays: 28, days: 28, rows: 1000, correlation: 0.9, dayEffect: 0 },
  { name: 'weekdays-0.1', referenceDays: 28, days: 28, rows: 1000, correlation: 0, dayEffect: 0.1 },
  { name: 'weekdays-0.3', referenceDays: 28, days: 28, rows: 1000, correlation: 0, dayEffect: 0.3 },
];

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** The longest first, so that no thread is left alone with one at the end. */
function tasksOf(quick: boolean): Task[] {
  const times = (count: number): number => Math.ceil(quick ? count / 10 : count);
  const pairs = times(PAIRS);
  const numeric = COLUMNS.filter(({ kind }) => kind === 'numeric');
  return [
    ...WEEKS.flatMap((weeks) => upTo(times(REFERENCES)).map((at): Task => ({ kind: 'weeks', at, weeks }))),
    ...upTo(pairs)
      .reverse()
      .map((at): Task => ({ kind: 'quiet', at, pairs })),
    ...POWER_ROWS.flatMap((rows) =>
      upTo(times(POWER_TIMES)).map((at): Task => ({
        kind: 'power',
        at,
        rows,
        column: POWER_COLUMN,
        shifts: POWER_SHIFTS,
      })),
    ),
    ...numeric.flatMap(({ name }) =>
      upTo(times(AWAKE_PER_COLUMN)).map((at): Task => ({
        kind: 'awake',
        at,
        rows: AWAKE_ROWS,
        column: name,
        by: AWAKE_SHIFT,
      })),
    ),
    ...PARITY_GROUPS.flatMap((groups) =>
      upTo(times(PARITY_WINDOWS / PARITY_BATCH)).map((at): Task => ({
        kind: 'parity',
        from: at * PARITY_BATCH,
        count: PARITY_BATCH,
        groups,
      })),
    ),
  ];
}

type Of<Kind extends Answer['kind']> = Extract<Answer, { kind: Kind }>;

function only<Kind extends Answer['kind']>(answers: readonly Answer[], kind: Kind): Array<Of<Kind>> {
  return answers.filter((answer): answer is Of<Kind> => answer.kind === kind);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const number = (name: string, unit: string, value: number, goal?: Goal): Entry =>
  entry({ name, unit, runs: [value], ...(goal && { goal }) });

function quietEntries(answers: ReadonlyArray<Of<'quiet'>>): Entry[] {
  const loud = answers.filter(({ breaches }) => breaches.length > 0);
  return [
    number('alarms/quiet/pairs', 'pairs', answers.length),
    number('alarms/quiet/breaching', 'pairs', loud.length, { of: 'value', is: 'at most', limit: 4 }),
    number('alarms/quiet/verdicts', 'verdicts', sum(answers.map(({ judged }) => judged))),
    number('alarms/quiet/unknown', 'verdicts', sum(answers.map(({ unknown }) => unknown))),
  ];
}

const share = (hits: number, of: number): number => hits / Math.max(1, of);

function awakeEntries(answers: ReadonlyArray<Of<'awake'>>): Entry[] {
  const found = answers.filter((answer) => answer.found).length;
  return [
    number('alarms/awake/windows', 'windows', answers.length),
    number('alarms/awake/found', 'share', share(found, answers.length), { of: 'value', is: 'at least', limit: 0.99 }),
  ];
}

function powerEntries(answers: ReadonlyArray<Of<'power'>>): Entry[] {
  return POWER_ROWS.flatMap((rows) => {
    const own = answers.filter((answer) => answer.rows === rows);
    return POWER_SHIFTS.map((by, at) =>
      number(
        `alarms/power/${String(rows)}-rows/${String(by)}-sd`,
        'share',
        share(own.filter(({ found }) => found[at]).length, own.length),
      ),
    );
  });
}

function parityEntries(answers: ReadonlyArray<Of<'parity'>>): Entry[] {
  return PARITY_GROUPS.map((groups) => {
    const own = answers.filter((answer) => answer.groups === groups);
    const breaches = sum(own.map((answer) => answer.breaches));
    return number(`alarms/parity/${String(groups)}-groups`, 'share', share(breaches, own.length * PARITY_BATCH), {
      of: 'value',
      is: 'at most',
      limit: 0.01,
    });
  });
}

function weeksEntries(answers: ReadonlyArray<Of<'weeks'>>): Entry[] {
  return WEEKS.flatMap(({ name }) => {
    const own = answers.filter((answer) => answer.name === name);
    const windows = sum(own.map((answer) => answer.windows));
    return [
      number(`alarms/one-reference/${name}/p-values`, 'share', share(sum(own.map(({ plain }) => plain)), windows)),
      number(`alarms/one-reference/${name}/learned`, 'share', share(sum(own.map(({ learned }) => learned)), windows)),
    ];
  });
}

/** Which pair or window was loud, and by which rules: what one wants to know when a number is missed. */
function told(answer: Answer): string | null {
  if (answer.kind === 'quiet' && answer.breaches.length > 0 && answer.task.kind === 'quiet') {
    const { at, pairs } = answer.task;
    return `pair ${String(at)} (${String(rowsOfPair(at, pairs))} rows): ${answer.breaches.join('; ')}`;
  }
  if (answer.kind !== 'weeks') return null;
  const { name, windows, plain, learned, plainRules, learnedRules } = answer;
  const rules = [plainRules, learnedRules].map((found) => JSON.stringify(found)).join(' ');
  return `${name}: of ${String(windows)} windows ${String(plain)} breach by p-values, ${String(learned)} by learned limits ${rules}`;
}

async function run({ say, quick }: SimulationContext): Promise<readonly Entry[]> {
  const tasks = tasksOf(quick);
  const answers: Answer[] = [];
  const step = Math.ceil(tasks.length / 20);
  say(`${String(tasks.length)} tasks`);
  await onThreads(tasks, (answer) => {
    answers.push(answer);
    const line = told(answer);
    if (line !== null) say(line);
    if (answers.length % step === 0) say(`${String(answers.length)} of ${String(tasks.length)} done`);
  });
  return [
    ...quietEntries(only(answers, 'quiet')),
    ...awakeEntries(only(answers, 'awake')),
    ...parityEntries(only(answers, 'parity')),
    ...weeksEntries(only(answers, 'weeks')),
    ...powerEntries(only(answers, 'power')),
  ];
}

export const alarmsSimulation: Simulation = {
  name: 'alarms',
  about: 'default rules on windows without change, with a shift, and under exact parity',
  run,
};
