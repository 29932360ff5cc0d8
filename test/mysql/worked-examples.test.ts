/** Worked examples that store something and read it back. */
import { expect, test } from 'vitest';
import { insertFigures, loadFigures } from '../../src/io/mysql/figures.js';
import { recordPerformance } from '../../src/io/mysql/performance-data.js';
import { findVersion, registerVersion } from '../../src/io/mysql/registry.js';
import { change, select } from '../../src/io/mysql/rows.js';
import type { Figure } from '../../src/model/figure.js';
import { evaluateRules } from '../../src/rules/evaluate.js';
import { figure, input, rule } from '../unit/rules/builders.js';
import { NOW, storeEvaluation } from './judged.js';
import { onEachServer } from './servers.js';

const SELECT = 'SELECT accuracy, recall, `precision`, f1, auc FROM performance_data WHERE model_name = ? ORDER BY id';

onEachServer((database) => {
  const stored = async (model: string): Promise<readonly (readonly unknown[])[]> => {
    const rows = await select(database().pool, SELECT, [model]);
    return rows.map((row) => ['accuracy', 'recall', 'precision', 'f1', 'auc'].map((key): unknown => row[key]));
  };

  test('W5: the row of model_1 is stored and comes back digit by digit', async () => {
    const insert =
      'INSERT INTO performance_data (model_name, accuracy, recall, `precision`, f1, auc) VALUES (?, ?, ?, ?, ?, ?)';
    await change(database().pool, insert, ['w5', 0.95, 0.9, 0.92, 0.91, 0.98]);
    expect(await stored('w5')).toEqual([[0.95, 0.9, 0.92, 0.91, 0.98]]);
  });

  test('W6: of all stored rows the rule "accuracy < 0.9" takes 0.89, not 0.95 and not 0.90 itself', async () => {
    for (const accuracy of [0.95, 0.9, 0.89])
      await change(database().pool, 'INSERT INTO performance_data (model_name, accuracy) VALUES (?, ?)', [
        'w6',
        accuracy,
      ]);
    const below = rule({ metric: 'accuracy', limit: { kind: 'below', value: 0.9 }, certainty: null, minimumN: 1 });
    const verdicts = (await stored('w6')).flatMap(([accuracy]) =>
      evaluateRules(input(below, [figure('accuracy', Number(accuracy))])),
    );
    expect(verdicts.map(({ status }) => status)).toEqual(['pass', 'pass', 'breach']);
  });

  test('W7: each evaluation writes its own row, and what is read again are the measured figures', async () => {
    const { pool } = database();
    for (const accuracy of [0.95, 0.85]) {
      const { id } = await storeEvaluation(pool, 'w7');
      await recordPerformance(pool, 'w7', id, [figure('accuracy', accuracy), figure('recall', 0.9)], NOW);
    }
    expect(await stored('w7')).toEqual([
      [0.95, 0.9, null, null, null],
      [0.85, 0.9, null, null, null],
    ]);
  });

  test('W11: an experiment keeps its parameters and three metrics, and gives them back', async () => {
    const { pool } = database();
    const note = JSON.stringify({ param1: 1, param2: 2 });
    await registerVersion(pool, {
      ...{ model: 'my-experiment', version: 'run-1', artefact: 'file:///models/run-1', sha256: 'a'.repeat(64) },
      ...{ parent: null, origin: 'retraining', trainedFrom: null, trainedTo: NOW, registeredBy: 'ana' },
      ...{ registeredAt: NOW, note },
    });
    const { id } = await storeEvaluation(pool, 'my-experiment', { version: 'run-1' });
    const figures: Figure[] = [
      ['accuracy', 0.95],
      ['recall', 0.9],
      ['f1_score', 0.91],
    ].map(([metric, value]) => figure(String(metric), Number(value)));
    await insertFigures(pool, id, figures);
    expect(JSON.parse((await findVersion(pool, 'my-experiment', 'run-1'))?.note ?? '')).toEqual({
      param1: 1,
      param2: 2,
    });
    expect(await loadFigures(pool, id)).toEqual(figures);
  });
});
