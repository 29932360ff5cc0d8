/** Which window a row belongs to, whatever its time column is made of and however its clock ran. */
import { expect, it } from 'vitest';
import { labelCoverage } from '../../src/io/mysql/label-coverage.js';
import { connectOnce } from '../../src/io/mysql/pool.js';
import { change } from '../../src/io/mysql/rows.js';
import { cellsOf, DAY, readDay, readerOf } from './reading.js';
import { onEachServer } from './servers.js';

const HOUR = 3_600_000;
const day = (text: string) => ({ from: Date.parse(text), to: Date.parse(text) + 24 * HOUR });

onEachServer((database) => {
  const run = (sql: string): Promise<number> => change(database().pool, sql);

  /** Writes rows in a session of that time zone and mode, as a program of somebody else's does. */
  async function writeFrom(zone: string, statements: readonly string[]): Promise<void> {
    const far = await connectOnce(database().url);
    try {
      await far.query(`SET SESSION time_zone = '${zone}', sql_mode = ''`);
      for (const statement of statements) await far.query(statement);
    } finally {
      await far.end();
    }
  }

  it.each([
    { title: 'before 1970', from: '1965-03-01T00:00:00Z', type: 'DATETIME(3)' },
    { title: 'the first day of 1970', from: '1970-01-01T00:00:00Z', type: 'DATETIME(3)' },
    { title: 'the day on which 32 bits end', from: '2038-01-19T00:00:00Z', type: 'DATETIME(3)' },
    { title: 'far ahead', from: '2199-12-31T00:00:00Z', type: 'DATETIME(3)' },
    { title: 'a leap day', from: '2024-02-29T00:00:00Z', type: 'TIMESTAMP(3) NULL' },
  ])('a time is the instant it says: $title', async ({ from, type }) => {
    const window = day(from);
    const table = `edge_${from.slice(0, 4)}`;
    const noon = new Date(window.from + 12 * HOUR + 34).toISOString().replace('T', ' ').slice(0, 23);
    await run(`CREATE TABLE ${table} (id INT PRIMARY KEY, at ${type}, said VARCHAR(9))`);
    await run(`INSERT INTO ${table} VALUES (1, '${noon}', 'yes')`);
    const frame = await readDay(database().pool, readerOf({ table }), window.to, window);
    expect(cellsOf(frame, '$time')).toEqual([window.from + 12 * HOUR + 34]);
  });

  it('a TIMESTAMP keeps its instant through the hour that a clock skips, and the hour it repeats', async () => {
    await run('CREATE TABLE dst (id INT PRIMARY KEY, at TIMESTAMP(3) NULL, said VARCHAR(30))');
    // Berlin, 2026: 29 March 02:00 becomes 03:00, 25 October 03:00 becomes 02:00. The session's offset moves with it.
    await writeFrom('+01:00', ["INSERT INTO dst VALUES (1, '2026-03-29 01:59:59.999', 'before the gap')"]);
    await writeFrom('+02:00', [
      "INSERT INTO dst VALUES (2, '2026-03-29 03:00:00', 'after the gap')",
      "INSERT INTO dst VALUES (3, '2026-10-25 02:30:00', 'first half past two')",
    ]);
    await writeFrom('+01:00', ["INSERT INTO dst VALUES (4, '2026-10-25 02:30:00', 'second half past two')"]);
    const spring = await readDay(database().pool, readerOf({ table: 'dst' }), DAY.to, day('2026-03-29T00:00:00Z'));
    expect(cellsOf(spring, '$time')).toEqual([
      Date.parse('2026-03-29T00:59:59.999Z'),
      Date.parse('2026-03-29T01:00:00Z'),
    ]);
    const autumn = await readDay(database().pool, readerOf({ table: 'dst' }), DAY.to, day('2026-10-25T00:00:00Z'));
    expect(cellsOf(autumn, 'prediction')).toEqual(['first half past two', 'second half past two']);
    expect(cellsOf(autumn, '$time')).toEqual([Date.parse('2026-10-25T00:30:00Z'), Date.parse('2026-10-25T01:30:00Z')]);
    // A window may begin at the changed hour, where local midnight of the model's zone lies.
    const berlin = { from: Date.parse('2026-10-24T22:00:00Z'), to: Date.parse('2026-10-25T23:00:00Z') };
    expect((await readDay(database().pool, readerOf({ table: 'dst' }), DAY.to, berlin)).rows).toBe(2);
  });

  it('a DATETIME in local time is read through a view that says its offset', async () => {
    await run('CREATE TABLE local_log (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9))');
    await run("INSERT INTO local_log VALUES (1, '2026-01-05 05:29:59.999', 'a'), (2, '2026-01-05 05:30:00', 'b')");
    await run("CREATE VIEW utc_log AS SELECT id, CONVERT_TZ(at, '+05:30', '+00:00') AS at, said FROM local_log");
    const frame = await readDay(database().pool, readerOf({ table: 'utc_log' }));
    expect([cellsOf(frame, 'prediction'), cellsOf(frame, '$time')]).toEqual([['b'], [DAY.from]]);
  });

  it('rows that were written out of order come in the order of their times, then of their ids', async () => {
    await run('CREATE TABLE shuffled (id INT, at DATETIME(6), said VARCHAR(9))');
    const rows = Array.from({ length: 500 }, (_, i) => (i * 283) % 500);
    await run(
      `INSERT INTO shuffled VALUES ${rows.map((n) => `(${String(n)}, TIMESTAMPADD(SECOND, ${String(n >> 1)}, '2026-01-05'), '${String(n)}')`).join(', ')}`,
    );
    const frame = await readDay(database().pool, readerOf({ table: 'shuffled' }));
    expect(cellsOf(frame, 'prediction')).toEqual(rows.map((_, i) => String(i)));
  });

  it('of a repeated id the earliest stays, in whichever order they were written', async () => {
    await run('CREATE TABLE resent (id INT, at DATETIME(3), said VARCHAR(9))');
    await run(
      "INSERT INTO resent VALUES (1, '2026-01-05 12:00', 'late'), (1, '2026-01-05 11:00', 'early'), (1, '2026-01-04 11:00', 'before')",
    );
    const frame = await readDay(database().pool, readerOf({ table: 'resent' }));
    expect([cellsOf(frame, 'prediction'), frame.intake]).toEqual([['early'], { read: 2, duplicateIds: 1, poison: 0 }]);
  });

  it('a row from a clock that runs ahead is in the window of its own time, and in no other', async () => {
    await run(
      'CREATE TABLE ahead (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), heard DATETIME(3), truth VARCHAR(9))',
    );
    await run(
      "INSERT INTO ahead VALUES (1, '2026-01-05 23:00', 'a', '2026-01-05 22:00', 'yes'), (2, '2026-01-06 00:30', 'b', '2026-01-05 23:00', 'yes')",
    );
    const labels = { table: 'ahead', id: 'id', label: 'truth', arrived: 'heard' };
    const definition = readerOf({ table: 'ahead', labels });
    const windows = [DAY, day('2026-01-06T00:00:00Z')];
    const frames = await Promise.all(windows.map((window) => readDay(database().pool, definition, window.to, window)));
    expect(frames.map((frame) => cellsOf(frame, 'prediction'))).toEqual([['a'], ['b']]);
    // Labels that came before their prediction, by these clocks, are there all the same.
    expect(frames.map((frame) => cellsOf(frame, '$arrived'))).toEqual([[DAY.from + 22 * HOUR], [DAY.from + 23 * HOUR]]);
    expect(await labelCoverage(database().pool, definition, DAY, DAY.to)).toBe(1);
  });

  it('times that are none are in no window', async () => {
    await run('CREATE TABLE timeless (id INT PRIMARY KEY, at DATETIME(3) NULL, said VARCHAR(9))');
    await writeFrom('+00:00', [
      "INSERT INTO timeless VALUES (1, '0000-00-00', 'zeros'), (2, NULL, 'none'), (3, '2026-01-05', 'a day')",
    ]);
    const all = { from: Date.parse('1000-01-01T00:00:00Z'), to: Date.parse('9000-01-01T00:00:00Z') };
    const frame = await readDay(database().pool, readerOf({ table: 'timeless' }), DAY.to, all);
    expect(cellsOf(frame, 'prediction')).toEqual(['a day']);
  });
});
