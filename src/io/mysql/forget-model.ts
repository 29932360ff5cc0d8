/** Removes everything that is kept of a model, for demonstrations and tests that start anew. */
import type { Pool } from 'mysql2/promise';
import { inTransaction } from './pool.js';
import { change } from './rows.js';

const OF_EVALUATIONS = ['figures', 'verdicts'];
const OF_INCIDENTS = ['notifications', 'incident_journal'];
const OF_ACTIONS = ['decisions', 'action_requests'];
const OF_MODEL = [
  ...[
    'evaluations',
    'staged_figures',
    'alerts',
    'transitions',
    'incidents',
    'silences',
    'actions',
    'backfills',
    'audit',
  ],
  ...['predictions', 'labels', 'reference_rows', 'version_references', 'reference_pieces'],
  ...['versions', 'serving', 'serving_history'],
  ...['dirty_hours', 'hour_profiles', 'ingested_files', 'removed_rows', 'definitions', 'models'],
];

export async function forgetModel(pool: Pool, model: string): Promise<void> {
  await inTransaction(pool, async (db) => {
    for (const table of OF_EVALUATIONS) {
      await change(db, `DELETE FROM ${table} WHERE evaluation IN (SELECT id FROM evaluations WHERE model = ?)`, [
        model,
      ]);
    }
    for (const table of OF_INCIDENTS) {
      await change(db, `DELETE FROM ${table} WHERE incident IN (SELECT id FROM incidents WHERE model = ?)`, [model]);
    }
    for (const table of OF_ACTIONS) {
      await change(db, `DELETE FROM ${table} WHERE action IN (SELECT id FROM actions WHERE model = ?)`, [model]);
    }
    for (const table of OF_MODEL) await change(db, `DELETE FROM ${table} WHERE model = ?`, [model]);
    await change(db, 'DELETE FROM performance_data WHERE model_name = ?', [model]);
  });
}
