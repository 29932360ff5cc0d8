/** What a window's activities share: the definition, the rows, their split by version, the references, the digest. */
import { createHash } from 'node:crypto';
import type { WindowTask } from '../contract.js';
import type { Deps } from '../deps.js';
import { OrphanLabels } from '../../src/io/mysql/orphan-labels.js';
import { explainSourceFault } from '../../src/io/mysql/source-faults.js';
import { readWindow, type ReadOptions } from '../../src/io/mysql/window-reader.js';
import { windowQuery } from '../../src/io/mysql/window-query.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { Frame } from '../../src/model/frame.js';
import { presentCount, splitByVersion, type VersionRows } from '../../src/model/frame-rows.js';
import { ROLE_COLUMNS } from '../../src/model/roles.js';
import { addSpan, type Window } from '../../src/model/window.js';
import type { DefinitionStore } from './definition-store.js';
import type { Reference, ReferenceStore } from './reference.js';

export interface MeasuredVersion extends VersionRows {
  readonly reference: Reference | null;
}

export interface WindowInput {
  readonly definition: ModelDefinition;
  readonly window: Window;
  readonly now: number;
  readonly frame: Frame;
  /** The version that served last comes first; rules judge it. */
  readonly versions: readonly MeasuredVersion[];
  readonly labelled: number;
  readonly coverage: number;
  /** Labels suffice, or their deadline has passed, or none are awaited. */
  readonly final: boolean;
  readonly digest: string;
}

const windowKey = (task: WindowTask): string =>
  [task.model, task.revision, task.from, task.to, task.scheduledAt].join('\n');

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
  load(task: WindowTask, options?: ReadOptions): Promise<WindowInput>;
  /** Forgets the rows of a window that has been judged. */
  forget(task: WindowTask): void;
}

export interface InputStores {
  readonly references: ReferenceStore;
  readonly definitions: DefinitionStore;
}

export function createWindowInputs(deps: Deps, { references, definitions }: InputStores): WindowInputs {
  /** A window that is kept in memory is split and hashed once, not by each activity that measures it. */
  const prepared = new WeakMap<Frame, WindowInput>();
  const orphans = new OrphanLabels();
  return {
    async load(task, options = {}) {
      const { definition } = await definitions.load(task.model, task.revision);
      const window = { from: Date.parse(task.from), to: Date.parse(task.to) };
      const now = Date.parse(task.scheduledAt);
      const frame = await deps.windows.get(windowKey(task), async () => {
        try {
          const pool = deps.sources.poolOf(definition);
          const read = await readWindow(pool, windowQuery(definition, window, now), options);
          const key = `${task.model}\n${String(task.revision)}`;
          const matched = presentCount(read, ROLE_COLUMNS.label);
          const labels = await orphans.count(pool, definition, { key, window, arrivedBy: now, matched });
          return labels === undefined ? read : { ...read, intake: { ...read.intake, labels } };
        } catch (error) {
          throw explainSourceFault(error, definition);
        }
      });
      const known = prepared.get(frame);
      if (known !== undefined) return known;
      const parts = splitByVersion(frame, ROLE_COLUMNS.version);
      const versions: MeasuredVersion[] = [];
      for (const part of parts) {
        const reference = await references.get(definition, task.revision, part.version, now);
        versions.push({ ...part, reference });
      }
      const { labels, schedule } = definition;
      const labelled = labels === undefined ? 0 : presentCount(frame, ROLE_COLUMNS.label);
      const coverage = frame.rows === 0 ? 1 : labelled / frame.rows;
      const final =
        labels === undefined ||
        coverage >= labels.minimumCoverage ||
        now >= addSpan(window.to, labels.deadline, schedule.timezone);
      const digest = digestOf(task, frame, versions, final);
      const input = { definition, window, now, frame, versions, labelled, coverage, final, digest };
      prepared.set(frame, input);
      return input;
    },
    forget(task) {
      deps.windows.drop(windowKey(task));
    },
  };
}
