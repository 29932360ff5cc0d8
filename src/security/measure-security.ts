/** Every figure of the family `security`: personal data and keys in texts, and input that looks hostile. */

import { callerMeasures, type SecurityMeasures, type SeenValues, unseenRows } from './hostile-input.js';
import { ISOLATED_ROWS, type IsolationFit, isolatedRowShare } from './isolation.js';
import { personalRates } from './personal-texts.js';
import { figureOf } from '../model/estimate.js';
import type { Figure, Period } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import { DEFAULT_CONFIDENCE } from '../numeric/intervals.js';

export interface SecurityOptions {
  /** Without it there is nothing that rows could be new against. */
  readonly reference?: SeenValues;
  /** What an isolation forest has learned of the reference; without it no row is scored. */
  readonly isolation?: IsolationFit;
  /** Two-sided confidence of the intervals; 0.99 unless given. */
  readonly confidence?: number;
}

/** Columns of texts: categorical features, and the prediction of a model that answers in words. */
function textColumns(frame: Frame, { categorical, prediction }: Roles): readonly string[] {
  const answers = prediction !== undefined && frame.columns.get(prediction)?.kind === 'category' ? [prediction] : [];
  return [...new Set([...categorical, ...answers])];
}

/** Texts column by column, then rows as a whole, then callers. What cannot be measured is a figure with a reason. */
export function measureSecurity(frame: Frame, roles: Roles, on: Period, options: SecurityOptions = {}): Figure[] {
  const { reference, isolation, confidence = DEFAULT_CONFIDENCE } = options;
  const texts = textColumns(frame, roles).flatMap((column) =>
    personalRates(frame, column, confidence).map(([metric, estimate]) =>
      figureOf({ id: `security/${on}/${column}/${metric}`, family: 'security', metric, on, column }, estimate),
    ),
  );
  const whole: SecurityMeasures = [
    ...(reference === undefined ? [] : unseenRows(frame, reference, roles, confidence)),
    ...(isolation === undefined ? [] : [[ISOLATED_ROWS, isolatedRowShare(frame, isolation, confidence)] as const]),
    ...callerMeasures(frame, roles, confidence),
  ];
  return [
    ...texts,
    ...whole.map(([metric, estimate]) =>
      figureOf({ id: `security/${on}/${metric}`, family: 'security', metric, on }, estimate),
    ),
  ];
}
