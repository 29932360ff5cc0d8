/** Figures of small frames through the one way in that cycles and files take. */

import { MEASURED_FAMILIES, measureReference, measureWindow } from '../../src/measure/measure.js';
import type { Figure } from '../../src/model/figure.js';
import type { Frame, Roles } from '../../src/model/frame.js';
import type { MetricSelection } from '../../src/model/metric-description.js';

interface Given {
  readonly reference?: Frame;
  readonly metrics?: MetricSelection;
  readonly windowSeconds?: number;
}

/** All figures of the current window, and with a reference those against it. */
export function figuresOf(current: Frame, roles: Roles, given: Given = {}): readonly Figure[] {
  const { reference, metrics = 'all', windowSeconds } = given;
  const before = reference === undefined ? null : measureReference(reference, roles, { metrics });
  return measureWindow(current, before, roles, {
    families: MEASURED_FAMILIES,
    metrics,
    ...(windowSeconds !== undefined && { windowSeconds }),
    ...(reference !== undefined && { referenceFrame: reference }),
  });
}

/** The figure of an id; throws where there is none, so that a figure that is no longer measured fails its test. */
export function figureIn(figures: readonly Figure[], id: string): Figure {
  const found = figures.find((figure) => figure.id === id);
  if (found === undefined) throw new Error(`There is no figure ${id}.`);
  return found;
}

export const valueIn = (figures: readonly Figure[], id: string): Figure['value'] => figureIn(figures, id).value;
