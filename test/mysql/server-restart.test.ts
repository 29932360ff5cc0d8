import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../src/io/mysql/migrate.js';
import { connectOnce, openDatabase, type Database } from '../../src/io/mysql/pool.js';
import { change, select, text } from '../../src/io/mysql/rows.js';
import { insertPredictions } from '../../src/io/mysql/prediction-log.js';
import { explainSourceFault } from '../../src/io/mysql/source-faults.js';
import { startMysql, stopMysql } from '../../src/run/stack/mysql-server.js';
import { findTool } from '../../src/run/stack/tools.js';
import { eventually } from '../support/poll.js';
import { at, DAY, readDay, readerOf } from './reading.js';

const home = mkdtempSync(join(tmpdir(), 'plumbline-restart-'));
const program = findTool('mysqld', home, process.env);
let database: Database;
let url = '';

/** A server of this file's own, because it goes down. It comes back on the same port. */
const start = (): Promise<string> =>
  startMysql({ home, database: 'plumbline', lean: true, say: () => undefined }, () => program);

beforeAll(async () => {
  url = await start();
  const connection = await connectOnce(url);
  await migrate(connection, 'plumbline');
  await connection.end();
  database = openDatabase(url, 3);
});

afterAll(async () => {
  await database.close();
  await stopMysql(home);
  rmSync(home, { recursive: true, force: true });
});

it('while the server is down a read is a fault that passes; when it is back the same pool reads', async () => {
  const { pool } = database;
  const columns = { time: 'time', prediction: 'prediction' };
  const own = readerOf({ table: 'predictions', columns, filters: { model: 'churn' } });
  await insertPredictions(pool, 'churn', [{ id: 'a', time: DAY.from, prediction: 'yes' }]);
  expect(await Promise.all([1, 2, 3].map(() => readDay(pool, own)))).toMatchObject([
    { rows: 1 },
    { rows: 1 },
    { rows: 1 },
  ]);
  await stopMysql(home);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const fault = await readDay(pool, own).catch((reason: unknown) => explainSourceFault(reason, own));
    expect(fault).toMatchObject({ retryable: true, message: expect.stringContaining('cannot be reached') as unknown });
  }
  await start();
  expect(await Promise.all([1, 2, 3].map(() => readDay(pool, own)))).toMatchObject([
    { rows: 1 },
    { rows: 1 },
    { rows: 1 },
  ]);
});

it.each(['stops', 'is killed'])(
  'a server that %s in the middle of a read: a fault that passes, and never half of the rows',
  async (how) => {
    const { pool } = database;
    const slow = readerOf({ table: 'slow', numeric: ['x'] });
    await change(pool, 'DROP TABLE IF EXISTS log');
    await change(pool, 'CREATE TABLE log (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9))');
    const rows = Array.from({ length: 3000 }, (_, i) => `(${String(i)}, '${at('10:00:00')}', 'yes')`);
    await change(pool, `INSERT INTO log VALUES ${rows.join(', ')}`);
    await change(pool, 'CREATE OR REPLACE VIEW slow AS SELECT id, at, said, SLEEP(0.001) AS x FROM log');
    const reading = readDay(pool, slow).then(
      ({ rows: read }) => new Error(`${String(read)} rows were read`),
      (reason: unknown) => explainSourceFault(reason, slow),
    );
    await eventually('the statement is in the middle', async () => {
      const running = await select(
        pool,
        "SELECT ID FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep' AND INFO LIKE '%`slow`%'",
      );
      return running.length > 0;
    });
    if (how === 'stops') await stopMysql(home);
    else {
      const [place] = await select(pool, 'SELECT @@pid_file AS file');
      if (place === undefined) throw new Error('the server tells its pid file');
      process.kill(Number(readFileSync(text(place, 'file'), 'utf8')), 'SIGKILL');
    }
    expect(await reading).toMatchObject({ name: 'SourceFault', retryable: true });
    await start();
    await change(pool, 'CREATE OR REPLACE VIEW slow AS SELECT id, at, said, 0 AS x FROM log');
    expect((await readDay(pool, slow)).rows).toBe(3000);
  },
);

it('a limit of rows that the server sets for everybody cuts no window short', async () => {
  await change(database.pool, 'SET GLOBAL sql_select_limit = 10');
  const limited = openDatabase(url, 1);
  try {
    expect((await readDay(limited.pool, readerOf({ table: 'log' }))).rows).toBe(3000);
  } finally {
    await limited.close();
    await change(database.pool, 'SET GLOBAL sql_select_limit = DEFAULT');
  }
});
