/** The measuring of one window, family by family: the one way in for cycles and for files. */

import { measureDrift } from '../drift/measure-drift.js';
import { type EstimatorFit, fitEstimator } from '../estimation/fit-estimator.js';
import { measureChunkEstimates, measureWindowEstimates } from '../estimation/measure-estimates.js';
import { measureFairness } from '../fairness/measure-fairness.js';
import type { EvidenceOptions } from '../fairness/to-rest.js';
import { measurePerformance } from '../metrics/measure-performance.js';
import type { Figure, FigureFamily, Period } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import type { MetricSelection } from '../model/metric-description.js';
import { lendProfile, profileFrame, type WindowProfile } from '../profile/reference-profile.js';
import { measureFlow } from '../quality/measure-flow.js';
import { measureQuality } from '../quality/measure-quality.js';
import { measureRuntime } from '../runtime/measure-runtime.js';
import { fitIsolation, type IsolationFit } from '../security/isolation.js';
import { seenValues, type SeenValues } from '../security/hostile-input.js';
import { measureSecurity } from '../security/measure-security.js';
import { measureSegments } from '../segments/measure-segments.js';

/** The families that measuring knows, in the order in which their figures are given. */
export const MEASURED_FAMILIES = [
  'quality',
  'drift',
  'performance',
  'fairness',
  'runtime',
  'estimate',
  'segment',
  'security',
] as const satisfies readonly FigureFamily[];

export interface MeasureOptions {
  readonly metrics: MetricSelection;
  /** What was measured of the features already (`measureFeatures`), whose rows may then be gone from the frame. */
  readonly profile?: WindowProfile;
  readonly flow?: readonly Figure[];
  /** Two-sided confidence of the intervals; 0.99 unless given. */
  readonly confidence?: number;
  /** How much evidence a group needs before it is compared. */
  readonly evidence?: EvidenceOptions;
  /** Fewest rows that reported segments may tell apart; 10 unless given. */
  readonly smallestGroup?: number;
}

export interface ReferenceOptions extends MeasureOptions {
  /** Length of the reference span, where it is one; else it has no throughput. */
  readonly windowSeconds?: number;
  /** Whether weak segments are looked for, so that later ones can be compared with them; else they are not. */
  readonly segments?: boolean;
  /** Whether texts and callers are looked at, so that later rates can be compared; else they are not. */
  readonly security?: boolean;
  /** Whether to learn what estimates without labels need, so that later windows have some; else they have none. */
  readonly estimates?: boolean;
}

export interface WindowOptions extends MeasureOptions {
  /** Other families are left out; the order is always that of `MEASURED_FAMILIES`. */
  readonly families: readonly FigureFamily[];
  readonly windowSeconds?: number;
  /** `apart` where the columns are measured elsewhere: of quality and drift there is then what is of no column. */
  readonly columns?: 'apart';
  /** Whether nobody needs the profile given afterwards: large windows then take less memory. */
  readonly usesProfileUp?: boolean;
  /** End of the window, milliseconds since the epoch; without it freshness has no value. */
  readonly windowEnd?: number;
  /** Rows of the reference, for the few figures that need them; with them those of the current window are taken too. */
  readonly referenceFrame?: Frame;
  /** Rows of a chunk for estimates of parts of the window, which need the rows of the reference too; else there are none. */
  readonly chunkRows?: number;
}

/** What is kept of a reference: enough to measure any later window against it. */
export interface MeasuredReference {
  readonly profile: WindowProfile;
  readonly figures: readonly Figure[];
  readonly estimator?: EstimatorFit;
  readonly isolation?: IsolationFit;
}

/** What a window is measured against; without figures of the reference no change is taken apart. */
export interface ReferenceOfWindow
  extends Pick<MeasuredReference, 'profile' | 'estimator' | 'isolation'>, Partial<Pick<MeasuredReference, 'figures'>> {
  /** What it had of each feature, where the profile does not hold all columns. */
  readonly seen?: SeenValues;
}

interface Labelled {
  readonly frame: Frame;
  readonly roles: Roles;
  readonly on: Period;
  readonly options: MeasureOptions & { readonly windowSeconds?: number };
}

function performanceOf(
  { frame, roles, on, options: { metrics, confidence, smallestGroup } }: Labelled,
  before?: readonly Figure[],
): Figure[] {
  return measurePerformance(frame, roles, on, {
    metrics,
    ...(confidence !== undefined && { confidence }),
    ...(smallestGroup !== undefined && { smallestGroup }),
    ...(before && { before }),
  });
}

function fairnessOf({ frame, roles, on, options: { metrics, confidence, evidence } }: Labelled): Figure[] {
  return measureFairness(frame, roles, on, { ...evidence, metrics, ...(confidence !== undefined && { confidence }) });
}

function runtimeOf({ frame, roles, on, options }: Labelled): Figure[] {
  const all = measureRuntime(frame, roles, on, options.windowSeconds, options.confidence);
  const { metrics } = options;
  return typeof metrics === 'string' ? all : all.filter((figure) => metrics.includes(figure.metric));
}

function segmentsOf({ frame, roles, on, options: { metrics, confidence, smallestGroup } }: Labelled): Figure[] {
  const all = measureSegments(frame, roles, on, {
    ...(confidence !== undefined && { confidence }),
    ...(smallestGroup !== undefined && { smallestGroup }),
  });
  return typeof metrics === 'string' ? all : all.filter((figure) => metrics.includes(figure.metric));
}

function securityOf(
  { frame, roles, on, options: { metrics, confidence } }: Labelled,
  reference?: Pick<ReferenceOfWindow, 'profile' | 'isolation' | 'seen'> | null,
): Figure[] {
  const all = measureSecurity(frame, roles, on, {
    ...(confidence !== undefined && { confidence }),
    ...(reference && { reference: reference.seen ?? seenValues(reference.profile) }),
    ...(reference?.isolation && { isolation: reference.isolation }),
  });
  return typeof metrics === 'string' ? all : all.filter((figure) => metrics.includes(figure.metric));
}

const estimateOptions = ({ metrics, confidence }: MeasureOptions) => ({
  metrics,
  ...(confidence !== undefined && { confidence }),
});

/** Of the whole window; and of its chunks, where their size and the rows of the reference are given. */
function estimatesOf(current: Frame, estimator: EstimatorFit, roles: Roles, options: WindowOptions): Figure[] {
  const { chunkRows, referenceFrame: reference } = options;
  const given = estimateOptions(options);
  const whole = measureWindowEstimates(estimator, current, roles, { ...given, on: 'current' });
  if (chunkRows === undefined || reference === undefined) return whole;
  return [...whole, ...measureChunkEstimates(estimator, { reference, current }, roles, { ...given, chunkRows })];
}

/** Profile and own figures of a reference: quality, performance, fairness, run-time and segments, under `reference`. */
export function measureReference(frame: Frame, roles: Roles, options: ReferenceOptions): MeasuredReference {
  const profile = options.profile ?? profileFrame(frame, roles);
  const rows = options.metrics === 'default' ? {} : { frame };
  const input: Labelled = { frame, roles, on: 'reference', options };
  const estimator = options.estimates === true ? fitEstimator(frame, roles, options.metrics) : undefined;
  const figures = [
    ...measureQuality(profile, roles, 'reference', { metrics: options.metrics, ...rows }),
    ...(options.flow ?? measureFlow(frame, roles, 'reference', { metrics: options.metrics })),
    ...performanceOf(input),
    ...fairnessOf(input),
    ...runtimeOf(input),
    ...(estimator
      ? measureWindowEstimates(estimator, frame, roles, { ...estimateOptions(options), on: 'reference' })
      : []),
    ...(options.segments === true ? segmentsOf(input) : []),
    ...(options.security === true ? securityOf(input) : []),
  ];
  return {
    profile,
    figures,
    ...(estimator && { estimator }),
    ...(options.security === true && { isolation: fitIsolation(frame, roles) }),
  };
}

function flowOf({ frame, roles, on }: Labelled, { flow, metrics, windowEnd }: WindowOptions): readonly Figure[] {
  return flow ?? measureFlow(frame, roles, on, { metrics, ...(windowEnd !== undefined && { windowEnd }) });
}

/** Quality and drift. */
function columnsOf(input: Labelled, reference: ReferenceOfWindow | null, options: WindowOptions): Figure[] {
  const { frame: current, roles } = input;
  const { families, metrics, referenceFrame } = options;
  const figures: Figure[] = [];
  const profile = options.profile ?? profileFrame(current, roles);
  if (families.includes('quality')) {
    const quality = {
      metrics,
      ...(metrics !== 'default' && { frame: current }),
      ...(reference && { reference: reference.profile }),
      ...(referenceFrame && { referenceFrame }),
    };
    figures.push(...measureQuality(profile, roles, 'current', quality), ...flowOf(input, options));
  }
  if (families.includes('drift') && reference) {
    const frames = referenceFrame && { frames: { reference: referenceFrame, current } };
    figures.push(...measureDrift(reference.profile, profile, roles, { metrics, ...frames }));
  }
  if (options.usesProfileUp === true || options.profile === undefined) lendProfile(profile);
  return figures;
}

/**
 * Figures of a window, family by family in the order of `MEASURED_FAMILIES`; ids are unique and do not depend on the data
 * but for names of groups, classes and error codes. Without a reference there is no drift, no estimate and no comparison in quality;
 * families that need labels give their figures with the reason `no labels`.
 */
export function measureWindow(
  current: Frame,
  reference: ReferenceOfWindow | null,
  roles: Roles,
  options: WindowOptions,
): Figure[] {
  const wants = (family: (typeof MEASURED_FAMILIES)[number]): boolean => options.families.includes(family);
  const input: Labelled = { frame: current, roles, on: 'current', options };
  const figures: Figure[] = [];
  if (options.columns === 'apart') {
    if (wants('quality')) figures.push(...flowOf(input, options));
  } else if (wants('quality') || wants('drift')) {
    figures.push(...columnsOf(input, reference, options));
  }
  if (wants('performance')) figures.push(...performanceOf(input, reference?.figures));
  if (wants('fairness')) figures.push(...fairnessOf(input));
  if (wants('runtime')) figures.push(...runtimeOf(input));
  if (wants('estimate') && reference?.estimator) {
    figures.push(...estimatesOf(current, reference.estimator, roles, options));
  }
  if (wants('segment')) figures.push(...segmentsOf(input));
  if (wants('security')) figures.push(...securityOf(input, reference));
  return figures;
}
