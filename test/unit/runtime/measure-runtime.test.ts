import { describe, expect, test } from 'vitest';
import type { Figure } from '../../../src/model/figure.js';
import type { Frame } from '../../../src/model/frame.js';
import { runtimeCatalogue } from '../../../src/runtime/catalogue.js';
import { measureRuntime } from '../../../src/runtime/measure-runtime.js';
import { frameOf, regressionRoles } from '../../support/frames.js';

const roles = regressionRoles({ latency: 'latency', error: 'error' });
const measure = (frame: Frame, seconds?: number): ReadonlyMap<string, Figure> =>
  new Map(
    measureRuntime(frame, roles, 'current', seconds).map((figure) => [
      figure.id.replace('runtime/current/', ''),
      figure,
    ]),
  );

test('requests, throughput, latency quantiles and error rate of a window', () => {
  const latency = Array.from({ length: 1000 }, (_, row) => row + 1);
  const error = latency.map((value) => (value <= 10 ? '503' : value <= 14 ? 'timeout' : null));
  const figures = measure(frameOf({ latency, error }), 500);
  expect(figures.get('requests')).toMatchObject({ value: 1000 });
  expect(figures.get('throughput')).toMatchObject({ value: 2, n: 1000 });
  expect(figures.get('latency_mean')).toMatchObject({ value: 500.5, n: 1000 });
  // NumPy's linear quantiles of 1 … 1000.
  expect(figures.get('latency_p50')?.value).toBe(500.5);
  expect(figures.get('latency_p95')?.value).toBeCloseTo(950.05, 10);
  expect(figures.get('latency_p99')?.value).toBeCloseTo(990.01, 10);
  expect(figures.get('error_rate')).toMatchObject({ value: 0.014, n: 1000 });
  expect(figures.get('error_type_share/503')).toMatchObject({ n: 14, class: '503', column: 'error' });
  expect(figures.get('error_type_share/503')?.value).toBeCloseTo(10 / 14, 12);
  for (const figure of figures.values()) expect(runtimeCatalogue.map(({ name }) => name)).toContain(figure.metric);
});

test('the interval of a quantile is made of observed values about it, and left out where the sample cannot bear one', () => {
  const figures = measure(
    frameOf({ latency: Array.from({ length: 200 }, (_, row) => row), error: new Array<null>(200).fill(null) }),
  );
  const median = figures.get('latency_p50');
  expect(median).toMatchObject({ interval: [expect.closeTo(81, -1), expect.closeTo(118, -1)] });
  expect(figures.get('latency_p99')).not.toHaveProperty('interval');
});

test('the twenty most frequent error codes are named and the rest counted together', () => {
  const error = Array.from({ length: 25 }, (_, code) => new Array<string>(25 - code).fill(`E${String(code)}`)).flat();
  const figures = measure(
    frameOf({ latency: error.map(() => 1), error: [...error, 'other', null].slice(0, error.length + 1) }),
  );
  const types = [...figures.keys()].filter((id) => id.startsWith('error_type_share/'));
  expect(types).toHaveLength(21);
  // Codes 20 to 24 came 5 + 4 + 3 + 2 + 1 times, and one failure was called "other" by itself.
  const other = figures.get('error_type_share/other');
  expect(other?.value).toBeCloseTo(16 / 326, 12);
});

describe('what is not there', () => {
  test('an empty window has requests and throughput of 0, and reasons for the rest', () => {
    const figures = measure(frameOf({ latency: [], error: [] }), 60);
    expect([figures.get('requests')?.value, figures.get('throughput')?.value]).toEqual([0, 0]);
    expect(figures.get('latency_p95')).toMatchObject({ value: null, reason: 'no request has a latency' });
    expect(figures.get('error_rate')).toMatchObject({ value: null, reason: 'empty window' });
  });

  test('without the length of the window there is no throughput', () => {
    expect(measure(frameOf({ latency: [1], error: [null] })).get('throughput')).toMatchObject({
      value: null,
      reason: 'the length of the window is not known',
    });
  });

  test('negative, infinite and missing latencies are left out', () => {
    const figures = measure(frameOf({ latency: [-5, Infinity, null, 7], error: [null, null, null, null] }), 1);
    expect(figures.get('latency_mean')).toMatchObject({ value: 7, n: 1 });
  });

  test('columns that have no role make no figures', () => {
    const figures = measureRuntime(frameOf({ latency: [1] }), regressionRoles(), 'current', 1);
    expect(figures.map(({ metric }) => metric)).toEqual(['requests', 'throughput']);
  });
});

describe('waiting and resources', () => {
  const whole = regressionRoles({ latency: 'took', processing: 'work', cpu: 'cpu', memory: 'rss', gpu: 'gpu' });
  const measureAll = (frame: Frame): ReadonlyMap<string, Figure> =>
    new Map(measureRuntime(frame, whole, 'current', 1).map((figure) => [figure.metric, figure]));
  const hundred = Array.from({ length: 100 }, (_, row) => row + 1);

  test('the waiting share is that of the summed times, with an interval about it', () => {
    const figures = measureAll(frameOf({ took: hundred, work: hundred.map((time) => time * (time % 2 ? 0.7 : 0.9)) }));
    const share = figures.get('waiting_share');
    // Odd times, 2,500 in all, wait for 30 %, even ones, 2,550, for 10 %.
    expect(share?.value).toBeCloseTo((2500 * 0.3 + 2550 * 0.1) / 5050, 12);
    expect(share).toMatchObject({ n: 100, interval: [expect.closeTo(0.171, 2), expect.closeTo(0.227, 2)] });
  });

  test.each([
    ['work beyond the latency, or missing', { took: [5, 5, 5], work: [6, null, 4] }, { n: 1, value: 0.2 }],
    ['no time at all', { took: [0, 0], work: [0, 0] }, { value: null, reason: 'the latencies are all 0: 0/0' }],
    ['nothing usable', { took: [3], work: [null] }, { n: 0, value: null }],
  ])('%s', (_, cells, expected) => {
    expect(measureAll(frameOf(cells)).get('waiting_share')).toMatchObject(expected);
  });

  test('mean, 0.95 quantile and largest of each resource; amounts below 0 are left out', () => {
    const figures = measureAll(frameOf({ cpu: hundred, rss: [...hundred.slice(1), -7], gpu: hundred.map(() => null) }));
    expect(figures.get('cpu_mean')).toMatchObject({ value: 50.5, n: 100 });
    expect(figures.get('cpu_p95')?.value).toBeCloseTo(95.05, 10);
    expect(figures.get('cpu_max')).toMatchObject({ value: 100 });
    expect(figures.get('cpu_max')).not.toHaveProperty('interval');
    expect(figures.get('memory_mean')).toMatchObject({ n: 99, value: 51 });
    expect(figures.get('gpu_max')).toMatchObject({ value: null, reason: 'no request has a figure for gpu' });
    for (const { metric } of figures.values()) expect(runtimeCatalogue.map(({ name }) => name)).toContain(metric);
  });
});
