/** The reference of a model version: found, or read, profiled once and stored. */
import { createHash } from 'node:crypto';
import type { Deps } from '../deps.js';
import type { EstimatorFit } from '../../src/estimation/fit-estimator.js';
import { byColumn } from '../../src/io/mysql/reference-columns.js';
import {
  findHoursProfile,
  findReference,
  type FoundReference,
  type ReferenceKey,
  storeReference,
  type StoredFacts,
  type StoredReference,
} from '../../src/io/mysql/references.js';
import { servingHistory } from '../../src/io/mysql/registry.js';
import { readWindow } from '../../src/io/mysql/window-reader.js';
import { referenceRowsQuery, windowQuery } from '../../src/io/mysql/window-query.js';
import { decodeProfiledReference, encodeProfiledReference } from '../../src/measure/encode-profiled-reference.js';
import { encodeReference } from '../../src/measure/encode-reference.js';
import type { ReferenceByColumn } from '../../src/measure/measure-by-column.js';
import { measureByWindow } from '../../src/measure/measure-by-window.js';
import { measureReference } from '../../src/measure/measure.js';
import { profileReference, type ProfiledReference } from '../../src/measure/measure-profiles.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { Figure } from '../../src/model/figure.js';
import { leftOut } from '../../src/model/left-out.js';
import type { Frame } from '../../src/model/frame.js';
import { splitByVersion } from '../../src/model/frame-rows.js';
import { ROLE_COLUMNS, rolesOf } from '../../src/model/roles.js';
import { addSpan, windowsWithin, type Window } from '../../src/model/window.js';
import type { WindowProfile } from '../../src/profile/reference-profile.js';
import { LEAST_WINDOWS } from '../../src/rules/learned-limits.js';

/** What rules need to know of a reference. */
export type ReferenceFacts = StoredFacts;

/** A reference whose long columns are read from the database each time: they take more memory than all else of it. */
export interface Reference extends ReferenceFacts, ReferenceByColumn {
  readonly figures: readonly Figure[];
  readonly estimator: EstimatorFit;
}

/** A reference for windows that are added up from profiles: without the values of its rows. */
export interface HourlyReference extends ReferenceFacts, ProfiledReference {
  readonly figures: readonly Figure[];
}

/** Rows that name no version share this key. */
const versionKey = (version: string | null): string => version ?? '';

interface ReferenceRows {
  readonly frame: Frame;
  /** Time that the rows cover; windows within it are whole. */
  readonly span: Window;
  readonly description: string;
}

function rowsOfVersion(frame: Frame, version: string | null): Frame | null {
  return splitByVersion(frame, ROLE_COLUMNS.version).find((part) => part.version === version)?.frame ?? null;
}

const isoDay = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

async function readSpan(deps: Deps, definition: ModelDefinition, span: Window, now: number): Promise<Frame> {
  return readWindow(deps.sources.poolOf(definition), windowQuery(definition, span, now));
}

/** The first days of the version, once they are over and hold enough rows. */
async function firstRows(
  deps: Deps,
  definition: ModelDefinition,
  version: string | null,
  now: number,
): Promise<ReferenceRows | null> {
  if (definition.reference.kind !== 'first') return null;
  const { length, minimumRows } = definition.reference;
  const { timezone } = definition.schedule;
  const periods = await servingHistory(deps.database.pool, definition.model);
  const since = periods.filter((period) => period.version === version).map((period) => period.dataSince);
  if (since.length === 0) return null;
  const from = Math.min(...since);
  const span = { from, to: addSpan(from, length, timezone) };
  if (span.to > now) return null;
  const frame = rowsOfVersion(await readSpan(deps, definition, span, now), version);
  if (frame === null || frame.rows < minimumRows) return null;
  return {
    frame,
    span,
    description: `${isoDay(span.from)} to ${isoDay(span.to)}, the first rows of ${versionKey(version)}`,
  };
}

/** From the first row to the last: the windows at both ends may be cut short, and then lie outside. */
function spanOfRows(frame: Frame): Window {
  const times = frame.columns.get(ROLE_COLUMNS.time);
  if (times?.kind !== 'numeric') return { from: 0, to: 0 };
  let [from, to] = [Infinity, -Infinity];
  for (const time of times.values) {
    if (time < from) from = time;
    if (time > to) to = time;
  }
  return from <= to ? { from, to } : { from: 0, to: 0 };
}

/** Own windows that a reference is held against: a week of hours is enough to know the week. */
const MOST_OWN_WINDOWS = 168;
/** Each own window is held against all rows; this many rows in all take a few seconds. */
const COMPARED_ROWS = 1e8;

/** What the metrics with learned limits came to in the reference's own windows. */
function learnedFigures(definition: ModelDefinition, { frame, span }: ReferenceRows, profile: WindowProfile): Figure[] {
  const metrics = [...new Set(definition.rules.filter(({ learned }) => learned).map(({ metric }) => metric))];
  const { window, timezone } = definition.schedule;
  const most = Math.max(LEAST_WINDOWS, Math.min(MOST_OWN_WINDOWS, Math.floor(COMPARED_ROWS / frame.rows)));
  return measureByWindow(frame, profile, rolesOf(definition), {
    windows: windowsWithin(span, window, timezone, most),
    metrics,
    minimumRows: definition.minimumRows,
  });
}

async function referenceRows(
  deps: Deps,
  definition: ModelDefinition,
  version: string | null,
  now: number,
): Promise<ReferenceRows | null> {
  switch (definition.reference.kind) {
    case 'span': {
      const span = { from: Date.parse(definition.reference.from), to: Date.parse(definition.reference.to) };
      const frame = await readSpan(deps, definition, span, now);
      return frame.rows === 0 ? null : { frame, span, description: `${isoDay(span.from)} to ${isoDay(span.to)}` };
    }
    case 'trainer': {
      const frame = await readWindow(deps.database.pool, referenceRowsQuery(definition, versionKey(version)));
      if (frame.rows === 0) return null;
      const description = `rows held out when ${versionKey(version)} was trained`;
      return { frame, span: spanOfRows(frame), description };
    }
    case 'first':
      return firstRows(deps, definition, version, now);
  }
}

const WITHOUT_ESTIMATES: EstimatorFit = { kind: 'none', reason: 'the definition leaves estimates out' };

/** Bytes of profiles, as stored and without long columns, that are kept decoded: a thousand small references. */
const DECODED_BYTES = 256 * 2 ** 20;

interface Decoded {
  readonly reference: Reference | HourlyReference;
  readonly bytes: number;
}

export class ReferenceStore {
  /** A version's reference never changes within a revision. Insertion order is age. */
  private readonly decoded = new Map<string, Decoded>();
  private bytes = 0;
  private readonly deps: Deps;

  constructor(deps: Deps) {
    this.deps = deps;
  }

  /** For windows of rows. Null where the version has no reference yet; the rules then say so. `now` is the cycle's. */
  async get(
    definition: ModelDefinition,
    revision: number,
    version: string | null,
    now: number,
  ): Promise<Reference | null> {
    const key = `${definition.model}\n${versionKey(version)}\n${String(revision)}`;
    const known = this.decoded.get(key);
    if (known !== undefined) return known.reference as Reference;
    const { pool } = this.deps.database;
    const where = { model: definition.model, version: versionKey(version), revision };
    const stored = (await findReference(pool, where)) ?? (await this.make(definition, where, version, now));
    if (stored === null) return null;
    const reference = byColumn(pool, stored);
    this.keep(key, { reference, bytes: stored.head.byteLength });
    return reference;
  }

  /** As `get`, for windows that are added up from profiles. */
  async hourly(
    definition: ModelDefinition,
    revision: number,
    version: string | null,
    now: number,
  ): Promise<HourlyReference | null> {
    const key = `${definition.model}\n${versionKey(version)}\n${String(revision)}\nhours`;
    const known = this.decoded.get(key);
    if (known !== undefined) return known.reference as HourlyReference;
    const { pool } = this.deps.database;
    const where = { model: definition.model, version: versionKey(version), revision };
    const find = (): ReturnType<typeof findHoursProfile> => findHoursProfile(pool, where);
    let stored = await find();
    if (stored === null && (await this.make(definition, where, version, now)) !== null) stored = await find();
    if (stored === null) return null;
    const { hoursProfile, ...facts } = stored;
    const reference = { ...facts, ...decodeProfiledReference(hoursProfile) };
    this.keep(key, { reference, bytes: hoursProfile.byteLength });
    return reference;
  }

  /** What rules need of the reference, whichever way the definition reads its windows. */
  facts(
    definition: ModelDefinition,
    revision: number,
    version: string | null,
    now: number,
  ): Promise<ReferenceFacts | null> {
    return definition.read === 'hours'
      ? this.hourly(definition, revision, version, now)
      : this.get(definition, revision, version, now);
  }

  private keep(key: string, decoded: Decoded): void {
    // Activities of one cycle may have asked at the same time; the newest answer is kept.
    this.bytes += decoded.bytes - (this.decoded.get(key)?.bytes ?? 0);
    this.decoded.set(key, decoded);
    for (const [oldest, { bytes }] of this.decoded) {
      if (this.bytes <= DECODED_BYTES || oldest === key) return;
      this.decoded.delete(oldest);
      this.bytes -= bytes;
    }
  }

  private async make(
    definition: ModelDefinition,
    where: ReferenceKey,
    version: string | null,
    now: number,
  ): Promise<FoundReference | null> {
    const rows = await referenceRows(this.deps, definition, version, now);
    if (rows === null) return null;
    const roles = rolesOf(definition);
    const left = leftOut(definition);
    const { profile, figures, estimator, isolation } = measureReference(rows.frame, roles, {
      metrics: 'default',
      estimates: !left.has('estimate'),
      segments: definition.labels !== undefined && !left.has('segment'),
      security: !left.has('security'),
    });
    const learned = learnedFigures(definition, rows, profile);
    const encoded = encodeReference(profile, estimator ?? WITHOUT_ESTIMATES, isolation);
    const reference: StoredReference = {
      digest: createHash('sha256').update(encoded.bytes).digest('hex'),
      description: rows.description,
      rows: rows.frame.rows,
      figures: [...figures, ...learned].filter(({ family }) => !left.has(family)),
      profile: encoded,
      ...(definition.read === 'hours' && {
        hoursProfile: encodeProfiledReference(
          profileReference({ profile, figures, ...(estimator && { estimator }) }, roles),
        ),
      }),
    };
    await storeReference(this.deps.database.pool, where, reference, Date.now());
    // As it lies there: another worker may have been first.
    return findReference(this.deps.database.pool, where);
  }
}
