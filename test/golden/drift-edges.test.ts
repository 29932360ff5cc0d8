import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { measureDrift } from '../../src/drift/measure-drift.js';
import type { Column } from '../../src/model/frame.js';
import { profileFrame } from '../../src/profile/reference-profile.js';
import { frameOf, numbers, rolesFor, texts } from '../unit/frames.js';

interface Sample<T> {
  readonly name: string;
  readonly r: readonly T[];
  readonly k: readonly T[];
  /** Value by metric; `null`: the library gives none, or overflows on the way. */
  readonly fig: Readonly<Record<string, number | null>>;
}

const { numeric, categorical } = JSON.parse(
  gunzipSync(readFileSync(new URL('./edge-samples.json.gz', import.meta.url))).toString('utf8'),
) as { numeric: Array<Sample<number>>; categorical: Array<Sample<string>> };

/** What is wrong with the figures of a sample; a value is right within a millionth. */
function faults(reference: Column, current: Column, expected: Sample<unknown>['fig']): string[] {
  const frames = { reference: frameOf([reference]), current: frameOf([current]) };
  const roles = rolesFor(frames.reference);
  const profiles = [profileFrame(frames.reference, roles), profileFrame(frames.current, roles)] as const;
  const figures = measureDrift(...profiles, roles, { metrics: 'all', frames });
  const got = new Map(figures.map((figure) => [figure.metric, figure.value]));
  return Object.entries(expected).flatMap(([metric, value]) => {
    const own = got.get(metric);
    const same =
      value === null ? own === null : typeof own === 'number' && Math.abs(own - value) <= 1e-7 + 1e-6 * Math.abs(value);
    return same ? [] : [`${metric}: ${String(own)}, expected ${String(value)}`];
  });
}

describe('drift at the edges agrees with the libraries: one row, constants, ties, ±1e308, -0, denormals, other sizes', () => {
  it.each(numeric)('numbers: $name', ({ r, k, fig }) => {
    expect(faults(numbers('x', r), numbers('x', k), fig)).toEqual([]);
  });

  it.each(categorical)('categories: $name', ({ r, k, fig }) => {
    expect(faults(texts('x', r), texts('x', k), fig)).toEqual([]);
  });

  it('none was left out', () => {
    const all = [...numeric, ...categorical].reduce((sum, { fig }) => sum + Object.keys(fig).length, 0);
    expect(all).toBe(935);
  });
});
