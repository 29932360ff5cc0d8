import { randomBytes } from 'node:crypto';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterEach, describe, expect, it } from 'vitest';
import { migrate, MIGRATIONS, SCHEMA_VERSION } from '../../src/io/mysql/migrate.js';
import { connectOnce } from '../../src/io/mysql/pool.js';
import { testServers } from './servers.js';

describe.each(testServers())('migrations $name', ({ url }) => {
  const opened: { connection: Connection; schema: string }[] = [];

  async function emptySchema(): Promise<{ schema: string; connect: () => Promise<Connection> }> {
    const schema = `test_${randomBytes(6).toString('hex')}`;
    const admin = await connectOnce(url);
    await admin.query(`CREATE DATABASE \`${schema}\``);
    opened.push({ connection: admin, schema });
    const own = new URL(url);
    own.pathname = `/${schema}`;
    return {
      schema,
      async connect() {
        const connection = await connectOnce(own.href);
        opened.push({ connection, schema: '' });
        return connection;
      },
    };
  }

  afterEach(async () => {
    for (const { connection, schema } of opened.splice(0).reverse()) {
      if (schema !== '') await connection.query(`DROP DATABASE \`${schema}\``);
      connection.destroy();
    }
  });

  const lines = async (connection: Connection, sql: string): Promise<readonly string[]> => {
    const [rows] = await connection.query<RowDataPacket[]>({ sql, rowsAsArray: true });
    return rows.map((row) => (row as unknown as readonly unknown[]).join(' ').toLowerCase());
  };

  /** Columns, their types and keys, and how text compares: what has to be the same whichever way the schema was made. */
  const shape = async (connection: Connection): Promise<readonly string[]> => [
    ...(await lines(
      connection,
      `SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLLATION_NAME FROM information_schema.COLUMNS
       WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION`,
    )),
    ...(await lines(
      connection,
      `SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, NON_UNIQUE FROM information_schema.STATISTICS
       WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`,
    )),
  ];

  let known: readonly string[] | undefined;
  async function freshShape(): Promise<readonly string[]> {
    if (known !== undefined) return known;
    const { schema, connect } = await emptySchema();
    const connection = await connect();
    await migrate(connection, schema);
    known = await shape(connection);
    return known;
  }

  it('an empty database gets every migration, and all its text compares by code point', async () => {
    const { schema, connect } = await emptySchema();
    const connection = await connect();
    const report = await migrate(connection, schema);
    expect(report).toEqual({ applied: MIGRATIONS.map(({ name }) => name), version: SCHEMA_VERSION });
    expect(
      await lines(
        connection,
        `SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()
         AND COLLATION_NAME <> 'utf8mb4_bin' AND DATA_TYPE <> 'json'`,
      ),
    ).toEqual([]);
    expect(
      await lines(
        connection,
        `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND ENGINE <> 'InnoDB'`,
      ),
    ).toEqual([]);
  });

  it('a second time changes nothing', async () => {
    const { schema, connect } = await emptySchema();
    const connection = await connect();
    await migrate(connection, schema);
    await connection.query("INSERT INTO serving (model, version, generation) VALUES ('churn', 'v1', 1)");
    const before = await shape(connection);
    expect(await migrate(connection, schema)).toEqual({ applied: [], version: SCHEMA_VERSION });
    expect(await shape(connection)).toEqual(before);
    expect(await lines(connection, 'SELECT version FROM serving')).toEqual(['v1']);
  });

  /** The state that a kill leaves: whole migrations before, some statements of this one, and the note of how many. */
  async function killedIn(connection: Connection, schema: string, number: number, ran: number, noted: number) {
    await migrate(connection, schema);
    const fresh = MIGRATIONS.slice(number).flatMap(({ statements }) => [...statements]);
    const undone = [...(MIGRATIONS[number - 1]?.statements.slice(ran) ?? []), ...fresh];
    for (const statement of undone) {
      const table = /^CREATE TABLE (\w+)/.exec(statement)?.[1];
      if (table !== undefined) await connection.query(`DROP TABLE ${table}`);
    }
    await connection.query('DELETE FROM schema_migrations WHERE number > ?', [number]);
    await connection.query('UPDATE schema_migrations SET statements_done = ?, finished_at = NULL WHERE number = ?', [
      noted,
      number,
    ]);
  }

  const all = MIGRATIONS[1]?.statements.length ?? NaN;
  const kills = [
    { title: 'before its first statement', number: 2, ran: 0, noted: 0 },
    { title: 'between two statements', number: 1, ran: 4, noted: 4 },
    { title: 'between a statement and its note', number: 2, ran: 7, noted: 6 },
    { title: 'after its last statement', number: 2, ran: all, noted: all },
    { title: 'between a change of a table and its note', number: 3, ran: 1, noted: 0 },
    { title: 'between dropping an index and its note', number: 4, ran: 1, noted: 0 },
    { title: 'between its two tables', number: 5, ran: 1, noted: 1 },
    { title: 'between adding a column and its note', number: 7, ran: 2, noted: 1 },
  ];
  it.each(kills)('a kill $title of migration $number is gone on from', async ({ number, ran, noted }) => {
    const { schema, connect } = await emptySchema();
    const connection = await connect();
    await killedIn(connection, schema, number, ran, noted);
    const report = await migrate(connection, schema);
    expect(report.applied).toEqual(MIGRATIONS.slice(number - 1).map(({ name }) => name));
    expect(await shape(connection)).toEqual(await freshShape());
  });

  it.each([
    { title: 'finished', finished: '2030-01-01' },
    { title: 'begun', finished: null },
  ])('a newer schema is refused, also one that is only $title', async ({ finished }) => {
    const { schema, connect } = await emptySchema();
    const connection = await connect();
    await migrate(connection, schema);
    await connection.query("INSERT INTO schema_migrations VALUES (?, 'of the future', 1, ?)", [
      SCHEMA_VERSION + 1,
      finished,
    ]);
    const before = await shape(connection);
    await expect(migrate(connection, schema)).rejects.toThrow(
      `database ${schema} has schema ${String(SCHEMA_VERSION + 1)}, this Plumbline knows ${String(SCHEMA_VERSION)}; run the newer Plumbline`,
    );
    expect(await shape(connection)).toEqual(before);
    // Refused, and the lock given back.
    await connection.query('DELETE FROM schema_migrations WHERE number = ?', [SCHEMA_VERSION + 1]);
    expect((await migrate(await connect(), schema)).applied).toEqual([]);
  });

  it('processes that migrate at once do so one after the other', async () => {
    const { schema, connect } = await emptySchema();
    const connections = await Promise.all([connect(), connect(), connect()]);
    const reports = await Promise.all(connections.map((connection) => migrate(connection, schema)));
    const names = MIGRATIONS.map(({ name }) => name);
    expect(reports.map(({ applied }) => applied).sort((a, b) => b.length - a.length)).toEqual([names, [], []]);
    const [one] = connections;
    expect(await shape(one)).toEqual(await freshShape());
  });
});
