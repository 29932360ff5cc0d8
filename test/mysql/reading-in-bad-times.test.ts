/** A read that is disturbed gives all rows as they were, or a fault that says whether to try again: never some of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../src/io/mysql/pool.js';
import { change, integer, select } from '../../src/io/mysql/rows.js';
import { explainSourceFault, SourceFault } from '../../src/io/mysql/source-faults.js';
import type { Frame } from '../../src/model/frame.js';
import { eventually } from '../support/poll.js';
import { at, cellsOf, mismatchesOf, readDay, readerOf, type ReaderParts } from './reading.js';
import { onEachServer } from './servers.js';

const ROWS = 2_000;

onEachServer((database) => {
  /** One connection, so that what a test sets for it holds for the read. */
  let source: Database;
  const run = (sql: string): Promise<number> => change(database().pool, sql);
  const slow: ReaderParts = { table: 'slow', numeric: ['x'] };
  const read = (parts: ReaderParts): Promise<Frame> => readDay(source.pool, readerOf(parts));
  const faultOf = async (parts: ReaderParts, reading = read(parts)): Promise<SourceFault> => {
    const error = await reading.then(
      () => new Error('it was read'),
      (reason: unknown) => explainSourceFault(reason, readerOf(parts)),
    );
    if (!(error instanceof SourceFault)) throw error;
    return error;
  };

  /** Waits until the read of a table waits: for a lock, or between two rows that it has seen. */
  const isWaiting = (table: string, state: string) =>
    eventually(`a statement on ${table} waits`, async () => {
      const rows = await select(
        database().pool,
        `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'SELECT%FROM \`${table}\`%' AND STATE LIKE '${state}'`,
      );
      return rows[0] === undefined ? null : integer(rows[0], 'id');
    });

  beforeAll(async () => {
    source = openDatabase(database().url, 1);
    await run('CREATE TABLE digits (d INT PRIMARY KEY)');
    await run('INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)');
    await run('CREATE TABLE log (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), x DOUBLE, gone INT, KEY (at))');
    await run(
      `INSERT INTO log SELECT n, TIMESTAMPADD(SECOND, n, '2026-01-05'), 'yes', n, n FROM
       (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM digits a, digits b, digits c, digits e) t WHERE n < ${String(ROWS)}`,
    );
    await run('CREATE VIEW slow AS SELECT id, at, said, x + 0 * SLEEP(0.001) AS x, gone FROM log');
  });

  afterAll(() => source.close());

  it('over the time that a statement may take it is a fault that names the limit, also where rows have come', async () => {
    const [row] = await select(source.pool, 'SELECT VERSION() AS version');
    const isMaria = String(row?.['version']).includes('MariaDB');
    await change(
      source.pool,
      isMaria ? 'SET SESSION max_statement_time = 0.3' : 'SET SESSION max_execution_time = 300',
    );
    const fault = await faultOf(slow);
    expect(fault.retryable).toBe(true);
    expect(fault.message).toMatch(/ended the read of table slow of reader after the time.*index its column at, or let/);
    // The next connection is a new one, without the limit.
    expect((await read(slow)).rows).toBe(ROWS);
  });

  it('over the rows that a statement may look at it is refused, with the setting', async () => {
    await change(source.pool, 'SET SESSION max_join_size = 10, sql_big_selects = 0');
    const fault = await faultOf({ table: 'log', numeric: ['x'] });
    expect([fault.retryable, fault.message]).toEqual([false, expect.stringContaining('sql_big_selects') as unknown]);
    expect((await read({ table: 'log' })).rows).toBe(ROWS);
  });

  it('a table that others have locked is waited for; where the wait is limited it is a fault that passes', async () => {
    const other = await database().pool.getConnection();
    try {
      await other.query('LOCK TABLES log WRITE');
      await change(source.pool, 'SET SESSION lock_wait_timeout = 1');
      const fault = await faultOf({ table: 'log' });
      expect([fault.retryable, fault.message]).toEqual([
        true,
        expect.stringMatching(/^table log of reader is locked by another session/) as unknown,
      ]);
      const waiting = read({ table: 'log' });
      await isWaiting('log', 'Waiting for table%');
      await other.query('UNLOCK TABLES');
      expect((await waiting).rows).toBe(ROWS);
    } finally {
      await other.query('UNLOCK TABLES');
      other.release();
    }
  });

  it('rows that another transaction holds are read as they were committed', async () => {
    const other = await database().pool.getConnection();
    try {
      await other.beginTransaction();
      await other.query('UPDATE log SET x = -1');
      const frame = await read({ table: 'log', numeric: ['x'] });
      expect(cellsOf(frame, 'x').every((cell, i) => cell === i)).toBe(true);
      await other.rollback();
    } finally {
      other.release();
    }
  });

  describe('a table that changes', () => {
    it('in the middle of a read is read whole as it was; the next read says which column is gone', async () => {
      const parts = { ...slow, numeric: ['x', 'gone'] };
      const reading = read(parts);
      await isWaiting('slow', 'User sleep');
      const altering = run('ALTER TABLE log DROP COLUMN gone');
      const frame = await reading;
      expect([frame.rows, cellsOf(frame, 'gone').filter((cell, i) => cell !== i)]).toEqual([ROWS, []]);
      await altering;
      const fault = await faultOf({ table: 'log', numeric: ['x', 'gone'] });
      expect([fault.retryable, fault.message]).toEqual([
        false,
        expect.stringMatching(/^column "gone" is not in the source of reader.*if the column was dropped/) as unknown,
      ]);
      expect((await faultOf(parts)).message).toMatch(/^view slow of reader refers to tables or columns that are gone/);
      await run('ALTER TABLE log ADD COLUMN gone INT');
    });

    it('by a write in the middle gives the rows of one moment', async () => {
      const reading = read(slow);
      await isWaiting('slow', 'User sleep');
      await run('DELETE FROM log WHERE id >= 1000');
      expect((await reading).rows).toBe(ROWS);
      expect((await read({ table: 'log' })).rows).toBe(1000);
    });

    const shapes: readonly {
      readonly change: string;
      readonly x: readonly (number | null)[];
      readonly mismatches: number;
    }[] = [
      { change: 'MODIFY x VARCHAR(20)', x: [1.5, 2], mismatches: 0 },
      { change: 'MODIFY x DECIMAL(5,1)', x: [1.5, 2], mismatches: 0 },
      { change: 'MODIFY x FLOAT AFTER id', x: [1.5, 2], mismatches: 0 },
      { change: 'ADD COLUMN first_one INT DEFAULT 7 FIRST', x: [1.5, 2], mismatches: 0 },
      { change: 'MODIFY id VARCHAR(20)', x: [1.5, 2], mismatches: 0 },
      { change: 'MODIFY x VARBINARY(20)', x: [null, null], mismatches: 2 },
      { change: 'MODIFY x BIGINT', x: [2, 2], mismatches: 0 },
    ];
    it.each(shapes)(
      'its types between two reads over one connection: $change',
      async ({ change: alter, x, mismatches }) => {
        const table = `shape_${alter.replaceAll(/\W/g, '_')}`.slice(0, 60);
        await run(`CREATE TABLE ${table} (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), x DOUBLE)`);
        await run(`INSERT INTO ${table} VALUES (1, '${at('10:00')}', 'yes', 1.5), (2, '${at('11:00')}', 'yes', 2)`);
        const parts = { table, numeric: ['x'] };
        expect(cellsOf(await read(parts), 'x')).toEqual([1.5, 2]);
        await run(`ALTER TABLE ${table} ${alter}`);
        const frame = await read(parts);
        expect([cellsOf(frame, 'x'), mismatchesOf(frame, 'x'), frame.intake.read]).toEqual([x, mismatches, 2]);
      },
    );
  });

  describe('long cells', () => {
    it('a text of 10 MB, and a row of more than one packet of 16 MB, arrive whole', async () => {
      await run(
        'CREATE TABLE vast (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), a LONGTEXT, b LONGTEXT, x INT)',
      );
      const mega = 2 ** 20;
      // No power of two long: a piece in the place of another would show.
      const texts = (['abcdefg', 'é, or e', 'a row over 16 M'] as const).map(
        (text, at) => [text, Math.ceil(((at === 2 ? 12 : 5) * mega) / text.length)] as const,
      );
      for (const [id, [text, times]] of texts.entries()) {
        const long = `REPEAT('${text}', ${String(times)})`;
        await run(
          `INSERT INTO vast VALUES (${String(id)}, '${at(`1${String(id)}:00`)}', 'yes', ${long}, ${long}, ${String(id)})`,
        );
      }
      await run(`INSERT INTO vast VALUES (9, '${at('20:00')}', 'yes', 'short', NULL, 9)`);
      const frame = await read({ table: 'vast', categorical: ['a', 'b'], numeric: ['x'] });
      expect(cellsOf(frame, 'x')).toEqual([0, 1, 2, 9]);
      for (const [name, last] of Object.entries({ a: 'short', b: null })) {
        const cells = cellsOf(frame, name);
        expect(texts.map(([text, times], row) => cells[row] === text.repeat(times))).toEqual([true, true, true]);
        expect(cells[3]).toBe(last);
      }
    });

    it.each([250, 251, 252, 253, 65_535, 65_536, 70_000, 2 ** 24 - 1, 2 ** 24])(
      'a cell of %i bytes keeps the cells after it',
      async (length) => {
        const table = `long_${String(length)}`;
        await run(`CREATE TABLE ${table} (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), a LONGTEXT, x INT)`);
        // A view may put together what one statement may not send.
        await run(
          `INSERT INTO ${table} VALUES (1, '${at('10:00')}', 'yes', REPEAT('a', ${String(length >> 1)}), 7), (2, '${at('11:00')}', 'yes', 'b', 8)`,
        );
        const rest = length - (length >> 1);
        await run(`UPDATE ${table} SET a = CONCAT(a, REPEAT('c', ${String(Math.min(rest, 8_000_000))})) WHERE id = 1`);
        if (rest > 8_000_000)
          await run(`UPDATE ${table} SET a = CONCAT(a, REPEAT('c', ${String(rest - 8_000_000)})) WHERE id = 1`);
        const frame = await read({ table, categorical: ['a'], numeric: ['x'] });
        expect(cellsOf(frame, 'x')).toEqual([7, 8]);
        const [first, second] = cellsOf(frame, 'a');
        expect([String(first).length, second]).toEqual([length, 'b']);
      },
    );
  });
});
