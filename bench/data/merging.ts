/**
 * The adding process: `node merging.js`, started with an IPC channel. It makes profiles of a month of hours, adds up those of
 * a day and those of the month again and again, and tells what each took.
 */
import type { CategoryColumn, Column, Frame, Roles } from '../../src/model/frame.js';
import { measureReference } from '../../src/measure/measure.js';
import { type ProfiledReference, profilePart, profileReference } from '../../src/measure/measure-profiles.js';
import { drawNormal, type Random, randomFrom } from '../../src/numeric/random.js';
import { encodeHour, HourReader } from '../../src/profile/hourly/encode-hour.js';
import { HourAdder, type HourProfile } from '../../src/profile/hourly/hour-profile.js';
import { HOURS, type Merged, type Merging, SPANS } from './merging-task.js';

const SEED = 20260101;
/** All numbers: of them more is kept than of categories. */
const FEATURES = Array.from({ length: 12 }, (_, at) => `f${String(at)}`);
const ROWS = 2_000;
const REFERENCE_ROWS = 50_000;
/** The first rounds of each span are not counted: they show what the compiler makes of the code. */
const WARM_ROUNDS = 10;
const ROUNDS = 15;

const ROLES: Roles = {
  ...{ task: 'binary', positive: '1', numeric: FEATURES, categorical: [], sensitive: [['sex']] },
  ...{ score: 'score', prediction: 'prediction', label: 'label', scoresAreProbabilities: true },
};

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

function draw(random: Random, rows: number): Frame {
  const numbers = (name: string, values: Float64Array): Column => ({
    kind: 'numeric',
    name,
    values,
    typeMismatches: 0,
  });
  const flags = (name: string, levels: readonly string[], is: (row: number) => boolean): CategoryColumn => ({
    ...{ kind: 'category', name, levels },
    codes: Int32Array.from({ length: rows }, (_, row) => Number(is(row))),
  });
  const features = FEATURES.map((name) =>
    numbers(
      name,
      Float64Array.from({ length: rows }, () => drawNormal(random)),
    ),
  );
  const [first, second] = features.map((column) =>
    column.kind === 'numeric' ? column.values : new Float64Array(rows),
  );
  const logits = Float64Array.from(
    { length: rows },
    (_, row) => (first?.[row] ?? 0) + 0.5 * (second?.[row] ?? 0) - 0.8,
  );
  const scores = logits.map((logit) => logistic(logit + 0.3 * drawNormal(random)));
  const columns = [
    ...features,
    numbers('score', scores),
    flags('prediction', ['0', '1'], (row) => (scores[row] ?? 0) > 0.5),
    flags('label', ['0', '1'], (row) => random.uniform() < logistic(logits[row] ?? 0)),
    flags('sex', ['f', 'm'], () => random.uniform() < 0.55),
  ];
  return {
    ...{ rows, columns: new Map(columns.map((column) => [column.name, column])) },
    intake: { read: rows, duplicateIds: 0, poison: 0 },
  };
}

/** From bytes, as they come from the database. */
function addUp(stored: readonly Uint8Array[], { frozen }: ProfiledReference): HourProfile {
  const [adder, reader] = [new HourAdder(), new HourReader(frozen)];
  for (const bytes of stored) adder.add(reader.read(bytes));
  return adder.sum();
}

type Round = Omit<Merging, 'firstMilliseconds'>;

function measureMerging(stored: readonly Uint8Array[], reference: ProfiledReference): Merging {
  const rounds = Array.from({ length: WARM_ROUNDS + ROUNDS }, (): Round => {
    const [cpu, begun] = [process.cpuUsage(), performance.now()];
    const { rows } = addUp(stored, reference);
    if (rows !== stored.length * ROWS) throw new Error('rows were lost');
    const milliseconds = performance.now() - begun;
    const { user, system } = process.cpuUsage(cpu);
    return { milliseconds, cpuMilliseconds: (user + system) / 1000 };
  });
  const middle = (of: (round: Round) => number): number => {
    const rising = rounds.slice(WARM_ROUNDS).map(of);
    return rising.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN;
  };
  return {
    firstMilliseconds: rounds[0]?.milliseconds ?? NaN,
    milliseconds: middle(({ milliseconds }) => milliseconds),
    cpuMilliseconds: middle(({ cpuMilliseconds }) => cpuMilliseconds),
  };
}

function merge(): Merged {
  const random = randomFrom(SEED);
  const measured = measureReference(draw(random, REFERENCE_ROWS), ROLES, { metrics: 'default', estimates: true });
  const reference = profileReference(measured, ROLES);
  const stored = Array.from({ length: HOURS.month }, () =>
    encodeHour(profilePart(draw(random, ROWS), reference, ROLES)),
  );
  const bytes = stored.reduce((sum, { length }) => sum + length, 0);
  const [day, month] = SPANS.map((span) => measureMerging(stored.slice(0, HOURS[span]), reference));
  return { kilobytes: bytes / stored.length / 1000, day: day as Merging, month: month as Merging };
}

process.send?.(merge(), undefined, undefined, () => {
  process.disconnect();
});
