/**
 * A window as the sum of its hours: those that are stored and still hold, those that are read and profiled now, and the
 * parts of hours at its ends, which are read each time. Each hour is stored as soon as it is profiled, so that an attempt
 * that is killed is gone on with, not begun anew.
 */
import { createHash } from 'node:crypto';
import type { Deps } from '../deps.js';
import { takeDirtyHours, type DirtyHour } from '../../src/io/mysql/dirty-hours.js';
import { NO_ROWS, type HourCount, type HourCounts } from '../../src/io/mysql/hour-counts.js';
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
import { canonicalJson } from '../../src/model/canonical-json.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { hoursWithin, type Window } from '../../src/model/window.js';
import type { FrozenReference } from '../../src/profile/hourly/columns/frozen-reference.js';
import { HourReader } from '../../src/profile/hourly/encode-hour.js';
import { HourProfiler } from './hour-profiler.js';
import { HourSums, type HourlyWindow, type Part } from './hour-sums.js';
import type { HourlyReference, ReferenceStore } from './reference.js';
import { marksItsHours } from './source-state.js';
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

const spanOf = (hours: readonly number[]): Window => ({
  from: hours[0] ?? 0,
  to: (hours.at(-1) ?? -HOUR_MS) + HOUR_MS,
});

/** A version without a reference cannot be profiled: its windows are read row by row until it has one. */
class NoReference extends Error {}

/** What the source says of the hours before any of them is read. */
interface Standing {
  readonly stored: ReadonlyMap<number, StoredHour>;
  readonly marks: ReadonlyMap<number, DirtyHour>;
  /** Null where hours are marked. */
  readonly counts: {
    readonly ofMissing: ReadonlyMap<number, HourCount>;
    readonly ofStored: Promise<ReadonlyMap<number, HourCount>>;
  } | null;
  readonly removed: number;
}

class HoursOfWindow {
  private readonly deps: Deps;
  private readonly profiler: HourProfiler;
  private readonly counts: HourCounts;
  private readonly references: ReferenceStore;
  private readonly task: HoursToLoad;
  private readonly method: string;
  private readonly arrivedBy: number;
  private readonly readers = new Map<string | null, HourReader>();

  constructor({ deps, rows, counts, references }: HourlyStores, task: HoursToLoad, options: ReadOptions) {
    this.deps = deps;
    this.counts = counts;
    this.references = references;
    this.task = task;
    this.method = methodOf(task.definition);
    this.arrivedBy = arrivalLimit(task.definition, task.now);
    const reading = { ...task, arrivedBy: this.arrivedBy, options };
    this.profiler = new HourProfiler(rows, reading, (version) => this.reference(version));
  }

  /**
   * Stored hours are added while the source still counts them: nearly always they hold. Where one does not, it is read again, and
   * the sum is made anew.
   */
  async load(): Promise<HourlyWindow> {
    const { hours, edges } = hoursWithin(this.task.window);
    const standing = await this.standing(hours);
    let sums = await this.sumsOf(hours, standing);
    const ends: (readonly Part[])[] = [];
    for (const edge of edges) ends.push(await this.profiler.profile(edge));
    const changed = await this.changed(hours, standing);
    if (changed.length > 0) {
      for (const hour of changed) await this.profileAndStore(hour, standing);
      sums = await this.sumsOf(hours, { ...standing, stored: await this.stored(hours), marks: new Map() });
    }
    for (const parts of ends) sums.add(parts);
    return sums.window(async (version) => this.reference(version));
  }

  private async sumsOf(hours: readonly number[], standing: Standing): Promise<HourSums> {
    const sums = new HourSums();
    for (let at = 0; at < hours.length; at += HOURS_AT_ONCE) {
      await this.addHours(sums, hours.slice(at, at + HOURS_AT_ONCE), standing);
    }
    return sums;
  }

  private stored(hours: readonly number[]): Promise<ReadonlyMap<number, StoredHour>> {
    return storedHours(this.deps.database.pool, this.task.definition.model, this.method, spanOf(hours));
  }

  private async reference(version: string | null): Promise<HourlyReference> {
    const { definition, revision, now } = this.task;
    const reference = await this.references.hourly(definition, revision, version, now);
    if (reference === null) throw new NoReference(`version ${String(version)} has no reference yet`);
    return reference;
  }

  /** Marks and counts come before what is read: whatever is written meanwhile is found by the next cycle. */
  private async standing(hours: readonly number[]): Promise<Standing> {
    const { definition } = this.task;
    const { pool } = this.deps.database;
    const { model } = definition;
    const marked = marksItsHours(definition);
    const marks = marked ? await takeDirtyHours(pool, model, spanOf(hours)) : [];
    const stored = await this.stored(hours);
    const counts = marked ? null : await this.countBoth(hours, stored);
    return {
      ...{ marks: new Map(marks.map((mark) => [mark.hour, mark])), stored, counts },
      removed: (await removedBefore(pool, model)) ?? -Infinity,
    };
  }

  /** Those that are stored are counted while the others are read. */
  private async countBoth(
    hours: readonly number[],
    stored: ReadonlyMap<number, StoredHour>,
  ): Promise<NonNullable<Standing['counts']>> {
    const ofStored = this.counted(hours.filter((hour) => stored.has(hour)));
    // Whoever awaits it hears of its fault; nobody does where a missing hour fails first.
    ofStored.catch(() => undefined);
    return { ofMissing: await this.counted(hours.filter((hour) => !stored.has(hour))), ofStored };
  }

  private async counted(hours: readonly number[]): Promise<ReadonlyMap<number, HourCount>> {
    if (hours.length === 0) return new Map();
    const { definition, revision } = this.task;
    const key = `${definition.model}\n${String(revision)}`;
    try {
      const pool = this.deps.sources.poolOf(definition);
      return await this.counts.count(pool, definition, { key, hours, arrivedBy: this.arrivedBy });
    } catch (error) {
      throw explainSourceFault(error, definition);
    }
  }

  /** Null where hours are marked. */
  private async seen(hour: number, { counts }: Standing): Promise<HourCount | null> {
    if (counts === null) return null;
    // One that was missing may be stored by now: what it was counted with holds.
    return counts.ofMissing.get(hour) ?? (await counts.ofStored).get(hour) ?? NO_ROWS;
  }

  /** Those whose rows or labels are others now than when they were profiled, by what the source has counted. */
  private async changed(hours: readonly number[], { counts, stored, removed }: Standing): Promise<readonly number[]> {
    if (counts === null) return [];
    const counted = await counts.ofStored;
    return hours.filter((hour) => {
      const known = stored.get(hour);
      return known !== undefined && hour >= removed && known.seen !== (counted.get(hour) ?? NO_ROWS).seen;
    });
  }

  /** Whether what is stored of the hour is what reading it again would give, as far as is known without counting. */
  private async holds(hour: number, { stored, marks, removed }: Standing): Promise<boolean> {
    const known = stored.get(hour);
    if (known === undefined || (marks.has(hour) && hour >= removed)) return false;
    for (const { version, reference } of known.parts) {
      if ((await this.reference(version)).digest !== reference) return false;
    }
    return true;
  }

  /** In the order of the hours. Those of which nothing is stored are read first. */
  private async addHours(sums: HourSums, hours: readonly number[], standing: Standing): Promise<void> {
    const fresh = new Map<number, readonly Part[]>();
    for (const hour of hours) {
      if (!standing.stored.has(hour)) fresh.set(hour, await this.profileAndStore(hour, standing));
    }
    const { pool } = this.deps.database;
    const fetched =
      fresh.size === hours.length
        ? null
        : await hourProfiles(pool, this.task.definition.model, this.method, spanOf(hours));
    for (const hour of hours) {
      const parts =
        fresh.get(hour) ??
        ((await this.holds(hour, standing)) ? await this.decoded(standing.stored.get(hour), fetched?.get(hour)) : null);
      sums.add(parts ?? (await this.profileAndStore(hour, standing)));
    }
  }

  /** Gone with the next hour. Null where an hour was replaced meanwhile, or its bytes are damaged: it is read again then. */
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
        parts.push({ ...part, profile: this.readerOf(part.version, frozen).read(bytes) });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        this.deps.log.warn({ model: this.task.definition.model, reason: error.message }, 'an hour is profiled again');
        return null;
      }
    }
    return parts;
  }

  /** One for each version: what was read of an hour stays until all its versions are added. */
  private readerOf(version: string | null, frozen: FrozenReference): HourReader {
    let reader = this.readers.get(version);
    if (reader === undefined) this.readers.set(version, (reader = new HourReader(frozen)));
    return reader;
  }

  private async profileAndStore(hour: number, standing: Standing): Promise<readonly Part[]> {
    const { definition } = this.task;
    const { marks, removed } = standing;
    if (hour < removed) {
      const words = `the hour of ${new Date(hour).toISOString()} has no profile that still holds, and its rows were removed`;
      throw new SourceFault(`${words}: this window can no longer be measured`, false, undefined);
    }
    const seen = await this.seen(hour, standing);
    const parts = await this.profiler.profile({ from: hour, to: hour + HOUR_MS }, seen?.rows);
    const mark = marks.get(hour);
    await storeHour(
      this.deps.database.pool,
      { model: definition.model, method: this.method, now: Date.now() },
      {
        hour,
        seen: seen?.seen ?? null,
        parts: parts.map(({ bytes, ...part }): ProfiledPart => ({ ...part, profile: bytes })),
      },
      mark === undefined ? [] : [mark],
    );
    return parts;
  }
}

export interface HourlyStores {
  readonly deps: Deps;
  readonly rows: WindowRows;
  readonly counts: HourCounts;
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
