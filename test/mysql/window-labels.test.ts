import { describe, expect, it } from 'vitest';
import { labelCoverage } from '../../src/io/mysql/label-coverage.js';
import { insertLabels, insertPredictions } from '../../src/io/mysql/prediction-log.js';
import { change } from '../../src/io/mysql/rows.js';
import { connectOnce } from '../../src/io/mysql/pool.js';
import { at, cellsOf, DAY, readDay, readerOf, type ReaderParts } from './reading.js';
import { onEachServer } from './servers.js';

const HOUR = 3_600_000;

onEachServer((database) => {
  const run = (sql: string): Promise<number> => change(database().pool, sql);

  describe('a window is half-open at the millisecond', () => {
    const edges = [
      '2026-01-04 23:59:59.999',
      '2026-01-05 00:00:00.000',
      '2026-01-05 23:59:59.999',
      '2026-01-06 00:00:00.000',
    ];
    for (const type of ['DATETIME(3)', 'TIMESTAMP(3)', 'DATETIME(6)']) {
      it(type, async () => {
        const table = `edge_${type.replace(/\W/g, '')}`;
        await run(`CREATE TABLE ${table} (id INT PRIMARY KEY, at ${type} NULL, said VARCHAR(9))`);
        await run(
          `INSERT INTO ${table} VALUES ${edges.map((edge, i) => `(${String(i)}, '${edge}', 'row ${String(i)}')`).join(', ')}, (9, NULL, 'never')`,
        );
        const frame = await readDay(database().pool, readerOf({ table }));
        expect(cellsOf(frame, 'prediction')).toEqual(['row 1', 'row 2']);
        expect(cellsOf(frame, '$time')).toEqual([DAY.from, DAY.to - 1]);
        // Windows tile: each row is in exactly one of the two halves.
        const noon = { from: DAY.from, to: DAY.to - 1 };
        const rest = { from: DAY.to - 1, to: DAY.to };
        expect((await readDay(database().pool, readerOf({ table }), DAY.to, noon)).rows).toBe(1);
        expect((await readDay(database().pool, readerOf({ table }), DAY.to, rest)).rows).toBe(1);
      });
    }

    it('times without fractions and dates fall where they say', async () => {
      await run('CREATE TABLE edge_plain (id INT PRIMARY KEY, at DATETIME, d DATE, said VARCHAR(9))');
      await run(
        "INSERT INTO edge_plain VALUES (1, '2026-01-05 00:00:00', '2026-01-05', 'a'), (2, '2026-01-06 00:00:00', '2026-01-06', 'b')",
      );
      const frames = await Promise.all(
        ['at', 'd'].map((time) => readDay(database().pool, readerOf({ table: 'edge_plain', columns: { time } }))),
      );
      expect(frames.map((frame) => cellsOf(frame, 'prediction'))).toEqual([['a'], ['a']]);
    });

    it('instants that a session of another time zone wrote are found at the instant they mean', async () => {
      await run('CREATE TABLE zoned (id INT PRIMARY KEY, at TIMESTAMP(3) NULL, said VARCHAR(9))');
      const far = await connectOnce(database().url);
      try {
        await far.query("SET SESSION time_zone = '-05:00'");
        // 19:00 at UTC-5 is midnight in UTC.
        await far.query(
          "INSERT INTO zoned VALUES (1, '2026-01-04 19:00:00.000', 'first'), (2, '2026-01-05 19:00:00.000', 'next day')",
        );
      } finally {
        await far.end();
      }
      const frame = await readDay(database().pool, readerOf({ table: 'zoned' }));
      expect([cellsOf(frame, 'prediction'), cellsOf(frame, '$time')]).toEqual([['first'], [DAY.from]]);
    });
  });

  it('rows come in the order of time and id, and filters leave the others out', async () => {
    await run(
      'CREATE TABLE tenants (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), `the tenant` VARCHAR(20), stage INT)',
    );
    await run(
      `INSERT INTO tenants VALUES (3, '${at('10:00:00')}', 'c', 'it''s me', 7), (1, '${at('10:00:00')}', 'b', 'it''s me', 7),
       (2, '${at('09:00:00')}', 'a', 'it''s me', 7), (4, '${at('08:00:00')}', 'x', 'other', 7), (5, '${at('08:00:00')}', 'y', 'it''s me', 8)`,
    );
    const filters = { 'the tenant': "it's me", stage: '7' };
    const frame = await readDay(database().pool, readerOf({ table: 'tenants', filters }));
    expect(cellsOf(frame, 'prediction')).toEqual(['a', 'b', 'c']);
  });

  it('an empty window is a frame without rows that has all its columns', async () => {
    await run('CREATE TABLE nothing (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), x DOUBLE, y VARCHAR(9))');
    const definition = readerOf({ table: 'nothing', numeric: ['x'], categorical: ['y'] });
    const frame = await readDay(database().pool, definition);
    expect(frame).toMatchObject({ rows: 0, intake: { read: 0, duplicateIds: 0, poison: 0 } });
    expect([...frame.columns.keys()]).toEqual(['$time', 'prediction', 'x', 'y']);
    expect(await labelCoverage(database().pool, definition, DAY, DAY.to)).toBe(1);
  });

  describe('labels', () => {
    const both = async (parts: ReaderParts, now = DAY.to): Promise<readonly unknown[]> => {
      const definition = readerOf(parts);
      const frame = await readDay(database().pool, definition, now);
      return [cellsOf(frame, 'label'), await labelCoverage(database().pool, definition, DAY, now)];
    };

    it('beside the prediction', async () => {
      await run('CREATE TABLE beside (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), truth VARCHAR(9))');
      await run(
        `INSERT INTO beside VALUES (1, '${at('10:00:00')}', 'yes', 'no'), (2, '${at('11:00:00')}', 'yes', NULL)`,
      );
      const labels = { table: 'beside', id: 'id', label: 'truth' };
      expect(await both({ table: 'beside', labels })).toEqual([['no', null], 0.5]);
    });

    it('in another table by id, with filters of their own', async () => {
      await run('CREATE TABLE asked (id VARCHAR(9) PRIMARY KEY, at DATETIME(3), said VARCHAR(9))');
      await run('CREATE TABLE told (`for id` VARCHAR(9), `truth` VARCHAR(9), source VARCHAR(9), KEY (`for id`))');
      await run(
        `INSERT INTO asked VALUES ('a', '${at('10:00:00')}', 'yes'), ('b', '${at('11:00:00')}', 'no'), ('c', '${at('12:00:00')}', 'no')`,
      );
      await run(
        "INSERT INTO told VALUES ('a', 'yes', 'bank'), ('a', 'no', 'test'), ('b', NULL, 'bank'), ('z', 'no', 'bank')",
      );
      const labels = { table: 'told', id: 'for id', label: 'truth', filters: { source: 'bank' } };
      expect(await both({ table: 'asked', labels })).toEqual([['yes', null, null], 1 / 3]);
    });

    it('that join several rows make no row count twice', async () => {
      await run('CREATE TABLE once (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9))');
      await run('CREATE TABLE often (id INT, truth VARCHAR(9))');
      await run(`INSERT INTO once VALUES (1, '${at('10:00:00')}', 'yes')`);
      await run("INSERT INTO often VALUES (1, 'yes'), (1, 'yes')");
      const definition = readerOf({ table: 'once', labels: { table: 'often', id: 'id', label: 'truth' } });
      const frame = await readDay(database().pool, definition);
      expect(frame).toMatchObject({ rows: 1, intake: { read: 2, duplicateIds: 1, poison: 0 } });
    });

    it('that were corrected by a further row count as they stood at the time of the cycle', async () => {
      await run('CREATE TABLE judged (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9))');
      await run('CREATE TABLE corrections (id INT, truth VARCHAR(9), came DATETIME(3))');
      await run(`INSERT INTO judged VALUES (1, '${at('10:00:00')}', 'yes')`);
      const came = ['2026-01-07', '2026-01-09', '2026-01-08'];
      await run(`INSERT INTO corrections VALUES ${came.map((day) => `(1, '${day.slice(5)}', '${day}')`).join(', ')}`);
      const labels = { table: 'corrections', id: 'id', label: 'truth', arrived: 'came' };
      const definition = readerOf({ table: 'judged', labels });
      const seen = await Promise.all(
        ['2026-01-06', ...came].map(async (day) =>
          cellsOf(await readDay(database().pool, definition, Date.parse(day)), 'label'),
        ),
      );
      expect(seen).toEqual([[null], ['01-07'], ['01-09'], ['01-08']]);
    });

    it('by id and time, where the label table repeats the time', async () => {
      await run('CREATE TABLE moments (id INT, at DATETIME(3), said VARCHAR(9), PRIMARY KEY (at, id))');
      await run(
        'CREATE TABLE moment_labels (id INT, told_of DATETIME(3), truth VARCHAR(9), PRIMARY KEY (told_of, id))',
      );
      await run(`INSERT INTO moments VALUES (1, '${at('10:00:00.001')}', 'yes')`);
      await run(
        `INSERT INTO moment_labels VALUES (1, '${at('10:00:00.001')}', 'right'), (1, '${at('10:00:00.002')}', 'wrong')`,
      );
      const labels = { table: 'moment_labels', id: 'id', label: 'truth', time: 'told_of' };
      expect(await both({ table: 'moments', labels })).toEqual([['right'], 1]);
    });

    it('of a regression are numbers', async () => {
      await run('CREATE TABLE prices (id INT PRIMARY KEY, at DATETIME(3), said DOUBLE, truth DECIMAL(8,2))');
      await run(`INSERT INTO prices VALUES (1, '${at('10:00:00')}', 1.5, 1.75), (2, '${at('11:00:00')}', 2, NULL)`);
      const labels = { table: 'prices', id: 'id', label: 'truth' };
      expect(await both({ table: 'prices', labels, task: 'regression' })).toEqual([[1.75, null], 0.5]);
    });

    describe('in the log of Plumbline', () => {
      const own: ReaderParts = {
        table: 'predictions',
        columns: { time: 'time', prediction: 'prediction' },
        filters: { model: 'late' },
        labels: {
          ...{ table: 'labels', id: 'id', label: 'label', time: 'time', arrived: 'arrived_at' },
          filters: { model: 'late' },
        },
      };
      const one = { id: 'a', time: DAY.from };

      it('are seen from the instant of their arrival on, corrections too', async () => {
        const { pool } = database();
        await insertPredictions(pool, 'late', [{ ...one, prediction: 'yes' }]);
        await insertLabels(pool, 'late', [{ ...one, label: 'no' }], DAY.to + HOUR);
        await insertLabels(pool, 'someone-else', [{ ...one, label: 'foreign' }], DAY.from);
        expect(await both(own, DAY.to)).toEqual([[null], 0]);
        expect(await both(own, DAY.to + HOUR - 1)).toEqual([[null], 0]);
        expect(await both(own, DAY.to + HOUR)).toEqual([['no'], 1]);
        await insertLabels(pool, 'late', [{ ...one, label: 'yes' }], DAY.to + 2 * HOUR);
        expect(await both(own, DAY.to + 2 * HOUR)).toEqual([['yes'], 1]);
      });
    });
  });
});
