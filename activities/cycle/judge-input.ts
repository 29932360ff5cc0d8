/** What a window is judged by: its figures, wherever they are, and the reference of the version that served last. */
import { ApplicationFailure } from '@temporalio/activity';
import { windowOf } from '../../src/model/window.js';
import type { Deps } from '../deps.js';
import { evaluationsOfWindow } from '../../src/io/mysql/evaluations.js';
import { dropStagedFigures, stagedFigures } from '../../src/io/mysql/figures.js';
import type { Queryable } from '../../src/io/mysql/rows.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { Figure } from '../../src/model/figure.js';
import type { Collected, JudgeTask, MeasureTask } from '../contract.js';
import type { FigureStore } from './figure-store.js';
import { loadCollected, measureVersions, PARKED_FROM_ROWS, UNNAMED_VERSION } from './measure.js';
import type { ReferenceFacts, ReferenceStore } from './reference.js';
import type { WindowInput, WindowInputs } from './window-input.js';

const PARTS: readonly MeasureTask['part'][] = ['data', 'outcome'];

export interface JudgeStores {
  readonly references: ReferenceStore;
  readonly inputs: WindowInputs;
  readonly figures: FigureStore;
}

export interface JudgeInput {
  readonly collected: Collected;
  readonly figures: readonly Figure[];
  readonly reference: ReferenceFacts | null;
  /** Other versions in the window, each with its own reference. */
  readonly others: ReadonlyMap<string, ReferenceFacts | null>;
}

/** Trouble with the source is met where windows are collected: the cycle begins there again. */
async function readAgain(inputs: WindowInputs, task: JudgeTask, digest: string): Promise<WindowInput> {
  try {
    return await loadCollected(inputs, task, digest);
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    throw ApplicationFailure.nonRetryable(message, 'WindowChanged');
  }
}

/** In this process, else parked in MySQL, else measured again from the same rows. */
async function measuredFigures(
  deps: Deps,
  { inputs, figures }: JudgeStores,
  task: JudgeTask,
  { digest, rows }: Collected,
): Promise<readonly Figure[]> {
  if (rows === 0) return [];
  const { pool } = deps.database;
  let parts = PARTS.map((part) => figures.get(task.model, digest, part));
  if (parts.includes(undefined) && rows >= PARKED_FROM_ROWS) {
    const parked = await stagedFigures(pool, task.model, digest);
    parts = PARTS.map((part) => parked.get(part));
  }
  if (parts.includes(undefined)) {
    const window = windowOf(task);
    const { newest } = await evaluationsOfWindow(pool, task.model, window);
    // Recorded by an earlier attempt whose answer was lost: that one holds.
    if (newest?.digest === digest) return [];
    const input = await readAgain(inputs, task, digest);
    parts = await Promise.all(PARTS.map((part) => measureVersions({ deps, inputs }, task, input, part)));
  }
  return parts.flatMap((part) => part ?? []);
}

/** Gathered before the transaction begins: nobody waits for the model's row meanwhile, and no second connection is needed. */
export async function gatherJudgeInput(
  deps: Deps,
  stores: JudgeStores,
  definition: ModelDefinition,
  task: JudgeTask,
  collected: Collected,
): Promise<JudgeInput> {
  const figures = await measuredFigures(deps, stores, task, collected);
  const now = Date.parse(task.scheduledAt);
  const reference = await stores.references.facts(definition, task.revision, collected.version, now);
  const others = new Map<string, ReferenceFacts | null>();
  for (const name of new Set(figures.map(({ version }) => version))) {
    if (name === undefined) continue;
    const version = name === UNNAMED_VERSION ? null : name;
    others.set(name, await stores.references.facts(definition, task.revision, version, now));
  }
  return { collected, figures, reference, others };
}

/** Parked figures go with the transaction that has recorded them. */
export async function dropParked(connection: Queryable, model: string, { digest, rows }: Collected): Promise<void> {
  if (rows >= PARKED_FROM_ROWS) await dropStagedFigures(connection, model, digest);
}

/** Forgets the window in this process once it has been judged. */
export function forgetJudged({ inputs, figures }: JudgeStores, task: JudgeTask): void {
  inputs.forget(task);
  if (task.collected === null) return;
  for (const part of PARTS) figures.drop(task.model, task.collected.digest, part);
}
