/**
 * What a part of a window holds of the model's outcomes: enough for the figures of performance, fairness and expected
 * performance, and of one size whatever the number of rows. Parts add up in any order and grouping. An hour whose labels
 * come in later is profiled again and its part replaced: nothing is ever added to a part.
 */

import { columnOf, countPresent, numbersOf } from '../../../model/columns.js';
import type { Frame, Roles } from '../../../model/frame.js';
import { type Moments, momentsOf } from '../../../numeric/moments.js';
import { labelDelaysOf } from '../../label-delays.js';
import { binaryGroups, type BinaryOutcomes, binaryOutcomes, binaryRows } from './binary-outcomes.js';
import type { PackedValues } from './bins.js';
import { type AttributeOutcomes, attributeOutcomes, type OutcomesByGroup } from './group-outcomes.js';
import { type FrozenLevels, type LevelSums, levelSums } from './level-sums.js';
import { magnitudeBins } from './magnitude-bins.js';
import {
  type ForetoldClasses,
  multiclassGroups,
  type MulticlassOutcomes,
  multiclassOutcomes,
} from './multiclass-outcomes.js';
import { regressionGroups, type RegressionOutcomes, regressionOutcomes } from './regression-outcomes.js';

/** What the reference fixes, the same for every part that is to be added up. */
export interface FrozenOutcomes {
  /** Edges of the bins of the score, or of each class's score in the order of the roles; none without scores. */
  readonly edges: readonly Float64Array[];
  /** The levels by which a change is taken apart. */
  readonly levels: readonly FrozenLevels[];
  /** Regression: mean label of the reference; else 0. */
  readonly labelCentre: number;
}

/** What an estimator that learned from the reference foretells of each row of a frame. */
export type ForetoldRows =
  | { readonly kind: 'binary'; readonly probabilities: Float64Array }
  | ({ readonly kind: 'multiclass' } & ForetoldClasses)
  /** Losses of the rows with a finite prediction. */
  | { readonly kind: 'regression'; readonly losses: ReadonlyMap<string, Float64Array> };

export interface OutcomeProfile {
  readonly rows: number;
  readonly labelled: number;
  /** Whether the frame had the column of the prediction, and the columns that tell when labels came. */
  readonly hasPrediction: boolean;
  readonly hasDelays: boolean;
  /** How late labels came, in seconds. */
  readonly delays: PackedValues;
  readonly task: BinaryOutcomes | MulticlassOutcomes | RegressionOutcomes;
  /** In the order of the roles. */
  readonly attributes: readonly AttributeOutcomes[];
  readonly levels: readonly LevelSums[];
  /** Regression: what an estimator foretells, loss by loss in order of their names. */
  readonly foretold: ReadonlyArray<{ readonly loss: string; readonly moments: Moments }>;
}

const NO_EDGES = new Float64Array(0);

function taskOutcomes(frame: Frame, roles: Roles, frozen: FrozenOutcomes, foretold: ForetoldRows | undefined) {
  switch (roles.task) {
    case 'binary': {
      const rows = binaryRows(frame, roles);
      const probabilities = foretold?.kind === 'binary' ? foretold.probabilities : undefined;
      const outcomes = binaryOutcomes(rows, frozen.edges[0] ?? NO_EDGES, probabilities);
      return { outcomes, groups: binaryGroups(rows) };
    }
    case 'multiclass': {
      const classes = foretold?.kind === 'multiclass' ? foretold : undefined;
      const outcomes = multiclassOutcomes(frame, roles, frozen.edges, classes);
      return { outcomes, groups: multiclassGroups(frame, roles) };
    }
    case 'regression':
      return {
        outcomes: regressionOutcomes(frame, roles, frozen.labelCentre),
        groups: regressionGroups(frame, roles),
      };
  }
}

function attributesOf(frame: Frame, roles: Roles, groups: OutcomesByGroup): AttributeOutcomes[] {
  if (roles.prediction === undefined) return [];
  return roles.sensitive.map((columns) => attributeOutcomes(frame, columns, groups));
}

/**
 * Outcomes of the rows of a frame. `frozen` is that of the model's revision; `foretold` is what its estimator says of these
 * rows, where it has one.
 */
export function profileOutcomes(
  frame: Frame,
  roles: Roles,
  frozen: FrozenOutcomes,
  foretold?: ForetoldRows,
): OutcomeProfile {
  const [label, arrived, time] = [roles.label, roles.arrived, roles.time].map((name) => columnOf(frame, name));
  const { outcomes, groups } = taskOutcomes(frame, roles, frozen, foretold);
  const losses = foretold?.kind === 'regression' ? [...foretold.losses] : [];
  const delays = label && arrived && time ? labelDelaysOf(label, numbersOf(arrived), numbersOf(time)) : undefined;
  return {
    rows: frame.rows,
    labelled: label === undefined ? 0 : countPresent(label),
    hasPrediction: columnOf(frame, roles.prediction) !== undefined,
    hasDelays: delays !== undefined,
    delays: magnitudeBins(delays ?? new Float64Array(0)),
    task: outcomes,
    attributes: attributesOf(frame, roles, groups),
    levels: levelSums(frame, roles, frozen.levels),
    foretold: losses
      .map(([loss, values]) => ({ loss, moments: momentsOf(values) }))
      .sort((a, b) => (a.loss < b.loss ? -1 : 1)),
  };
}
