/** The metrics that judging derives from others, described. */
import type { MetricDescription } from '../model/metric-description.js';

/** The catalogue of `withDerivedFigures`; only cycles have these figures, since they need earlier windows or a reference. */
export const derivedCatalogue: readonly MetricDescription[] = [
  {
    name: 'volume_ratio',
    family: 'quality',
    tasks: [],
    needs: ['earlier windows'],
    range: [0, null],
    better: { closer: 1 },
    denominator: 'rows of the window',
    smallestN: 0,
    byDefault: true,
    formula:
      'rows / median rows of the same weekday in the nine weeks before (of all windows, unless windows are days)',
    source: 'own',
  },
  {
    name: 'mean_error_in_sd',
    family: 'performance',
    tasks: ['regression'],
    needs: ['label', 'prediction', 'reference'],
    range: [null, null],
    better: { closer: 0 },
    denominator: 'rows with label and prediction',
    smallestN: 1,
    byDefault: true,
    formula: 'mean (prediction - label) / standard deviation of the labels of the reference',
    source: 'own',
  },
];
