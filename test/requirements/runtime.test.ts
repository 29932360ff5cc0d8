/** Run-time: throughput, latency, errors, resources. */
import { describe, expect, test } from 'vitest';
import { peakMemoryGrowth } from '../../src/runtime/formulas.js';
import { frameOf, regressionRoles } from '../support/frames.js';
import { figureIn, figuresOf, valueIn } from './measured.js';
import { loggedLatencies } from './serving.js';

const roles = regressionRoles({
  ...{ latency: 'took', processing: 'worked', error: 'code', cpu: 'cpu', memory: 'memory', gpu: 'gpu' },
});
const count = 500;
const requests = Array.from({ length: count }, (_, row) => row);
const figures = figuresOf(
  frameOf({
    took: requests.map((row) => 10 + row / 10),
    worked: requests.map((row) => 0.8 * (10 + row / 10)),
    code: requests.map((row) => (row < 4 ? 'timeout' : row < 7 ? '503' : null)),
    cpu: requests.map((row) => row % 50),
    memory: requests.map((row) => 1024 * (row % 10)),
    gpu: requests.map((row) => (row % 4) / 4),
  }),
  roles,
  { windowSeconds: 10 },
);

test('R25: throughput is requests over the seconds of the window', () => {
  expect(figureIn(figures, 'runtime/current/throughput')).toMatchObject({ value: 50, n: 500 });
});

describe('R26: latency', () => {
  test('is the time from request to response, as mean and quantiles in milliseconds', () => {
    expect(valueIn(figures, 'runtime/current/latency_mean')).toBeCloseTo(34.95, 10);
    expect(valueIn(figures, 'runtime/current/latency_p95')).toBeCloseTo(10 + (0.95 * 499) / 10, 10);
    expect(valueIn(figures, 'runtime/current/latency_p99')).toBeCloseTo(10 + (0.99 * 499) / 10, 10);
  });

  test('and the share (total − processing) / total, which is no duration, has a name of its own', () => {
    expect(valueIn(figures, 'runtime/current/waiting_share')).toBeCloseTo(0.2, 12);
  });
});

test('R27: the error rate is errors over requests, and each type of error has its share of them', () => {
  expect(figureIn(figures, 'runtime/current/error_rate')).toMatchObject({ value: 0.014, n: 500 });
  expect(valueIn(figures, 'runtime/current/error_type_share/timeout')).toBeCloseTo(4 / 7, 12);
  expect(valueIn(figures, 'runtime/current/error_type_share/503')).toBeCloseTo(3 / 7, 12);
});

test('R28: the response time that half of the requests stay under', () => {
  expect(valueIn(figures, 'runtime/current/latency_p50')).toBeCloseTo(34.95, 10);
});

describe('R29: what the model uses', () => {
  test.each([
    ['of the processor', 'cpu', 24.5, 49],
    ['of memory', 'memory', 4608, 9216],
    ['of a graphics card', 'gpu', 0.375, 0.75],
  ])('%s', (_, resource, mean, largest) => {
    expect(valueIn(figures, `runtime/current/${resource}_mean`)).toBeCloseTo(mean, 10);
    expect(valueIn(figures, `runtime/current/${resource}_max`)).toBe(largest);
    expect(figureIn(figures, `runtime/current/${resource}_p95`).n).toBe(500);
  });
});

test('R30: serving measures each prediction by two readings of a clock, and the monitor takes what it logged', () => {
  const took = loggedLatencies(400);
  expect(took.every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
  const of = figuresOf(frameOf({ took }), regressionRoles({ latency: 'took' }));
  expect(figureIn(of, 'runtime/current/latency_mean')).toMatchObject({ n: 400 });
});

test('R31: the memory of a call is the growth of the peak over it, in bytes, and becomes a figure', () => {
  const before = process.resourceUsage().maxRSS;
  const held = new Uint8Array(48 * 1024 * 1024).fill(1);
  const grown = peakMemoryGrowth(before, process.resourceUsage().maxRSS);
  expect(held.length).toBe(48 * 1024 * 1024);
  expect(grown).toBeGreaterThanOrEqual(0);
  const of = figuresOf(frameOf({ memory: [grown, 0] }), regressionRoles({ memory: 'memory' }));
  expect(valueIn(of, 'runtime/current/memory_max')).toBe(grown);
});
