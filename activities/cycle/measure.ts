/** Measures one part of a window and keeps the figures until they are judged. */
import { ApplicationFailure } from '@temporalio/activity';
import type { Measured, MeasureTask, WindowTask } from '../contract.js';
import type { Deps } from '../deps.js';
import { stageFigures } from '../../src/io/mysql/figures.js';
import { measureWindow } from '../../src/measure/measure.js';
import type { Figure, FigureFamily } from '../../src/model/figure.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { rolesOf } from '../../src/model/roles.js';
import { smallestGroupOf } from '../../src/model/smallest-group.js';
import { ISOLATED_ROWS } from '../../src/security/isolation.js';
import { heartbeating } from './collect.js';
import type { FigureStore } from './figure-store.js';
import type { Reference } from './reference.js';
import type { WindowInput, WindowInputs } from './window-input.js';

/** Families of a part. Segments are looked for where there are labels, unless the definition says no. */
function familiesOf({ labels, segments }: ModelDefinition, part: MeasureTask['part']): readonly FigureFamily[] {
  if (part === 'data') return ['quality', 'drift', 'runtime', 'estimate', 'security'];
  return labels === undefined || segments === false
    ? ['performance', 'fairness']
    : ['performance', 'fairness', 'segment'];
}

/** Scoring rows by the forest costs as much as all quality and drift together: only where a rule judges by it. */
function withAskedForest(reference: Reference | null, { rules }: ModelDefinition): Reference | null {
  if (reference?.isolation === undefined || rules.some(({ metric }) => metric === ISOLATED_ROWS)) return reference;
  const { isolation: _, ...others } = reference;
  return others;
}

/** How rows that name no version are called where others do. */
export const UNNAMED_VERSION = '(none)';

/** The first version's figures bear plain ids; those of other versions in the window name theirs. */
function named(figures: readonly Figure[], version: string | null, first: boolean): readonly Figure[] {
  if (first) return figures;
  const name = version ?? UNNAMED_VERSION;
  return figures.map((figure) => ({ ...figure, id: `${figure.id}@${name}`, version: name }));
}

export function measureVersions(input: WindowInput, part: MeasureTask['part']): readonly Figure[] {
  const roles = rolesOf(input.definition);
  const families = familiesOf(input.definition, part);
  const smallestGroup = smallestGroupOf(input.definition);
  const windowSeconds = (input.window.to - input.window.from) / 1000;
  return input.versions.flatMap(({ version, frame, reference }, index) =>
    named(
      measureWindow(frame, withAskedForest(reference, input.definition), roles, {
        families,
        windowSeconds,
        windowEnd: input.window.to,
        metrics: 'default',
        smallestGroup,
      }),
      version,
      index === 0,
    ),
  );
}

/** The window as it was collected. Rows that came in since, and another worker's reading, are a reason to collect anew. */
export async function loadCollected(inputs: WindowInputs, task: WindowTask, digest: string): Promise<WindowInput> {
  const input = await heartbeating((signal, progress) => inputs.load(task, { signal, progress }));
  if (input.digest === digest) return input;
  inputs.forget(task);
  throw ApplicationFailure.nonRetryable('rows of the window changed between collecting and measuring', 'WindowChanged');
}

/** Windows of at least this many rows park their figures: measuring them again takes longer than writing and reading. */
export const PARKED_FROM_ROWS = 50_000;

export interface MeasureStores {
  readonly inputs: WindowInputs;
  readonly figures: FigureStore;
}

export function createMeasure(
  deps: Deps,
  { inputs, figures: store }: MeasureStores,
): (task: MeasureTask) => Promise<Measured> {
  return async (task) => {
    const { model, digest, part } = task;
    const input = await loadCollected(inputs, task, digest);
    const figures = measureVersions(input, part);
    store.put(model, digest, part, figures);
    if (input.frame.rows >= PARKED_FROM_ROWS) {
      await stageFigures(deps.database.pool, model, digest, part, figures, Date.now());
    }
    return { figures: figures.length, withoutValue: figures.filter((figure) => figure.value === null).length };
  };
}
