/** Counts, family by family, how the figures of `evaluate` compare with those that a case expects. */

import type { Figure } from '../../src/model/figure.js';
import { isFormula } from './formulas.js';
import { compareFigure, type ExpectedFigure } from './read-case.js';

export interface Tally {
  compared: number;
  within: number;
  missing: number;
  /** Rest of another decision: the calibration, and all that follows from it. */
  notCounted: number;
}

export interface Comparison {
  readonly families: Map<string, Tally>;
  /** One line for each figure that is missing or outside its tolerance. */
  readonly faults: string[];
}

const DECISION = 'estimate/isotonic/calibration_applied';

/**
 * Adds one case to the counts. `got` is the document that the command prints, and what `formulaFigures` makes of ids that the
 * command cannot know, because their inputs are not in its files; formulas that are not known there are not counted.
 */
export function addCase(
  into: Comparison,
  name: string,
  expected: readonly ExpectedFigure[],
  got: readonly Figure[],
): void {
  const byId = new Map(got.map((figure) => [figure.id, figure]));
  const decided = expected.find(({ id }) => id === DECISION);
  const differs = decided !== undefined && byId.get(DECISION)?.value !== decided.value;
  for (const figure of expected.filter((one) => !isFormula(one) || byId.has(one.id))) {
    const tally = into.families.get(figure.family) ?? { compared: 0, within: 0, missing: 0, notCounted: 0 };
    into.families.set(figure.family, tally);
    const found = byId.get(figure.id);
    if (differs && figure.id.startsWith('estimate/isotonic/')) tally.notCounted++;
    else if (found === undefined) {
      tally.missing++;
      into.faults.push(`${name}: ${figure.id}: missing`);
    } else {
      tally.compared++;
      const fault = compareFigure(figure, found);
      if (fault === undefined) tally.within++;
      else into.faults.push(`${name}: ${fault}`);
    }
  }
}
