/** What a window's activities share: the definition, what was read of the window, the references, the digest. */
import { createHash } from 'node:crypto';
import type { WindowTask } from '../contract.js';
import type { Deps } from '../deps.js';
import { prepareThreads, WORTH_SHARING_ROWS } from '../../src/io/measuring-thread/measuring-threads.js';
import { shareFrame } from '../../src/io/measuring-thread/share.js';
import { HourCounts } from '../../src/io/mysql/hour-counts.js';
import type { ReadOptions } from '../../src/io/mysql/window-reader.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { Frame } from '../../src/model/frame.js';
import { presentCount, splitByVersion, type VersionRows } from '../../src/model/frame-rows.js';
import { ROLE_COLUMNS } from '../../src/model/roles.js';
import { addSpan, type Window, windowOf } from '../../src/model/window.js';
import type { DefinitionStore } from './definition-store.js';
import type { HourlyVersion } from './hour-sums.js';
import { loadHours } from './hourly-window.js';
import type { Reference, ReferenceStore } from './reference.js';
import { arrivalLimit, WindowRows } from './window-rows.js';
import { WindowStore } from './window-store.js';

export interface MeasuredVersion extends VersionRows {
  readonly reference: Reference | null;
}

interface WindowHead {
  readonly definition: ModelDefinition;
  readonly window: Window;
  readonly now: number;
  readonly rows: number;
  readonly labelled: number;
  readonly coverage: number;
  /** Labels suffice, or their deadline has passed, or none are awaited. */
  readonly final: boolean;
  readonly digest: string;
}

/** Versions are in the order in which they served, the last one first; rules judge it. */
export interface RowsInput extends WindowHead {
  readonly read: 'rows';
  readonly versions: readonly MeasuredVersion[];
}

export interface HoursInput extends WindowHead {
  readonly read: 'hours';
  readonly versions: readonly HourlyVersion[];
}

export type WindowInput = RowsInput | HoursInput;

/** How many rows a window that was added up from profiles takes as much memory as. */
const HOURS_WEIGHT = 5_000;

const windowKey = (task: WindowTask): string =>
  [task.model, task.revision, task.from, task.to, task.scheduledAt].join('\n');

/** Another spelling for the rows of a window that is added up from profiles otherwise. */
const rowsKey = (task: WindowTask): string => `${windowKey(task)}\nrows`;

/** Digest of everything that judging depends on. Typed arrays are hashed as they lie in memory. */
function digestOf(task: WindowTask, frame: Frame, versions: readonly MeasuredVersion[], final: boolean): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([task.revision, final, frame.intake]));
  for (const { version, reference } of versions) hash.update(JSON.stringify([version, reference?.digest ?? null]));
  for (const [name, column] of frame.columns) {
    hash.update(name);
    if (column.kind === 'category') hash.update(JSON.stringify(column.levels));
    const cells = column.kind === 'numeric' ? column.values : column.codes;
    hash.update(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength));
  }
  return hash.digest('hex');
}

export interface WindowInputs {
  /** As the definition has its windows read. */
  load(task: WindowTask, options?: ReadOptions): Promise<WindowInput>;
  /** The rows, whatever the definition says: where the bound of a figure does not let a rule judge. */
  loadRows(task: WindowTask, options?: ReadOptions): Promise<RowsInput>;
  /** Forgets the rows of a window that has been judged. */
  forget(task: WindowTask): void;
}

export interface InputStores {
  readonly references: ReferenceStore;
  readonly definitions: DefinitionStore;
}

type Situation = Pick<WindowHead, 'definition' | 'window' | 'now'>;

function labelState(
  { definition: { labels, schedule }, window, now }: Situation,
  rows: number,
  labelled: number,
): Pick<WindowHead, 'labelled' | 'coverage' | 'final'> {
  const coverage = rows === 0 ? 1 : labelled / rows;
  const final =
    labels === undefined ||
    coverage >= labels.minimumCoverage ||
    now >= addSpan(window.to, labels.deadline, schedule.timezone);
  return { labelled, coverage, final };
}

class Inputs implements WindowInputs {
  private readonly kept = new WindowStore<WindowInput>((input) => (input.read === 'rows' ? input.rows : HOURS_WEIGHT));
  private readonly rows: WindowRows;
  private readonly counts = new HourCounts();
  private readonly deps: Deps;
  private readonly stores: InputStores;

  constructor(deps: Deps, stores: InputStores) {
    this.deps = deps;
    this.stores = stores;
    this.rows = new WindowRows(deps);
  }

  async load(task: WindowTask, options: ReadOptions = {}): Promise<WindowInput> {
    const situation = await this.situation(task);
    if (situation.definition.read !== 'hours') return this.loadRows(task, options);
    return this.kept.get(
      windowKey(task),
      async () => (await this.readHours(task, situation, options)) ?? (await this.loadRows(task, options)),
    );
  }

  async loadRows(task: WindowTask, options: ReadOptions = {}): Promise<RowsInput> {
    const situation = await this.situation(task);
    const read = (): Promise<RowsInput> => this.readRows(task, situation, options);
    // What is kept under this key is only ever made by this function.
    return this.kept.get(rowsKey(task), read) as Promise<RowsInput>;
  }

  forget(task: WindowTask): void {
    this.kept.drop(windowKey(task));
    this.kept.drop(rowsKey(task));
  }

  private async situation(task: WindowTask): Promise<Situation> {
    const { definition } = await this.stores.definitions.load(task.model, task.revision);
    const window = windowOf(task);
    return { definition, window, now: Date.parse(task.scheduledAt) };
  }

  private async readRows(task: WindowTask, situation: Situation, options: ReadOptions): Promise<RowsInput> {
    const { definition, window, now } = situation;
    const { revision } = task;
    const arrivedBy = arrivalLimit(definition, now);
    const frame = await this.rows.read(
      { definition, revision, window, arrivedBy },
      {
        ...options,
        progress(rows, upTo) {
          if (rows >= WORTH_SHARING_ROWS) void prepareThreads();
          options.progress?.(rows, upTo);
        },
      },
    );
    const versions: MeasuredVersion[] = [];
    for (const part of splitByVersion(frame, ROLE_COLUMNS.version)) {
      const reference = await this.stores.references.get(definition, revision, part.version, now);
      // Threads that measure it then need no copy.
      const isLarge = part.frame.rows >= WORTH_SHARING_ROWS;
      versions.push({ ...part, ...(isLarge && { frame: shareFrame(part.frame) }), reference });
    }
    const labelled = definition.labels === undefined ? 0 : presentCount(frame, ROLE_COLUMNS.label);
    const state = labelState(situation, frame.rows, labelled);
    const digest = digestOf(task, frame, versions, state.final);
    return { ...situation, ...state, read: 'rows', rows: frame.rows, versions, digest };
  }

  /** Null where a version has no reference yet, against which its hours could be profiled. */
  private async readHours(task: WindowTask, situation: Situation, options: ReadOptions): Promise<HoursInput | null> {
    const { revision } = task;
    const { references } = this.stores;
    const hours = await loadHours(
      { deps: this.deps, rows: this.rows, counts: this.counts, references },
      { ...situation, revision },
      options,
    );
    if (hours === null) return null;
    const { rows, versions } = hours;
    const state = labelState(situation, rows, hours.labelled);
    const digest = createHash('sha256')
      .update(JSON.stringify([revision, state.final, hours.digest]))
      .digest('hex');
    return { ...situation, ...state, read: 'hours', rows, versions, digest };
  }
}

export const createWindowInputs = (deps: Deps, stores: InputStores): WindowInputs => new Inputs(deps, stores);
