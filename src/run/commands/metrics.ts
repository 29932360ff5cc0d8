/** `metrics`: the catalogue. */
import { didYouMean } from '../../model/nearest.js';
import type { CommandSet } from '../command-set.js';
import { wrongUse } from '../command-faults.js';
import { listMetrics, metricNames } from '../metric-list.js';
import { table, type Answer } from '../output.js';

interface MetricsOptions {
  readonly family?: string;
  readonly default?: boolean;
}

const FAMILIES = ['quality', 'drift', 'performance', 'fairness', 'runtime', 'estimate', 'segment', 'security', 'anomaly', 'explain'];

function metrics(_context: unknown, name: string | undefined, options: MetricsOptions): Promise<Answer> {
  if (options.family !== undefined && !FAMILIES.includes(options.family)) {
    throw wrongUse(`there is no family "${options.family}"`, didYouMean(options.family, FAMILIES, 'Families'));
  }
  const chosen = listMetrics().filter(
    (metric) =>
      (name === undefined || metric.name === name) &&
      (options.family === undefined || metric.family === options.family) &&
      (options.default !== true || metric.byDefault),
  );
  if (chosen.length === 0 && name !== undefined) {
    throw wrongUse(`there is no metric "${name}"`, didYouMean(name, metricNames(), 'Metrics'));
  }
  const rows = chosen.map((metric) => [
    metric.name,
    metric.family,
    metric.of,
    metric.range,
    metric.better === 'none' ? '' : metric.better,
    metric.needs.join(', '),
    metric.source,
  ]);
  const detail =
    name === undefined ? '' : chosen.map(({ formula }) => (formula === '' ? '' : `\n\n${formula}`)).join('');
  const text = table(['metric', 'family', 'of', 'range', 'better', 'needs', 'source'], rows) + detail;
  return Promise.resolve({ data: chosen, text });
}

export function addMetricsCommand({ command, act }: CommandSet): void {
  command('metrics', 'the catalogue of metrics: range, which way is better, what each needs')
    .argument('[name]', 'one metric, with its formula')
    .option('--family <name>', FAMILIES.join(', '))
    .option('--default', 'only those that are measured unasked')
    .action(act(metrics));
}
