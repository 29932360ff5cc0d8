/** The examples of docs/ingest.md are run as they stand there: HTTP from TypeScript and Python, SQL, triggers. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { takeDirtyHours } from '../../src/io/mysql/dirty-hours.js';
import { connectOnce } from '../../src/io/mysql/pool.js';
import { json, select } from '../../src/io/mysql/rows.js';
import { bankYaml } from './command-line.js';
import { ALL_TOKEN, startEndpoint, type Endpoint } from './endpoint.js';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/ingest.md'), 'utf8');

/** Fenced blocks of one language, in their order. */
const blocksOf = (language: string): readonly string[] =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , text = '']) => text);

const SQL = blocksOf('sql');
const AT = Date.UTC(2026, 0, 31, 8);
let endpoint: Endpoint;
// Below the checkout, so that what is written there can import from it.
let folder: string;

beforeAll(async () => {
  endpoint = await startEndpoint(inject('stack').mysqlUrl);
  await endpoint.define('churn', bankYaml('churn').replace('[age, balance]', '[age]'));
  folder = mkdtempSync(join(dirname(inject('workflowBundlePath')), 'examples-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await endpoint.end();
});

async function storedOf(prefix: string): Promise<readonly unknown[]> {
  const rows = await select(
    endpoint.database.pool,
    `SELECT p.id, p.time, p.version, p.prediction, p.score, p.features, l.label FROM predictions p
     LEFT JOIN labels l ON l.model = p.model AND l.time = p.time AND l.id = p.id
     WHERE p.model = 'churn' AND p.id LIKE ? ORDER BY p.id`,
    [`${prefix}%`],
  );
  return rows.map((row) => ({ ...row, features: json(row, 'features') }));
}

const rows = (prefix: string, labels: readonly (string | null)[]): readonly unknown[] => [
  {
    id: `${prefix}1`,
    time: new Date(AT),
    version: 'v7',
    prediction: 'yes',
    score: 0.83,
    features: { age: 41, job: 'baker' },
    label: labels[0],
  },
  {
    id: `${prefix}2`,
    time: new Date(AT),
    version: 'v7',
    prediction: 'no',
    score: 0.12,
    features: { age: 23, job: null },
    label: labels[1],
  },
];

it('TypeScript: predictions and labels by name', async () => {
  const [text = ''] = blocksOf('ts');
  const file = join(folder, 'example.ts');
  writeFileSync(file, text.replace("'plumbline-ml/client'", JSON.stringify(join(ROOT, 'client/client.ts'))));
  Object.assign(process.env, { PLUMBLINE_URL: endpoint.server.url, PLUMBLINE_TOKEN: ALL_TOKEN });
  await import(file);
  expect(await storedOf('order-')).toEqual(rows('order-', ['yes', 'yes']));
});

it('Python: the standard library is enough; where there is no Python, the example is still there', async () => {
  const text = blocksOf('python').join('\n');
  expect(text).toContain('def log_predictions(model, *, ids, times, predicted');
  if (spawnSync('python3', ['--version']).error !== undefined) return;
  writeFileSync(join(folder, 'example.py'), text);
  const env = { ...process.env, PLUMBLINE_URL: endpoint.server.url, PLUMBLINE_TOKEN: ALL_TOKEN };
  const child = spawn('python3', [join(folder, 'example.py')], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  expect([await once(child, 'exit'), said]).toEqual([[0, null], '']);
  expect(await storedOf('call-')).toEqual(rows('call-', ['yes', 'yes']));
});

it('SQL: rows, labels and marks by hand, twice as once', async () => {
  const connection = await connectOnce(endpoint.database.url);
  try {
    for (let time = 0; time < 2; time += 1) {
      for (const statement of (SQL[0] ?? '')
        .replaceAll(/^--.*$/gm, '')
        .split(/;\s*/)
        .filter((each) => each.trim() !== '')) {
        await connection.query(statement);
      }
    }
  } finally {
    await connection.end();
  }
  expect(await storedOf('batch-')).toEqual(rows('batch-', ['yes', null]));
  expect(await takeDirtyHours(endpoint.database.pool, 'churn', { from: AT, to: AT + 3_600_000 })).toMatchObject([
    { hour: AT },
  ]);
});

it('triggers copy decisions and outcomes out of a table of somebody’s own', async () => {
  const { pool, address } = endpoint.database;
  for (const statement of SQL.slice(1, 4)) await pool.query(statement.replaceAll('plumbline.', `${address.database}.`));
  await pool.query("DELETE FROM dirty_hours WHERE model = 'churn'");
  await pool.query(
    "INSERT INTO loans (decided_at, model_version, approved, probability, age, job) VALUES (?, 'v7', 1, 0.83, 41, 'baker'), (?, 'v7', 0, 0.12, 23, NULL)",
    [new Date(AT), new Date(AT)],
  );
  await pool.query('UPDATE loans SET repaid = 1 WHERE age = 41');
  expect([...(await storedOf('1')), ...(await storedOf('2'))]).toEqual(rows('', ['yes', null]));
  expect(await takeDirtyHours(pool, 'churn', { from: AT, to: AT + 3_600_000 })).toMatchObject([{ hour: AT }]);
  await pool.query('UPDATE loans SET repaid = NULL WHERE age = 41');
  expect(await storedOf('1')).toMatchObject([{ id: '1', label: null }]);
  await pool.query("INSERT INTO loans (model_version, approved, probability) VALUES ('v7', 1, 0.5)");
  expect(await storedOf('3')).toMatchObject([{ id: '3', features: { age: null, job: null } }]);
});

it('a decision stands where the monitoring is broken', async () => {
  const { pool } = endpoint.database;
  await pool.query('ALTER TABLE predictions RENAME TO hidden');
  try {
    await pool.query("INSERT INTO loans (model_version, approved, probability) VALUES ('v8', 1, 0.5)");
  } finally {
    await pool.query('ALTER TABLE hidden RENAME TO predictions');
  }
  expect(await select(pool, "SELECT approved FROM loans WHERE model_version = 'v8'")).toEqual([{ approved: 1 }]);
});

it('figures of other programs are inserted into performance_data and read with Plumbline’s own', async () => {
  const { pool } = endpoint.database;
  const [insert = '', read = ''] = (SQL[4] ?? '').split(/;\s*/);
  await pool.query("INSERT INTO performance_data (model_name, accuracy, evaluation) VALUES ('churn', 0.9, 7)");
  await pool.query(insert);
  expect(await select(pool, read)).toMatchObject([
    { model_name: 'churn', accuracy: 0.9, recall: null, by_plumbline: 1 },
    { model_name: 'churn', accuracy: 0.91, recall: 0.8, precision: 0.75, f1: 0.774, auc: 0.93, by_plumbline: 0 },
  ]);
});
