import { describe, expect, it } from 'vitest';
import { DEFAULT_DRIFT_METRICS } from '../../../src/drift/catalogue.js';
import { driftCatalogue } from '../../../src/drift/descriptions.js';
import { measureDrift } from '../../../src/drift/measure-drift.js';
import type { Figure } from '../../../src/model/figure.js';
import type { MetricDescription } from '../../../src/model/metric-description.js';
import { profileFrame } from '../../../src/profile/reference-profile.js';
import { qualityCatalogue } from '../../../src/quality/descriptions.js';
import { measureQuality } from '../../../src/quality/measure-quality.js';
import { frameOf, numbers, rolesFor, texts } from '../frames.js';

const column = (start: number): number[] => Array.from({ length: 12 }, (_, i) => start + i * i);
const levels = (n: number): string[] => Array.from({ length: 12 }, (_, i) => String.fromCharCode(97 + (i % n)));
const before = frameOf([
  numbers('x', column(0)),
  numbers('y', column(5)),
  texts('c', levels(2)),
  texts('d', levels(2)),
]);
const now = frameOf([numbers('x', column(1)), numbers('y', column(3)), texts('c', levels(2)), texts('d', levels(2))]);
const roles = rolesFor(before);
const [reference, current] = [profileFrame(before, roles), profileFrame(now, roles)];

const families: ReadonlyArray<
  readonly [string, readonly MetricDescription[], (metrics: 'all' | 'default') => Figure[]]
> = [
  [
    'drift',
    driftCatalogue,
    (metrics) => measureDrift(reference, current, roles, { metrics, frames: { reference: before, current: now } }),
  ],
  [
    'quality',
    qualityCatalogue,
    (metrics) => measureQuality(current, roles, 'current', { metrics, reference, frame: now, referenceFrame: before }),
  ],
];

describe.each(families)('the catalogue of %s', (_, catalogue, measure) => {
  const names = (figures: readonly Figure[]): string[] => [...new Set(figures.map(({ metric }) => metric))].sort();

  it('describes what is measured, each once, and nothing else', () => {
    expect(catalogue.map(({ name }) => name).sort()).toEqual(names(measure('all')));
  });

  it('marks what is measured unasked', () => {
    expect(
      catalogue
        .filter(({ byDefault }) => byDefault)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(names(measure('default')));
  });

  it('states ranges that hold', () => {
    const wrong = measure('all').filter(({ metric, value }) => {
      const range = catalogue.find(({ name }) => name === metric)?.range;
      if (typeof value !== 'number' || !range) return false;
      return value < (range[0] ?? -Infinity) - 1e-12 || value > (range[1] ?? Infinity) + 1e-12;
    });
    expect(wrong).toEqual([]);
  });
});

it('the default drift metrics are all described', () => {
  expect([...DEFAULT_DRIFT_METRICS].every((metric) => driftCatalogue.some(({ name }) => name === metric))).toBe(true);
});
