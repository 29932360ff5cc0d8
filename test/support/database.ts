/** A schema of its own for each file of tests, on the MySQL of the run: nothing is shared, and nothing stays. */
import { randomBytes } from 'node:crypto';
import { connectOnce, openDatabase, type Database } from '../../src/io/mysql/pool.js';
import { migrate } from '../../src/io/mysql/migrate.js';

export interface OwnDatabase extends Database {
  /** Address with password, for processes that open their own pool. */
  readonly url: string;
  /** Closes the pool and drops the schema. */
  drop(): Promise<void>;
}

async function administer(mysqlUrl: string, sql: string): Promise<void> {
  const connection = await connectOnce(mysqlUrl);
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

/** @param mysqlUrl of the run's server; its user may create schemas. */
export async function createDatabase(mysqlUrl: string): Promise<OwnDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(mysqlUrl, `CREATE DATABASE \`${name}\``);
  const url = new URL(mysqlUrl);
  url.pathname = `/${name}`;
  const connection = await connectOnce(url.href);
  try {
    await migrate(connection, name);
  } finally {
    await connection.end();
  }
  const database = openDatabase(url.href, 12);
  return {
    ...database,
    url: url.href,
    async drop() {
      await database.close();
      await administer(mysqlUrl, `DROP DATABASE \`${name}\``);
    },
  };
}
