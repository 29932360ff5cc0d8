/** Frames whose outcomes are profiled, cut into parts, and held against the figures of the rows. */
import fc from 'fast-check';
import { measureEstimatesFromProfile } from '../../src/estimation/estimates-from-profile.js';
import { type EstimatorFit, fitEstimator } from '../../src/estimation/fit-estimator.js';
import { foretellRows } from '../../src/estimation/foretell-rows.js';
import { measureWindowEstimates } from '../../src/estimation/measure-estimates.js';
import { measureFairness } from '../../src/fairness/measure-fairness.js';
import { measureFairnessFromProfile } from '../../src/fairness/fairness-from-profile.js';
import { freezeOutcomes } from '../../src/metrics/freeze-outcomes.js';
import { measurePerformance } from '../../src/metrics/measure-performance.js';
import { measurePerformanceFromProfile } from '../../src/metrics/performance-from-profile.js';
import type { Figure, FigureValue } from '../../src/model/figure.js';
import type { Frame, Roles } from '../../src/model/frame.js';
import { takeRows } from '../../src/model/frame-rows.js';
import type { MetricSelection } from '../../src/model/metric-description.js';
import { NEEDS_ROWS } from '../../src/profile/hourly/needs-rows.js';
import { type PackedValues, unpackValues } from '../../src/profile/hourly/outcomes/bins.js';
import { OutcomeAdder } from '../../src/profile/hourly/outcomes/outcome-adder.js';
import {
  type FrozenOutcomes,
  type OutcomeProfile,
  profileOutcomes,
} from '../../src/profile/hourly/outcomes/outcome-profile.js';
import { profileFrame } from '../../src/profile/reference-profile.js';

export interface Reference {
  readonly fit: EstimatorFit;
  readonly figures: readonly Figure[];
  readonly frozen: FrozenOutcomes;
}

export function referenceOf(frame: Frame, roles: Roles): Reference {
  const figures = measurePerformance(frame, roles, 'reference', { metrics: 'all' });
  return {
    fit: fitEstimator(frame, roles, 'all'),
    figures,
    frozen: freezeOutcomes(profileFrame(frame, roles), figures, roles),
  };
}

/** The rows dealt out to `count` parts, of which some may get none. */
function partsOf(frame: Frame, count: number, dealtTo: (row: number) => number): Frame[] {
  return Array.from({ length: count }, (_, part) =>
    takeRows(frame, Int32Array.from([...Array(frame.rows).keys()].filter((row) => dealtTo(row) % count === part))),
  );
}

/** Which part each row goes to. */
export const dealing = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(9), { minLength: 1, maxLength: 12 }));

/** The outcomes of a frame as one part. */
export function profiled(
  frame: Frame,
  roles: Roles,
  { fit, frozen }: Pick<Reference, 'fit' | 'frozen'>,
): OutcomeProfile {
  return profileOutcomes(frame, roles, frozen, foretellRows(fit, frame, roles));
}

export function profileParts(
  frame: Frame,
  roles: Roles,
  { fit, frozen }: Pick<Reference, 'fit' | 'frozen'>,
  [count, turns]: readonly [number, readonly number[]],
): OutcomeProfile[] {
  const dealtTo = (row: number): number => turns[row % turns.length] as number;
  return partsOf(frame, count, dealtTo).map((part) => profiled(part, roles, { fit, frozen }));
}

/** All parts together. */
export function mergeOutcomes([first, ...others]: readonly OutcomeProfile[]): OutcomeProfile {
  const adder = new OutcomeAdder(first as OutcomeProfile);
  for (const part of others) adder.add(part);
  return adder.sum();
}

export function figuresOfRows(
  frame: Frame,
  roles: Roles,
  { fit, figures: before }: Reference,
  metrics: MetricSelection,
): Figure[] {
  return [
    ...measurePerformance(frame, roles, 'current', { metrics, before }),
    ...measureFairness(frame, roles, 'current', { metrics }),
    ...measureWindowEstimates(fit, frame, roles, { metrics, on: 'current' }),
  ];
}

export function figuresOfProfile(
  profile: OutcomeProfile,
  roles: Roles,
  { fit, figures, frozen }: Reference,
  metrics: MetricSelection,
): Figure[] {
  return [
    ...measurePerformanceFromProfile(profile, roles, 'current', { metrics, before: figures, frozen }),
    ...measureFairnessFromProfile(profile, roles, 'current', { metrics }),
    ...measureEstimatesFromProfile(fit, profile, roles, { metrics, on: 'current' }),
  ];
}

/** Sums in another order: a few roundings of the size of what is summed. */
const ROUNDING = 1e-9;

function apart(a: FigureValue, b: FigureValue, bound: number): boolean {
  if (typeof a === 'number' && typeof b === 'number') {
    return !(Math.abs(a - b) <= bound + ROUNDING * (1 + Math.abs(a) + Math.abs(b)));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length !== b.length || a.some((each, at) => apart(each as FigureValue, b[at] as FigureValue, bound));
  }
  return a !== b;
}

/** Where a figure of a profile says what that of the rows does not; empty where all is well. */
export function faultsBetween(rows: readonly Figure[], profile: readonly Figure[]): string[] {
  const faults: string[] = [];
  const ids = (figures: readonly Figure[]): string => figures.map(({ id }) => id).join('\n');
  if (ids(rows) !== ids(profile)) faults.push(`ids: ${ids(rows)} but ${ids(profile)}`);
  const byId = new Map(profile.map((figure) => [figure.id, figure]));
  for (const exact of rows) {
    const made = byId.get(exact.id);
    if (made === undefined || (made.value === null && made.reason === NEEDS_ROWS)) continue;
    const said = `${exact.id}: ${JSON.stringify(exact)} but ${JSON.stringify(made)}`;
    if (exact.n !== made.n) faults.push(said);
    else if (exact.value === null || made.value === null) {
      const reasons = [exact, made].map((figure) => (figure.value === null ? figure.reason : undefined));
      if (exact.value !== made.value || reasons[0] !== reasons[1]) faults.push(said);
    } else if (exact.degenerate !== made.degenerate || apart(exact.value, made.value, made.bound ?? 0))
      faults.push(said);
    if (made.value !== null && made.bound !== undefined && !(made.bound > 0 && Number.isFinite(made.bound))) {
      faults.push(`${said}: bound`);
    }
  }
  return faults;
}

/** Numbers that may differ by rounding: a spread by that of the squares it was made of. */
function scaleOf(parent: object, key: string): number {
  const { count, mean, m2 } = parent as { count?: number; mean?: number; m2?: number };
  if (key === 'm2' && count !== undefined && mean !== undefined && m2 !== undefined)
    return 1 + m2 + count * mean * mean;
  return 1000;
}

/** Where two profiles differ by more than rounding; empty where they do not. */
export function differences(a: unknown, b: unknown, path = '', scale = 0): string[] {
  const here = `${path}: ${String(a)} but ${String(b)}`;
  if (typeof a === 'number' && typeof b === 'number') {
    // A sum that overflows, or holds an infinite value, gives no figure, whatever is left of it.
    const bothNone = scale !== 0 && !Number.isFinite(a) && !Number.isFinite(b);
    if (Object.is(a, b) || bothNone || Math.abs(a - b) <= ROUNDING * (scale + Math.abs(a))) return [];
    return [here];
  }
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b ? [] : [here];
  // What a bin need not say hangs on the last digit of its sum.
  if ('heads' in a && 'heads' in b)
    return differences(unpackValues(a as PackedValues), unpackValues(b as PackedValues), path);
  const keys = Object.keys(a).sort();
  if (keys.join() !== Object.keys(b).sort().join()) return [here];
  return keys.flatMap((key) => {
    const [left, right] = [(a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]];
    const isCount = ['counts', 'keys', 'hits', 'rows', 'low', 'high'].includes(path.split('.').at(-1) ?? '');
    return differences(left, right, `${path}.${key}`, isCount || key === 'count' ? 0 : scaleOf(a, key));
  });
}
