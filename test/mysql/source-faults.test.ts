import { setTimeout as pause } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errnoOf, openDatabase, type Database } from '../../src/io/mysql/pool.js';
import { change } from '../../src/io/mysql/rows.js';
import { explainSourceFault, SourceFault } from '../../src/io/mysql/source-faults.js';
import { at, readDay, readerOf, type ReaderParts } from './reading.js';
import { onEachServer } from './servers.js';

const plain = readerOf({ table: 'open_log' });

function withParts(address: string, parts: Partial<Record<'username' | 'password' | 'pathname', string>>): URL {
  const url = new URL(address);
  if (parts.username !== undefined) url.username = parts.username;
  if (parts.password !== undefined) url.password = parts.password;
  if (parts.pathname !== undefined) url.pathname = parts.pathname;
  return url;
}

onEachServer((database) => {
  describe('faults that a person has to mend are never tried again', () => {
    const reader = `reader_${randomBytes(4).toString('hex')}`;
    const password = `p-${randomBytes(8).toString('hex')}`;
    let limited: Database;

    beforeAll(async () => {
      const { pool, address, url } = database();
      await change(pool, 'CREATE TABLE secret (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), income INT)');
      await change(pool, 'CREATE TABLE open_log (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), income INT)');
      await change(pool, `INSERT INTO open_log VALUES (1, '${at('10:00:00')}', 'yes', 1)`);
      await change(pool, 'CREATE TABLE doomed (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9))');
      await change(pool, 'CREATE VIEW broken AS SELECT * FROM doomed');
      await change(pool, 'DROP TABLE doomed');
      await change(
        pool,
        `CREATE TABLE ids_a (id VARCHAR(9) COLLATE utf8mb4_bin, at DATETIME(3), said VARCHAR(9)) DEFAULT CHARSET=utf8mb4`,
      );
      await change(
        pool,
        `CREATE TABLE ids_b (id VARCHAR(9) COLLATE utf8mb4_unicode_ci, truth VARCHAR(9)) DEFAULT CHARSET=utf8mb4`,
      );
      await change(
        pool,
        `CREATE TABLE ids_c (id VARCHAR(9) COLLATE utf8mb4_general_ci, truth VARCHAR(9)) DEFAULT CHARSET=utf8mb4`,
      );
      await change(pool, `CREATE USER '${reader}'@'%' IDENTIFIED BY '${password}'`);
      await change(pool, `GRANT SELECT (id, at, said) ON \`${address.database}\`.open_log TO '${reader}'@'%'`);
      const own = new URL(url);
      own.username = reader;
      own.password = password;
      limited = openDatabase(own.href, 2);
    });

    afterAll(async () => {
      await limited.close();
      await change(database().pool, `DROP USER '${reader}'@'%'`);
    });

    interface FaultCase {
      readonly title: string;
      readonly parts: ReaderParts;
      readonly limited?: boolean;
      readonly words: RegExp;
    }
    const cases: readonly FaultCase[] = [
      {
        title: 'an unknown column',
        parts: { table: 'open_log', numeric: ['incme'] },
        words: /^column "incme" is not in the source of reader \(table open_log\); correct the definition/,
      },
      {
        title: 'an unknown column of the labels',
        parts: { table: 'open_log', labels: { table: 'open_log', id: 'id', label: 'truth' } },
        words: /^column "truth" is not in the source of reader/,
      },
      {
        title: 'an unknown table',
        parts: { table: 'no_such_log' },
        words: /no_such_log.*: the source table of reader is missing; correct source\.table/,
      },
      {
        title: 'a table without rights',
        parts: { table: 'secret' },
        limited: true,
        words: /may not read table secret of reader.*GRANT SELECT/,
      },
      {
        title: 'a column without rights',
        parts: { table: 'open_log', numeric: ['income'] },
        limited: true,
        words: /may not read table open_log of reader.*GRANT SELECT/,
      },
      {
        title: 'a view of a table that is gone',
        parts: { table: 'broken' },
        words: /^view broken of reader refers to tables or columns that are gone/,
      },
      {
        title: 'ids that compare by different rules',
        parts: {
          table: 'ids_b',
          labels: { table: 'ids_c', id: 'id', label: 'truth' },
          columns: { time: 'id', prediction: 'truth' },
        },
        words: /^predictions and labels of reader cannot be joined: .*give both id columns one collation$/,
      },
    ];
    for (const { title, parts, words, ...how } of cases) {
      it(title, async () => {
        const definition = readerOf(parts);
        const { pool } = how.limited === true ? limited : database();
        const error = await readDay(pool, definition).then(
          () => new Error('it was read'),
          (reason: unknown) => explainSourceFault(reason, definition),
        );
        expect(error).toBeInstanceOf(SourceFault);
        expect(error).toMatchObject({ retryable: false, message: expect.stringMatching(words) as unknown });
        expect(explainSourceFault(error, definition)).toBe(error);
        // The connection goes on, or another one does.
        const rest = readerOf({ table: 'open_log' });
        expect((await readDay(pool, rest)).rows).toBe(1);
      });
    }

    it.each([
      { title: 'a wrong password', part: { password: 'wrong' }, words: /refused user or password/ },
      {
        title: 'a schema that is not there',
        part: { pathname: '/no_such_schema' },
        words: /the database of reader's source is missing|may not read/,
      },
    ])('$title, and the password is not told', async ({ part, words }) => {
      const url = withParts(database().url, part);
      const wrong = openDatabase(url.href, 1);
      const error = await readDay(wrong.pool, plain).then(
        () => new Error('it was read'),
        (reason: unknown) => explainSourceFault(reason, plain),
      );
      await wrong.close();
      expect(error).toMatchObject({ retryable: false, message: expect.stringMatching(words) as unknown });
      expect(error.message).not.toContain(decodeURIComponent(url.password));
      expect(errnoOf(error.cause)).toBeGreaterThan(1000);
    });

    it('what is none of these stays what it is', () => {
      const other = new Error('something else');
      expect(explainSourceFault(other, plain)).toBe(other);
      expect(explainSourceFault('a text', plain).message).toBe('a text');
    });
  });

  it('a full server is a fault that passes', async () => {
    const { pool, address } = database();
    const few = `few_${randomBytes(4).toString('hex')}`;
    await change(pool, `CREATE USER '${few}'@'%' IDENTIFIED BY 'few-and-more' WITH MAX_USER_CONNECTIONS 1`);
    await change(pool, `GRANT SELECT ON \`${address.database}\`.* TO '${few}'@'%'`);
    const url = withParts(database().url, { username: few, password: 'few-and-more' });
    const crowded = openDatabase(url.href, 2);
    try {
      const first = await crowded.pool.getConnection();
      const error = await readDay(crowded.pool, plain).catch((reason: unknown) => explainSourceFault(reason, plain));
      expect(error).toMatchObject({ retryable: true });
      first.release();
      await pause(0);
      expect((await readDay(crowded.pool, plain)).rows).toBe(1);
    } finally {
      await crowded.close();
      await change(pool, `DROP USER '${few}'@'%'`);
    }
  });
});
