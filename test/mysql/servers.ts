/** The servers that every test of this folder runs on: the run's own, and one more where the environment names it. */
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { createDatabase, type OwnDatabase } from '../support/database.js';

export interface TestServer {
  readonly name: string;
  /** With password; never printed. */
  readonly url: string;
}

/** `PLUMBLINE_TEST_MYSQL_URL` names a second server, of an account that may create schemas and accounts. */
export function testServers(): readonly TestServer[] {
  const second = process.env['PLUMBLINE_TEST_MYSQL_URL'] ?? '';
  const servers = [{ name: 'on the server of the run', url: inject('stack').mysqlUrl }];
  return second === '' ? servers : [...servers, { name: 'on the second server', url: second }];
}

/** Runs the tests once for each server, each time in a schema of its own. */
export function onEachServer(tests: (database: () => OwnDatabase) => void): void {
  for (const server of testServers()) {
    describe(server.name, () => {
      let database: OwnDatabase | undefined;
      beforeAll(async () => {
        database = await createDatabase(server.url);
      });
      afterAll(() => database?.drop());
      tests(() => {
        if (database === undefined) throw new Error('the schema is made before the first test');
        return database;
      });
    });
  }
}
