/** The articles' table `performance_data`: one row for each final evaluation with labels, for those who read only that. */
import { judgeableNumber, type Figure } from '../../model/figure.js';
import { change, type Queryable } from './rows.js';

const METRICS = ['accuracy', 'recall', 'precision', 'f1', 'roc_auc'] as const;

export async function recordPerformance(
  db: Queryable,
  model: string,
  evaluation: number,
  figures: readonly Figure[],
  now: number,
): Promise<void> {
  const values = METRICS.map((metric) => {
    const figure = figures.find(
      (one) =>
        one.family === 'performance' &&
        one.metric === metric &&
        one.on === 'current' &&
        one.class === undefined &&
        one.version === undefined,
    );
    return figure === undefined ? null : (judgeableNumber(figure) ?? null);
  });
  if (values.every((value) => value === null)) return;
  await change(
    db,
    'INSERT INTO performance_data (model_name, accuracy, recall, `precision`, f1, auc, recorded_at, evaluation) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [model, ...values, new Date(now), evaluation],
  );
}
