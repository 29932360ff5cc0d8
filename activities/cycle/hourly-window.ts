/**
 * A window as the sum of its hours: those that are stored and still hold, those that are read and profiled now, and the
 * parts of hours at its ends, which are read each time. Each hour is stored as soon as it is profiled, so that an attempt
 * that is killed is gone on with, not begun anew.
 */
import { createHash } from 'node:crypto';
import type { Deps } from '../deps.js';
import { takeDirtyHours, type DirtyHour } from '../../src/io/mysql/dirty-hours.js';
import { countHours, NO_ROWS } from '../../src/io/mysql/hour-counts.js';
import {
  hourProfiles,
  storedHours,
  storeHour,
  type ProfiledPart,
  type StoredHour,
} from '../../src/io/mysql/hour-profiles.js';
import { removedBefore } from '../../src/io/mysql/retention.js';
import { explainSourceFault, SourceFault } from '../../src/io/mysql/source-faults.js';
import type { ReadOptions } from '../../src/io/mysql/window-reader.js';
import { profilePart } from '../../src/measure/measure-profiles.js';
import { canonicalJson } from '../../src/model/canonical-json.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { presentCount, splitByVersion } from '../../src/model/frame-rows.js';
import { ROLE_COLUMNS, rolesOf } from '../../src/model/roles.js';
import { hoursWithin, type Window } from '../../src/model/window.js';
import { decodeHour, encodeHour } from '../../src/profile/hourly/encode-hour.js';
import { HourSums, type HourlyWindow, type Part } from './hour-sums.js';
import type { HourlyReference, ReferenceStore } from './reference.js';
import { arrivalLimit, type WindowRows } from './window-rows.js';

const HOUR_MS = 3_600_000;
/** Hours whose profiles are in memory at once; their sum is added to that of the others. */
const HOURS_AT_ONCE = 24;

export interface HoursToLoad {
  readonly definition: ModelDefinition;
  readonly revision: number;
  readonly window: Window;
  /** The cycle's *now*. */
  readonly now: number;
}

/** The same where hours are read and profiled alike; who is told of them, and when a cycle runs, makes no difference. */
function methodOf(definition: ModelDefinition): string {
  const { source, task, positive, scoresAreProbabilities, features, sensitive } = definition;
  const labels = definition.labels && { ...definition.labels, minimumCoverage: undefined, deadline: undefined };
  const decisive = { source, labels, task, positive, scoresAreProbabilities, features, sensitive };
  return createHash('sha256').update(canonicalJson(decisive)).digest('hex');
}

/** Whether whoever writes the rows and the labels marks their hours. */
function marksItsHours({ source, labels }: ModelDefinition): boolean {
  const own = source.connection === undefined && source.table === 'predictions';
  return own && (labels === undefined || (labels.connection === undefined && labels.table === 'labels'));
}

/** A version without a reference cannot be profiled: its windows are read row by row until it has one. */
class NoReference extends Error {}

/** A part that was profiled just now. */
interface FreshPart extends Part {
  readonly bytes: Uint8Array;
}

/** What the source says of the hours before any of them is read. */
interface Standing {
  readonly stored: ReadonlyMap<number, StoredHour>;
  readonly marks: ReadonlyMap<number, DirtyHour>;
  /** Null where hours are marked. */
  readonly counts: ReadonlyMap<number, string> | null;
  readonly removed: number;
}

class HoursOfWindow {
  private readonly deps: Deps;
  private readonly rows: WindowRows;
  private readonly references: ReferenceStore;
  private readonly task: HoursToLoad;
  private readonly options: ReadOptions;
  private readonly method: string;
  private readonly arrivedBy: number;
  private done = 0;

  constructor({ deps, rows, references }: HourlyStores, task: HoursToLoad, options: ReadOptions) {
    this.deps = deps;
    this.rows = rows;
    this.references = references;
    this.task = task;
    this.options = options;
    this.method = methodOf(task.definition);
    this.arrivedBy = arrivalLimit(task.definition, task.now);
  }

  async load(): Promise<HourlyWindow> {
    const { window } = this.task;
    const { hours, edges } = hoursWithin(window);
    const span = { from: hours[0] ?? window.to, to: (hours.at(-1) ?? window.to - HOUR_MS) + HOUR_MS };
    const standing = await this.standing(span);
    const sums = new HourSums();
    for (let at = 0; at < hours.length; at += HOURS_AT_ONCE) {
      sums.add(await this.partsOf(hours.slice(at, at + HOURS_AT_ONCE), standing));
    }
    for (const edge of edges) sums.add(await this.profile(edge));
    return sums.window(async (version) => this.reference(version));
  }

  private async reference(version: string | null): Promise<HourlyReference> {
    const { definition, revision, now } = this.task;
    const reference = await this.references.hourly(definition, revision, version, now);
    if (reference === null) throw new NoReference(`version ${String(version)} has no reference yet`);
    return reference;
  }

  private async standing(span: Window): Promise<Standing> {
    const { definition } = this.task;
    const { pool } = this.deps.database;
    const { model } = definition;
    const marked = marksItsHours(definition);
    // Marks and counts come before what is read: whatever is written meanwhile is found by the next cycle.
    const marks = marked && span.from < span.to ? await takeDirtyHours(pool, model, span) : [];
    return {
      marks: new Map(marks.map((mark) => [mark.hour, mark])),
      counts: marked || span.from >= span.to ? null : await this.counted(span),
      stored: await storedHours(pool, model, this.method, span),
      removed: (await removedBefore(pool, model)) ?? -Infinity,
    };
  }

  private async counted(span: Window): Promise<ReadonlyMap<number, string>> {
    const { definition } = this.task;
    try {
      return await countHours(this.deps.sources.poolOf(definition), definition, span, this.arrivedBy);
    } catch (error) {
      throw explainSourceFault(error, definition);
    }
  }

  /** Whether what is stored of the hour is what reading it again would give. */
  private async holds(hour: number, { stored, marks, counts, removed }: Standing): Promise<boolean> {
    const known = stored.get(hour);
    if (known === undefined) return false;
    const changed = counts === null ? marks.has(hour) : known.seen !== (counts.get(hour) ?? NO_ROWS);
    if (changed && hour >= removed) return false;
    for (const { version, reference } of known.parts) {
      if ((await this.reference(version)).digest !== reference) return false;
    }
    return true;
  }

  private async partsOf(hours: readonly number[], standing: Standing): Promise<readonly Part[]> {
    const [first = 0] = hours;
    const held = new Set<number>();
    for (const hour of hours) if (await this.holds(hour, standing)) held.add(hour);
    const span = { from: first, to: (hours.at(-1) ?? first) + HOUR_MS };
    const { pool } = this.deps.database;
    const profiles = held.size === 0 ? null : await hourProfiles(pool, this.task.definition.model, this.method, span);
    const parts: Part[] = [];
    for (const hour of hours) {
      const stored = held.has(hour) ? await this.decoded(standing.stored.get(hour), profiles?.get(hour)) : null;
      parts.push(...(stored ?? (await this.profileAndStore(hour, standing))));
    }
    return parts;
  }

  /** Null where an hour was replaced meanwhile, or its bytes are damaged: it is read again then. */
  private async decoded(
    stored: StoredHour | undefined,
    profiles: ReadonlyMap<string | null, Uint8Array> | undefined,
  ): Promise<readonly Part[] | null> {
    const parts: Part[] = [];
    for (const part of stored?.parts ?? []) {
      const bytes = profiles?.get(part.version);
      if (bytes === undefined) return null;
      const { frozen } = await this.reference(part.version);
      try {
        parts.push({ ...part, profile: decodeHour(bytes, frozen) });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        this.deps.log.warn({ model: this.task.definition.model, reason: error.message }, 'an hour is profiled again');
        return null;
      }
    }
    return parts;
  }

  private async profileAndStore(hour: number, { marks, counts, removed }: Standing): Promise<readonly Part[]> {
    const { definition } = this.task;
    if (hour < removed) {
      const words = `the hour of ${new Date(hour).toISOString()} has no profile that still holds, and its rows were removed`;
      throw new SourceFault(`${words}: this window can no longer be measured`, false, undefined);
    }
    const parts = await this.profile({ from: hour, to: hour + HOUR_MS });
    const mark = marks.get(hour);
    await storeHour(
      this.deps.database.pool,
      { model: definition.model, method: this.method, now: Date.now() },
      {
        hour,
        seen: counts === null ? null : (counts.get(hour) ?? NO_ROWS),
        parts: parts.map(({ bytes, ...part }): ProfiledPart => ({ ...part, profile: bytes })),
      },
      mark === undefined ? [] : [mark],
    );
    return parts;
  }

  /** Profiles of the versions that have rows in a span of at most an hour. */
  private async profile(span: Window): Promise<readonly FreshPart[]> {
    const { definition, revision } = this.task;
    const before = this.done;
    const frame = await this.rows.read(
      { definition, revision, window: span, arrivedBy: this.arrivedBy },
      { ...this.options, progress: (rows) => this.options.progress?.(before + rows) },
    );
    this.done = before + frame.rows;
    this.options.progress?.(this.done);
    if (frame.rows === 0) return [];
    const roles = rolesOf(definition);
    const parts: FreshPart[] = [];
    for (const { version, frame: own } of splitByVersion(frame, ROLE_COLUMNS.version)) {
      const reference = await this.reference(version);
      const profile = profilePart(own, reference, roles);
      const bytes = encodeHour(profile);
      parts.push({
        version,
        reference: reference.digest,
        rows: own.rows,
        labelled: presentCount(own, ROLE_COLUMNS.label),
        digest: createHash('sha256').update(bytes).digest('hex'),
        profile,
        bytes,
      });
    }
    return parts;
  }
}

export interface HourlyStores {
  readonly deps: Deps;
  readonly rows: WindowRows;
  readonly references: ReferenceStore;
}

/** Null where one of its versions has no reference yet. Throws `SourceFault`. */
export async function loadHours(
  stores: HourlyStores,
  task: HoursToLoad,
  options: ReadOptions,
): Promise<HourlyWindow | null> {
  try {
    return await new HoursOfWindow(stores, task, options).load();
  } catch (error) {
    if (error instanceof NoReference) return null;
    throw error;
  }
}
