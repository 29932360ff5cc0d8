/** The reference of a model version: found, or read, profiled once and stored. */
import { createHash } from 'node:crypto';
import type { Deps } from '../deps.js';
import { findReference, storeReference, type StoredReference } from '../../src/io/mysql/references.js';
import { servingHistory } from '../../src/io/mysql/registry.js';
import { readWindow } from '../../src/io/mysql/window-reader.js';
import { referenceRowsQuery, windowQuery } from '../../src/io/mysql/window-query.js';
import { measureReference } from '../../src/measure/measure.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { Figure } from '../../src/model/figure.js';
import type { Frame } from '../../src/model/frame.js';
import { splitByVersion } from '../../src/model/frame-rows.js';
import { ROLE_COLUMNS, rolesOf } from '../../src/model/roles.js';
import { addSpan, type Window } from '../../src/model/window.js';
import { decodeProfile, encodeProfile } from '../../src/profile/encode-profile.js';
import type { WindowProfile } from '../../src/profile/reference-profile.js';

export interface Reference {
  readonly digest: string;
  readonly description: string;
  readonly rows: number;
  readonly figures: readonly Figure[];
  readonly profile: WindowProfile;
}

/** Rows that name no version share this key. */
const versionKey = (version: string | null): string => version ?? '';

interface ReferenceRows {
  readonly frame: Frame;
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
  return { frame, description: `${isoDay(span.from)} to ${isoDay(span.to)}, the first rows of ${versionKey(version)}` };
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
      return frame.rows === 0 ? null : { frame, description: `${isoDay(span.from)} to ${isoDay(span.to)}` };
    }
    case 'trainer': {
      const frame = await readWindow(deps.database.pool, referenceRowsQuery(definition, versionKey(version)));
      return frame.rows === 0 ? null : { frame, description: `rows held out when ${versionKey(version)} was trained` };
    }
    case 'first':
      return firstRows(deps, definition, version, now);
  }
}

function decode(stored: StoredReference): Reference {
  return { ...stored, profile: decodeProfile(stored.profile) };
}

/** Bytes of profiles, as stored, that are kept decoded: a thousand small references, or a few of a million rows. */
const DECODED_BYTES = 256 * 2 ** 20;

interface Decoded {
  readonly reference: Reference;
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

  /** Null where the version has no reference yet; the rules then say so. `now` is the cycle's. */
  async get(
    definition: ModelDefinition,
    revision: number,
    version: string | null,
    now: number,
  ): Promise<Reference | null> {
    const key = `${definition.model}\n${versionKey(version)}\n${String(revision)}`;
    const known = this.decoded.get(key);
    if (known !== undefined) return known.reference;
    const stored =
      (await findReference(this.deps.database.pool, definition.model, versionKey(version), revision)) ??
      (await this.make(definition, revision, version, now));
    if (stored === null) return null;
    const reference = decode(stored);
    this.keep(key, { reference, bytes: stored.profile.byteLength });
    return reference;
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
    revision: number,
    version: string | null,
    now: number,
  ): Promise<StoredReference | null> {
    const rows = await referenceRows(this.deps, definition, version, now);
    if (rows === null) return null;
    const { profile, figures } = measureReference(rows.frame, rolesOf(definition), {
      metrics: 'default',
      segments: definition.labels !== undefined && definition.segments !== false,
    });
    const learned = learnedFigures(definition, rows, profile);
    const bytes = encodeProfile(profile);
    const reference: StoredReference = {
      digest: createHash('sha256').update(bytes).digest('hex'),
      description: rows.description,
      rows: rows.frame.rows,
      figures,
      profile: bytes,
    };
    await storeReference(
      this.deps.database.pool,
      definition.model,
      versionKey(version),
      revision,
      reference,
      Date.now(),
    );
    return reference;
  }
}
