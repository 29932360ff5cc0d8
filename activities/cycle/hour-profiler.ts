/** Reads the rows of an hour, or of a part of one, and profiles them version by version. */
import { createHash } from 'node:crypto';
import { RowIds } from '../../src/io/mysql/frame-builder.js';
import type { ReadOptions } from '../../src/io/mysql/window-reader.js';
import { profilePart } from '../../src/measure/measure-profiles.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { presentCount, splitByVersion } from '../../src/model/frame-rows.js';
import { ROLE_COLUMNS, rolesOf } from '../../src/model/roles.js';
import type { Window } from '../../src/model/window.js';
import { encodeHour } from '../../src/profile/hourly/encode-hour.js';
import { mergeHours } from '../../src/profile/hourly/hour-profile.js';
import type { Part } from './hour-sums.js';
import type { HourlyReference } from './reference.js';
import type { WindowRows } from './window-rows.js';

/**
 * Rows of an hour that are in memory at once, where they come evenly: some 40 MB. Columns of more than 65,536 rows are had
 * from shared memory, for which the collector has to be asked: with a part after every tenth of a second that would cost a third of
 * the time.
 */
const ROWS_AT_ONCE = 60_000;

/** A part that was profiled just now. */
export interface FreshPart extends Part {
  readonly bytes: Uint8Array;
}

type VersionPart = Omit<Part, 'digest'>;

const addedUp = (a: VersionPart, b: VersionPart): VersionPart => ({
  ...a,
  rows: a.rows + b.rows,
  labelled: a.labelled + b.labelled,
  profile: mergeHours([a.profile, b.profile]),
});

/** Parts of equal length, whole milliseconds each, the last one longer. */
function equalParts({ from, to }: Window, count: number): readonly Window[] {
  const length = Math.max(1, Math.floor((to - from) / Math.max(1, count)));
  const parts: Window[] = [];
  for (let at = from; at < to; at = parts.at(-1)?.to ?? to) {
    parts.push({ from: at, to: parts.length + 1 >= count ? to : Math.min(to, at + length) });
  }
  return parts;
}

interface HoursToRead {
  readonly definition: ModelDefinition;
  readonly revision: number;
  readonly arrivedBy: number;
  readonly options: ReadOptions;
}

export class HourProfiler {
  private readonly rows: WindowRows;
  private readonly task: HoursToRead;
  private readonly referenceOf: (version: string | null) => Promise<HourlyReference>;
  /** Rows read so far, for whoever waits. */
  private done = 0;

  constructor(rows: WindowRows, task: HoursToRead, referenceOf: (version: string | null) => Promise<HourlyReference>) {
    this.rows = rows;
    this.task = task;
    this.referenceOf = referenceOf;
  }

  /**
   * Profiles of the versions that have rows in a span of at most an hour. Many rows are read in parts, so that memory holds
   * some of them at a time; the parts depend on nothing but the rows, so that the same rows make the same bytes. `counted`
   * is how many there are, where that is known.
   */
  async profile(span: Window, counted?: number): Promise<readonly FreshPart[]> {
    const { definition } = this.task;
    const rows = counted ?? (await this.rows.count(definition, span));
    if (rows === 0) return [];
    const ids = new RowIds();
    const versions = new Map<string | null, VersionPart>();
    for (const window of equalParts(span, Math.ceil(rows / ROWS_AT_ONCE))) {
      for (const part of await this.readPart(window, ids)) {
        const before = versions.get(part.version);
        versions.set(part.version, before === undefined ? part : addedUp(before, part));
      }
    }
    return [...versions.values()].map((part) => {
      const bytes = encodeHour(part.profile);
      return { ...part, bytes, digest: createHash('sha256').update(bytes).digest('hex') };
    });
  }

  private async readPart(window: Window, ids: RowIds): Promise<readonly VersionPart[]> {
    const { definition, revision, arrivedBy, options } = this.task;
    const before = this.done;
    const frame = await this.rows.read(
      { definition, revision, window, arrivedBy },
      { ...options, ids, progress: (rows, upTo) => options.progress?.(before + rows, upTo) },
    );
    this.done = before + frame.rows;
    options.progress?.(this.done, window.to);
    if (frame.intake.read === 0) return [];
    const roles = rolesOf(definition);
    const parts: VersionPart[] = [];
    for (const { version, frame: own } of splitByVersion(frame, ROLE_COLUMNS.version)) {
      const reference = await this.referenceOf(version);
      const labelled = presentCount(own, ROLE_COLUMNS.label);
      const profile = profilePart(own, reference, roles);
      parts.push({ version, reference: reference.digest, rows: own.rows, labelled, profile });
    }
    return parts;
  }
}
