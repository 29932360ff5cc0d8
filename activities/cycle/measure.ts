/** Measures one part of a window and parks the figures in MySQL until they are judged. */
import { ApplicationFailure } from '@temporalio/activity';
import type { Measured, MeasureTask } from '../contract.js';
import type { Deps } from '../deps.js';
import { stageFigures } from '../../src/io/mysql/figures.js';
import { measureWindow } from '../../src/measure/measure.js';
import type { Figure, FigureFamily } from '../../src/model/figure.js';
import { rolesOf } from '../../src/model/roles.js';
import { heartbeating } from './collect.js';
import type { WindowInput, WindowInputs } from './window-input.js';

const FAMILIES: Readonly<Record<MeasureTask['part'], readonly FigureFamily[]>> = {
  data: ['quality', 'drift', 'runtime'],
  outcome: ['performance', 'fairness'],
};

/** The first version's figures bear plain ids; those of other versions in the window name theirs. */
function named(figures: readonly Figure[], version: string | null, first: boolean): readonly Figure[] {
  if (first || version === null) return figures;
  return figures.map((figure) => ({ ...figure, id: `${figure.id}@${version}`, version }));
}

function measureVersions(input: WindowInput, part: MeasureTask['part']): readonly Figure[] {
  const roles = rolesOf(input.definition);
  const windowSeconds = (input.window.to - input.window.from) / 1000;
  return input.versions.flatMap(({ version, frame, reference }, index) =>
    named(
      measureWindow(frame, reference, roles, { families: FAMILIES[part], windowSeconds, metrics: 'default' }),
      version,
      index === 0,
    ),
  );
}

export function createMeasure(deps: Deps, inputs: WindowInputs): (task: MeasureTask) => Promise<Measured> {
  return async (task) => {
    const input = await heartbeating((signal, progress) => inputs.load(task, { signal, progress }));
    if (input.digest !== task.digest) {
      // Read again by another worker, after rows or labels came in: the cycle collects anew.
      inputs.forget(task);
      throw ApplicationFailure.nonRetryable(
        'rows of the window changed between collecting and measuring',
        'WindowChanged',
      );
    }
    const figures = measureVersions(input, task.part);
    await stageFigures(deps.database.pool, task.model, task.digest, task.part, figures, Date.now());
    return { figures: figures.length, withoutValue: figures.filter((figure) => figure.value === null).length };
  };
}
