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
