/** What an estimator foretells of each row, in the form in which a profile of outcomes takes it in. */

import { numbersOf } from '../model/columns.js';
import type { Frame, Roles } from '../model/frame.js';
import type { ForetoldRows } from '../profile/hourly/outcomes/outcome-profile.js';
import { foretoldLosses } from './direct-loss.js';
import type { EstimatorFit } from './fit-estimator.js';
import { calibrate } from './isotonic.js';
import { classColumns, complete, probabilitiesOf } from './multiclass-estimator.js';

/** Nothing where the estimator learned nothing from its reference. */
export function foretellRows(fit: EstimatorFit, frame: Frame, roles: Roles): ForetoldRows | undefined {
  switch (fit.kind) {
    case 'none':
      return undefined;
    case 'binary': {
      const column = roles.score === undefined ? undefined : frame.columns.get(roles.score);
      const scores = column?.kind === 'numeric' ? numbersOf(column) : new Float64Array(frame.rows).fill(NaN);
      const { curve } = fit;
      return { kind: 'binary', probabilities: curve ? scores.map((score) => calibrate(curve, score)) : scores };
    }
    case 'multiclass': {
      const classes = roles.scores ?? [];
      const { scores, predictions } = classColumns(frame, roles, classes);
      const curves = fit.applied === true ? fit.curves : classes.map(() => null);
      const all = probabilitiesOf(scores, curves);
      // A row counts with all of its classes or with none.
      const probabilities = all.map((values) => values.map((value, row) => (complete(all, row) ? value : NaN)));
      return { kind: 'multiclass', scores, predictions, probabilities };
    }
    case 'regression':
      return { kind: 'regression', losses: foretoldLosses(fit, frame, roles) };
  }
}
