/** Every metric of weak segments, described. */

import type { Task } from '../model/frame.js';
import type { Better, MetricDescription } from '../model/metric-description.js';

const CLASSIFICATION: readonly Task[] = ['binary', 'multiclass'];
const MEASURED = 'measured rows (one half) of the slice, or of all others if fewer';
const LOSS = 'error rate (classification) or mean absolute error (regression)';
const SOURCE = 'own: search and measurement on separate halves of the rows';

type Entry = Pick<MetricDescription, 'name' | 'range' | 'better' | 'denominator' | 'smallestN' | 'formula'> &
  Partial<Pick<MetricDescription, 'tasks'>>;

const gap = (name: string, of: string): Entry => ({
  name,
  range: [null, null],
  better: 'lower',
  denominator: MEASURED,
  smallestN: 50,
  formula: `${LOSS} of ${of} - that of all other rows; Newcombe's interval, for regression Welch's`,
});

const ratio = (name: string, of: string): Entry => ({
  name,
  range: [0, null],
  better: 'lower',
  denominator: MEASURED,
  smallestN: 50,
  formula: `${LOSS} of ${of} / that of all other rows; interval of the log ratio`,
});

const WEAKEST = 'the slice that looked worst where it was searched';
const WEAK = 'a slice that is weaker than the rest beyond doubt';

const loss = (name: string, better: Better, tasks: readonly Task[], formula: string): Entry => ({
  name,
  tasks,
  range: name === 'segment_mae' ? [0, null] : [0, 1],
  better,
  denominator: 'measured rows (one half) of the slice',
  smallestN: 50,
  formula,
});

const ENTRIES: readonly Entry[] = [
  gap('weakest_segment_gap', WEAKEST),
  ratio('weakest_segment_ratio', WEAKEST),
  {
    name: 'weak_segments',
    range: [0, 5],
    better: 'lower',
    denominator: 'slices measured, at most 5',
    smallestN: 1,
    formula: 'slices whose gap lies above 0 at 99 % for all measured slices together (Bonferroni)',
  },
  gap('segment_gap', WEAK),
  ratio('segment_ratio', WEAK),
  loss('segment_error_rate', 'lower', CLASSIFICATION, `wrong rows / rows of ${WEAK}`),
  loss('segment_mae', 'lower', ['regression'], `mean |prediction - label| of ${WEAK}`),
];

/** The catalogue of the family `segment`. */
export const segmentCatalogue: readonly MetricDescription[] = ENTRIES.map((entry) => ({
  tasks: [],
  needs: ['label', 'prediction'],
  byDefault: true,
  ...entry,
  family: 'segment',
  source: SOURCE,
}));
