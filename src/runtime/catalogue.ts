/** Every run-time metric, described. */

import type { MetricDescription } from '../model/metric-description.js';

type Entry = Pick<MetricDescription, 'name' | 'needs' | 'denominator' | 'formula' | 'source'> &
  Partial<MetricDescription>;

const latency = (name: string, formula: string): Entry => ({
  name,
  needs: ['latency'],
  denominator: 'requests with a latency',
  formula,
  source: 'quantiles: NumPy "linear"; intervals: David and Nagaraja 2003, section 7.1',
});

const resource = (name: 'cpu' | 'memory' | 'gpu', of: string): readonly Entry[] => {
  const entry = (ending: string, formula: string): Entry => ({
    name: `${name}_${ending}`,
    needs: [name],
    denominator: `requests with a figure for ${name}`,
    formula: `${formula} of what a request took of ${of}, in the unit that was logged`,
    source: 'quantiles: NumPy "linear"; intervals: David and Nagaraja 2003, section 7.1',
  });
  return [entry('mean', 'mean'), entry('p95', '0.95 quantile'), entry('max', 'largest')];
};

const entries: readonly Entry[] = [
  {
    name: 'requests',
    needs: [],
    better: 'none',
    denominator: 'requests of the window',
    smallestN: 0,
    formula: 'rows of the window',
    source: 'own',
  },
  {
    name: 'throughput',
    needs: ['window length'],
    better: 'none',
    denominator: 'requests of the window',
    smallestN: 0,
    formula: 'requests / seconds of the window',
    source: 'own',
  },
  latency('latency_mean', 'mean latency in milliseconds'),
  latency('latency_p50', 'median latency in milliseconds'),
  latency('latency_p95', '0.95 quantile of the latency in milliseconds'),
  latency('latency_p99', '0.99 quantile of the latency in milliseconds'),
  {
    name: 'waiting_share',
    needs: ['latency', 'processing'],
    range: [0, 1],
    denominator: 'requests with a latency and a processing time within it',
    formula: '(sum of latencies - sum of processing times) / sum of latencies',
    source: 'own; the delta method for the interval',
  },
  ...resource('cpu', 'the processor'),
  ...resource('memory', 'memory'),
  ...resource('gpu', 'a graphics card'),
  {
    name: 'error_rate',
    needs: ['error'],
    range: [0, 1],
    denominator: 'requests of the window',
    formula: 'requests with an error code / requests',
    source: 'own',
  },
  {
    name: 'error_type_share',
    needs: ['error'],
    range: [0, 1],
    better: 'none',
    denominator: 'failed requests',
    formula: 'failures with this code / failures; the twenty most frequent codes, the rest as "other"',
    source: 'own',
  },
];

/** The catalogue of the family `runtime`. */
export const runtimeCatalogue: readonly MetricDescription[] = entries.map((entry) => ({
  tasks: [],
  range: [0, null],
  better: 'lower',
  smallestN: 1,
  byDefault: true,
  ...entry,
  family: 'runtime',
}));
