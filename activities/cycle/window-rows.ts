/** Reads the rows of a span as they are measured: with their labels, and with how many labels have no row. */
import type { Deps } from '../deps.js';
import { OrphanLabels } from '../../src/io/mysql/orphan-labels.js';
import { integer, select } from '../../src/io/mysql/rows.js';
import { explainSourceFault } from '../../src/io/mysql/source-faults.js';
import { readWindow, type ReadOptions } from '../../src/io/mysql/window-reader.js';
import { rowCountQuery, windowQuery } from '../../src/io/mysql/window-query.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { Frame } from '../../src/model/frame.js';
import { presentCount } from '../../src/model/frame-rows.js';
import { ROLE_COLUMNS } from '../../src/model/roles.js';
import type { Window } from '../../src/model/window.js';

const DAY_MS = 86_400_000;

/**
 * Until when a label must have arrived to be seen. Profiles take what is there, whenever it arrived: an hour is profiled
 * again when more comes, so that it never forgets a label; the day is for clocks that differ.
 */
export const arrivalLimit = ({ read }: ModelDefinition, now: number): number =>
  read === 'hours' ? Date.now() + DAY_MS : now;

export interface RowsToRead {
  readonly definition: ModelDefinition;
  readonly revision: number;
  readonly window: Window;
  /** Labels that arrived later are not seen. */
  readonly arrivedBy: number;
}

export class WindowRows {
  private readonly deps: Deps;
  private readonly orphans = new OrphanLabels();

  constructor(deps: Deps) {
    this.deps = deps;
  }

  /** How many rows there are, labels apart. Throws `SourceFault`. */
  async count(definition: ModelDefinition, window: Window): Promise<number> {
    try {
      const { sql, values } = rowCountQuery(definition, window);
      const [row] = await select(this.deps.sources.poolOf(definition), sql, values);
      return row === undefined ? 0 : integer(row, 'total');
    } catch (error) {
      throw explainSourceFault(error, definition);
    }
  }

  /** Throws `SourceFault`, which says in words what is wrong with the source. */
  async read({ definition, revision, window, arrivedBy }: RowsToRead, options: ReadOptions): Promise<Frame> {
    try {
      const pool = this.deps.sources.poolOf(definition);
      const frame = await readWindow(pool, windowQuery(definition, window, arrivedBy), options);
      const key = `${definition.model}\n${String(revision)}`;
      const matched = presentCount(frame, ROLE_COLUMNS.label);
      const labels = await this.orphans.count(pool, definition, { key, window, arrivedBy, matched });
      return labels === undefined ? frame : { ...frame, intake: { ...frame.intake, labels } };
    } catch (error) {
      throw explainSourceFault(error, definition);
    }
  }
}
