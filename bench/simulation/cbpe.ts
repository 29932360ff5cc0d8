/**
 * Performance without labels under covariate shift: how often the realised figure of a window lies within three sampling
 * errors of the estimate. Everything goes the way of a cycle: a reference is measured, then each window against it.
 */
import { measureReference, measureWindow, type MeasuredReference } from '../../src/measure/measure.js';
import { BINARY_ESTIMATES } from '../../src/estimation/estimator.js';
import { normalTail } from '../../src/numeric/distributions.js';
import { randomFrom, type Random } from '../../src/numeric/random.js';
import { entry, type Entry, type Goal } from '../entry.js';
import { CLASSIFIER_ROLES, CLASSIFIERS, drawRows, SHIFTS, type Classifier, type Distortion } from './classifier.js';
import type { Simulation, SimulationContext } from './simulation.js';

const SEED = 20_240_613;
const REFERENCES = 6;
const WINDOWS = 6;
const REFERENCE_ROWS = [2_000, 10_000];
const WINDOW_ROWS = [200, 1_000, 5_000];

/** The interval of three sampling errors: 99.73 %. */
const CONFIDENCE = 1 - 2 * normalTail(3);
const METRICS = BINARY_ESTIMATES;
const GOAL: Goal = { of: 'value', is: 'at least', limit: 0.99 };

interface Scores {
  readonly name: 'calibrated' | 'overconfident';
  readonly distort: Distortion;
}

const SCORES: readonly Scores[] = [
  { name: 'calibrated', distort: (probability) => probability },
  // Log odds twice too far from 0: the scores have to be calibrated on the reference before they say anything.
  { name: 'overconfident', distort: (p) => p ** 2 / (p ** 2 + (1 - p) ** 2) },
];

interface Outcome {
  readonly metric: string;
  readonly shift: string;
  readonly rows: number;
  readonly within: boolean;
}

interface World {
  readonly random: Random;
  readonly classifier: Classifier;
  readonly reference: MeasuredReference;
  readonly distort: Distortion;
}

/** One window of each shift, measured as a cycle does; what has no realised figure or no estimate is not counted. */
function outcomesOf({ random, classifier, reference, distort }: World, rows: number): Outcome[] {
  return SHIFTS.flatMap((shift) => {
    const window = drawRows(random, rows, classifier, shift.draw(random), distort);
    const figures = measureWindow(window, reference, CLASSIFIER_ROLES, {
      families: ['performance', 'estimate'],
      metrics: [...METRICS, ...METRICS.map((metric) => `estimated_${metric}`)],
      confidence: CONFIDENCE,
    });
    const byId = new Map(figures.map((figure) => [figure.id, figure]));
    return METRICS.flatMap((metric): Outcome[] => {
      const real = byId.get(`performance/current/${metric}`);
      const estimate = byId.get(`estimate/current/${metric}`);
      if (typeof real?.value !== 'number' || real.degenerate === true) return [];
      if (estimate?.value == null || estimate.interval === undefined) return [];
      const [low, high] = estimate.interval;
      return [{ metric, shift: shift.name, rows, within: real.value >= low && real.value <= high }];
    });
  });
}

function simulate({ distort }: Scores, { quick, say }: SimulationContext): Outcome[] {
  const random = randomFrom(SEED);
  const outcomes: Outcome[] = [];
  const references = quick ? 2 : REFERENCES;
  for (const classifier of CLASSIFIERS) {
    for (const referenceRows of REFERENCE_ROWS) {
      for (let k = 0; k < references; k++) {
        const rows = drawRows(random, referenceRows, classifier, undefined, distort);
        const reference = measureReference(rows, CLASSIFIER_ROLES, { metrics: [], estimates: true });
        const world = { random, classifier, reference, distort };
        for (const windowRows of WINDOW_ROWS) {
          for (let n = 0; n < WINDOWS; n++) outcomes.push(...outcomesOf(world, windowRows));
        }
      }
    }
    say(`${classifier.name}: ${String(outcomes.length)} figures`);
  }
  return outcomes;
}

const share = (outcomes: readonly Outcome[]): number =>
  outcomes.filter(({ within }) => within).length / outcomes.length;

function entriesOf(scores: Scores, outcomes: readonly Outcome[]): Entry[] {
  const of = (name: string, key: 'metric' | 'shift' | 'rows'): Entry[] => {
    const values = [...new Set(outcomes.map((outcome) => outcome[key]))];
    return values.map((value) => {
      const chosen = outcomes.filter((outcome) => outcome[key] === value);
      const unit = `of ${String(chosen.length)} figures`;
      return entry({ name: `${name}/${String(value)}`, unit, runs: [share(chosen)], goal: GOAL });
    });
  };
  const name = `cbpe/${scores.name}`;
  const whole = entry({ name, unit: `of ${String(outcomes.length)} figures`, runs: [share(outcomes)], goal: GOAL });
  return [whole, ...of(name, 'metric'), ...of(`${name}/shift`, 'shift'), ...of(`${name}/rows`, 'rows')];
}

export const cbpeSimulation: Simulation = {
  name: 'cbpe',
  about: 'estimates without labels under covariate shift: how often the realised figure lies within 3 sampling errors',
  run(context) {
    return Promise.resolve(SCORES.flatMap((scores) => entriesOf(scores, simulate(scores, context))));
  },
};
