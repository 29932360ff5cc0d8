/** `metrics`: the catalogue. */
import { didYouMean } from '../../model/nearest.js';
import type { CommandSet } from '../command-set.js';
import { wrongUse } from '../command-faults.js';
import { LISTED_FAMILIES, listMetrics, metricNames, type ListedMetric } from '../metric-list.js';
import { blocks, indent, table, type Answer } from '../output.js';

interface MetricsOptions {
  readonly family?: string;
  readonly default?: boolean;
}

const FAMILIES: readonly string[] = LISTED_FAMILIES;

/** Everything that the catalogue says of one metric. */
function detailOf(metric: ListedMetric): string {
  const n =
    metric.smallestN === 0 ? metric.denominator : `${metric.denominator}; a value from ${String(metric.smallestN)}`;
  const lines = [
    ['formula', metric.formula],
    ['of', metric.of],
    ['range', metric.range],
    ['better', metric.better],
    ['n counts', n],
    ['needs', metric.needs.length === 0 ? 'nothing more' : metric.needs.join(', ')],
    ['measured', metric.byDefault ? 'unasked' : 'on request'],
    ['source', metric.source],
  ].map(([key = '', value = '']) => `${key.padEnd(9)} ${value}`);
  return `${metric.name} (${metric.family})\n${indent(lines.join('\n'))}`;
}

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
    ...[metric.name, metric.family, metric.of, metric.range],
    metric.better === 'none' ? '' : metric.better,
    ...[metric.denominator, metric.smallestN, metric.needs.join(', '), metric.source],
  ]);
  const head = ['metric', 'family', 'of', 'range', 'better', 'n counts', 'from', 'needs', 'source'];
  const text = name === undefined ? table(head, rows) : blocks(...chosen.map(detailOf));
  return Promise.resolve({ data: chosen, text });
}

export function addMetricsCommand({ command, act }: CommandSet): void {
  command('metrics', 'the catalogue of metrics: formula, range, which way is better, what each counts and needs')
    .argument('[name]', 'one metric, with everything about it')
    .option('--family <name>', FAMILIES.join(', '))
    .option('--default', 'only those that are measured unasked')
    .action(act(metrics));
}
