/** The estimates of parts of a window, chunk by chunk as NannyML gives them, described; only `evaluate` measures them. */

import type { Task } from '../model/frame.js';
import type { Better, MetricDescription } from '../model/metric-description.js';
import { LOSS_ESTIMATES } from './direct-loss.js';
import { BINARY_ESTIMATES, MULTICLASS_ESTIMATES } from './estimator.js';

type Told = Pick<MetricDescription, 'name' | 'tasks' | 'range' | 'better' | 'denominator' | 'formula' | 'source'>;

const entry = (told: Told): MetricDescription => ({
  ...told,
  family: 'estimate',
  needs: told.tasks.includes('regression') ? ['prediction', 'reference', 'rows'] : ['score', 'reference', 'rows'],
  smallestN: 1,
  byDefault: false,
});

function ofMetric(
  name: string,
  tasks: readonly Task[],
  range: MetricDescription['range'],
  better: Better,
): MetricDescription[] {
  const source = tasks.includes('regression') ? 'NannyML DLE, LightGBM' : 'NannyML CBPE';
  const rows = { tasks, source, denominator: 'rows of the chunk that have what the estimate needs' };
  return [
    entry({ ...rows, name, range, better, formula: `estimated_${name} of one chunk of the current rows` }),
    entry({
      ...rows,
      ...{ name: `${name}_alert`, range: null, better: 'none' },
      formula: `whether the chunk's estimate lies outside ${name}_limits`,
    }),
    entry({
      ...{ name: `${name}_limits`, tasks, source, range: null, better: 'none' },
      denominator: 'labelled chunks of the reference',
      formula: 'mean - 3 sd and mean + 3 sd (divisor n) of the realised values in the chunks of the reference',
    }),
  ];
}

const CLASSES: readonly Task[] = ['binary', 'multiclass'];
const tasksOf = (metric: string): readonly Task[] =>
  (MULTICLASS_ESTIMATES as readonly string[]).includes(metric) ? CLASSES : ['binary'];

export const chunkEstimateCatalogue: readonly MetricDescription[] = [
  ...BINARY_ESTIMATES.flatMap((metric) => ofMetric(metric, tasksOf(metric), [0, 1], 'higher')),
  ...LOSS_ESTIMATES.flatMap((metric) => ofMetric(metric, ['regression'], [0, null], 'lower')),
  ...[
    {
      ...{ name: 'calibration_applied', tasks: CLASSES, range: null, better: 'none' as const, source: 'NannyML' },
      denominator: 'labelled rows of the reference',
      formula: 'whether isotonic calibration lowers the calibration error over ten splits of the reference',
    },
    {
      ...{ name: 'calibration_knots', tasks: CLASSES, range: null, better: 'none' as const },
      ...{ denominator: 'labelled rows of the reference', source: 'scikit-learn IsotonicRegression' },
      formula: 'the fitted curve: score and probability at each knot',
    },
    {
      ...{ name: 'chunks', tasks: [], range: [0, null] as const, better: 'none' as const, source: 'NannyML' },
      ...{ denominator: 'current rows', formula: 'chunks of the current rows, the last one with what is left over' },
    },
  ].map(entry),
];
