/** How wrong each row is: what weak segments are looked for by. */

import { commonClasses, positives } from '../model/class-codes.js';
import { columnOf, numbersOf } from '../model/columns.js';
import type { Frame, Roles } from '../model/frame.js';
import { doublesBy } from '../numeric/doubles.js';

/**
 * One loss a row, `NaN` where the label or the prediction is missing: classification 1 for a wrong class and 0 for the
 * right one, regression the absolute error (`NaN` too where it is not finite). The mean of a slice is its error rate or
 * its mean absolute error.
 */
export function lossesOf(frame: Frame, roles: Roles): Float64Array {
  const [label, prediction] = [columnOf(frame, roles.label), columnOf(frame, roles.prediction)];
  if (!label || !prediction) return new Float64Array(frame.rows).fill(NaN);
  switch (roles.task) {
    case 'binary': {
      const positive = roles.positive ?? '1';
      return wrong(positives(label, positive), positives(prediction, positive));
    }
    case 'multiclass': {
      const [truth, said] = commonClasses([label, prediction]).codes as readonly [Int32Array, Int32Array];
      return wrong(truth, said);
    }
    case 'regression': {
      const [truth, said] = [numbersOf(label), numbersOf(prediction)];
      return truth.map((value, row) => {
        const loss = Math.abs((said[row] as number) - value);
        return Number.isFinite(loss) ? loss : NaN;
      });
    }
  }
}

function wrong(truth: Int8Array | Int32Array, said: Int8Array | Int32Array): Float64Array {
  return doublesBy(truth.length, (row) => {
    const code = truth[row] as number;
    const other = said[row] as number;
    return code < 0 || other < 0 ? NaN : Number(code !== other);
  });
}
