/**
 * A window measured column by column: by several threads at a time, and against a reference of which nobody holds more
 * than a few columns. What is no matter of one column is measured beside them.
 */

import { columnDrift, driftingColumns, wantedBy as driftWanted } from '../drift/measure-drift.js';
import { DATASET_METRICS } from '../drift/catalogue.js';
import type { Figure } from '../model/figure.js';
import type { Column, Frame, Roles } from '../model/frame.js';
import { withScratch } from '../numeric/scratch.js';
import { profileCategory } from '../profile/category-profile.js';
import { decodeLong, type LongColumn } from '../profile/encode-profile.js';
import { profileNumericInPlace } from '../profile/numeric-profile.js';
import { type ColumnProfile, watchedColumns } from '../profile/reference-profile.js';
import { ROW_METRICS } from '../quality/catalogue.js';
import { columnQuality, wantedBy as qualityWanted, windowFigures } from '../quality/measure-quality.js';
import { seenValues, type SeenValues } from '../security/hostile-input.js';
import { measureWindow, type ReferenceOfWindow, type WindowOptions } from './measure.js';

/** A reference whose long columns are read when their turn comes. */
export interface ReferenceByColumn extends Omit<ReferenceOfWindow, 'seen'> {
  /** Columns that the profile does not hold. */
  readonly long: ReadonlyMap<string, LongColumn>;
  /** Memory that takes any of them. */
  readonly columnBytes: number;
  /** Bytes of one, in `memory`, which is then not to be used otherwise. */
  readonly readColumn: (column: LongColumn, memory: ArrayBuffer) => Promise<Uint8Array>;
}

export interface ColumnToMeasure extends Pick<WindowOptions, 'families' | 'metrics'> {
  readonly name: string;
  /** Of the window; absent where it has no such column. */
  readonly rows?: Column;
  /** Null where the window has no reference; absent where the reference has no such column. */
  readonly reference?: ColumnProfile | StoredColumn | null;
  readonly categorical: readonly string[];
}

/** A column of the reference that is yet to be decoded; the bytes are used up. */
export interface StoredColumn {
  readonly kind: 'stored';
  readonly column: LongColumn;
  readonly bytes: Uint8Array;
}

export interface ColumnFigures {
  readonly quality: readonly Figure[];
  readonly drift: readonly Figure[];
}

export interface MeasuredColumn extends ColumnFigures {
  /** That of the stored column, for the next one. */
  readonly memory?: ArrayBuffer;
}

/** Who measures. */
export interface Measuring {
  /** Columns that are measured at a time. */
  readonly width: number;
  readonly window: (...window: Parameters<typeof measureWindow>) => Promise<readonly Figure[]>;
  readonly column: (column: ColumnToMeasure) => Promise<MeasuredColumn>;
}

/** Metrics that need all columns at once. */
const OF_ALL_COLUMNS: ReadonlySet<string> = new Set([...ROW_METRICS, ...DATASET_METRICS]);

function withProfileOf<T>(column: Column | undefined, use: (profile: ColumnProfile | undefined) => T): T {
  if (column?.kind !== 'numeric') return use(column && profileCategory(column));
  return withScratch(column.values.length, (values) => {
    values.set(column.values);
    return use(profileNumericInPlace({ ...column, values }));
  });
}

function withReference<T>(reference: ColumnToMeasure['reference'], use: (profile: ColumnProfile | undefined) => T): T {
  if (reference?.kind !== 'stored') return use(reference ?? undefined);
  const { column, bytes } = reference;
  return withScratch(column.moments.count, (values) => use(decodeLong(column, bytes, values)));
}

/** All that is measured of one column: its quality, and its drift where there is a reference. */
export function measureColumn({
  name,
  rows,
  reference,
  categorical,
  families,
  metrics,
}: ColumnToMeasure): ColumnFigures {
  const wants = { quality: families.includes('quality'), drift: families.includes('drift') && reference !== null };
  return withProfileOf(rows, (current) =>
    withReference(reference, (before) => ({
      quality: wants.quality && current ? columnQuality(current, before, 'current', qualityWanted(metrics)) : [],
      drift: wants.drift ? columnDrift({ name, categorical, reference: before, current }, driftWanted(metrics)) : [],
    })),
  );
}

/** The memory of its stored column, which then is free. */
export function memoryOf({ reference }: ColumnToMeasure): ArrayBuffer | undefined {
  const memory = reference?.kind === 'stored' ? reference.bytes.buffer : undefined;
  return memory instanceof ArrayBuffer ? memory : undefined;
}

/** Whoever asks measures. */
export const measuringHere: Measuring = {
  width: 1,
  window: (...window) => Promise.resolve(measureWindow(...window)),
  column: (column) => {
    const memory = memoryOf(column);
    return Promise.resolve({ ...measureColumn(column), ...(memory && { memory }) });
  },
};

function seenIn({ profile, long }: ReferenceByColumn): SeenValues {
  return new Map([...seenValues(profile), ...[...long.values()].map(({ name, span }) => [name, span] as const)]);
}

/** What is needed of the reference beside its columns. */
function withoutColumns(reference: ReferenceByColumn): ReferenceOfWindow {
  const { profile, figures, estimator, isolation } = reference;
  return {
    profile: { ...profile, columns: new Map() },
    seen: seenIn(reference),
    ...{ ...(figures && { figures }), ...(estimator && { estimator }), ...(isolation && { isolation }) },
  };
}

export interface WindowByColumn {
  readonly current: Frame;
  readonly reference: ReferenceByColumn | null;
  readonly roles: Roles;
  readonly options: WindowOptions;
}

/** In the order of their figures. A feature that the window lacks has drift that says so. */
function namesOf({ current, reference, roles, options: { metrics } }: WindowByColumn): readonly string[] {
  if (reference === null) return watchedColumns(roles);
  const { profile, long } = reference;
  const known = { has: (name: string) => profile.columns.has(name) || long.has(name) };
  return driftingColumns(roles, metrics, known, current.columns);
}

async function referenceOf(
  name: string,
  { long, profile, columnBytes, readColumn }: ReferenceByColumn,
  free: ArrayBuffer[],
): Promise<ColumnToMeasure['reference']> {
  const column = long.get(name);
  if (column === undefined) return profile.columns.get(name);
  const bytes = await readColumn(column, free.pop() ?? new ArrayBuffer(columnBytes));
  return { kind: 'stored', column, bytes };
}

/** The next column of the reference is read while others are measured. */
async function measureColumns(window: WindowByColumn, measuring: Measuring): Promise<readonly ColumnFigures[]> {
  const { current, reference, roles, options } = window;
  const watched = new Set(watchedColumns(roles));
  const measured: Promise<ColumnFigures>[] = [];
  const running = new Set<Promise<unknown>>();
  const free: ArrayBuffer[] = [];
  for (const name of namesOf(window)) {
    const rows = current.columns.get(name);
    const before = reference === null ? null : await referenceOf(name, reference, free);
    if (running.size >= measuring.width) await Promise.race(running);
    const figures = measuring.column({
      ...{ name, categorical: roles.categorical, metrics: options.metrics },
      // The label, where it is among them, has drift alone.
      families: watched.has(name) ? options.families : ['drift'],
      ...(rows && { rows }),
      ...(before !== undefined && { reference: before }),
    });
    measured.push(figures);
    running.add(figures);
    figures
      .then(({ memory }) => {
        if (memory !== undefined) free.push(memory);
      })
      // What went wrong is told below, when all are asked for.
      .catch(() => undefined)
      .finally(() => running.delete(figures));
  }
  return Promise.all(measured);
}

/**
 * The figures that `measureWindow` gives, in their order. Metrics that need all columns at once cannot be had: throws
 * `RangeError` where one is asked for by name.
 */
export async function measureByColumn(window: WindowByColumn, measuring: Measuring): Promise<readonly Figure[]> {
  const { current, reference, roles, options } = window;
  const { families, metrics } = options;
  const whole =
    metrics === 'all' ? ['all'] : metrics === 'default' ? [] : metrics.filter((one) => OF_ALL_COLUMNS.has(one));
  if (whole.length > 0) throw new RangeError(`${whole.join(', ')}: not to be measured one column at a time`);
  const besides = measuring.window(current, reference && withoutColumns(reference), roles, {
    ...options,
    columns: 'apart',
  });
  const wantsColumns = families.includes('quality') || families.includes('drift');
  const [others, columns] = await Promise.all([besides, wantsColumns ? measureColumns(window, measuring) : []]);
  const isQuality = ({ family }: Figure): boolean => family === 'quality';
  return [
    ...(families.includes('quality') ? windowFigures(current, 'current', qualityWanted(metrics)) : []),
    ...columns.flatMap(({ quality }) => quality),
    ...others.filter(isQuality),
    ...columns.flatMap(({ drift }) => drift),
    ...others.filter((figure) => !isQuality(figure)),
  ];
}
