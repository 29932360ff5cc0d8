/** Tables that others own: filters of every type, labels elsewhere on the server, many tables as one, rights to read only. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelCoverage } from '../../src/io/mysql/label-coverage.js';
import { openDatabase, type Database } from '../../src/io/mysql/pool.js';
import { change, select } from '../../src/io/mysql/rows.js';
import { checkSource } from '../../src/io/mysql/source-check.js';
import { windowQuery } from '../../src/io/mysql/window-query.js';
import type { Filters } from '../../src/model/definition.js';
import { at, cellsOf, DAY, readDay, readerOf, type ReaderParts } from './reading.js';
import { onEachServer } from './servers.js';

interface FilterCase {
  readonly title: string;
  readonly filters: Filters;
  /** Ids of the rows that are left. */
  readonly ids: readonly string[];
}

const FILTERS: readonly FilterCase[] = [
  { title: 'a text', filters: { region: 'EU' }, ids: ['1', '4'] },
  { title: 'one of several texts', filters: { region: ['EU', 'UK'] }, ids: ['1', '2', '4'] },
  { title: 'a list of one', filters: { region: ['UK'] }, ids: ['2'] },
  { title: 'a number', filters: { stage: '3' }, ids: ['1'] },
  { title: 'numbers', filters: { stage: ['3', '-1'] }, ids: ['1', '3'] },
  { title: 'an integer over 2^53, with all its digits', filters: { big: '9007199254740993' }, ids: ['2'] },
  { title: 'several of these', filters: { big: ['9007199254740993', '9007199254740995'] }, ids: ['2', '4'] },
  { title: 'a decimal', filters: { price: '0.10' }, ids: ['1', '3'] },
  { title: 'a double', filters: { ratio: '0.1' }, ids: ['2'] },
  { title: 'true', filters: { live: true }, ids: ['1', '2'] },
  { title: 'false', filters: { live: false }, ids: ['3'] },
  { title: 'either, but not NULL', filters: { live: [true, false] }, ids: ['1', '2', '3'] },
  { title: 'a bit', filters: { flag: true }, ids: ['1', '4'] },
  { title: 'a day', filters: { day: '2026-01-05' }, ids: ['1', '2', '3', '4'] },
  { title: 'an instant', filters: { at: '2026-01-05 10:00:01.000' }, ids: ['2'] },
  { title: 'a member of an enumeration', filters: { kind: ['a'] }, ids: ['1', '3'] },
  { title: 'several columns at once', filters: { region: ['EU', 'UK'], live: true, stage: '7' }, ids: ['2'] },
  { title: 'a text with signs of SQL', filters: { region: ["E'U", 'x) OR (1=1'] }, ids: ['3'] },
];

onEachServer((database) => {
  const run = (sql: string): Promise<number> => change(database().pool, sql);
  const ids = async (parts: ReaderParts): Promise<readonly unknown[]> =>
    cellsOf(await readDay(database().pool, readerOf(parts)), 'prediction');

  describe('filters', () => {
    beforeAll(async () => {
      await run(
        `CREATE TABLE calls (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), region VARCHAR(20), stage INT, big BIGINT,
         price DECIMAL(6,2), ratio DOUBLE, live BOOLEAN NULL, flag BIT(1), day DATE, kind ENUM('a','b'), KEY (region, at))`,
      );
      await run(
        `INSERT INTO calls VALUES
         (1, '${at('10:00:00')}', '1', 'EU', 3, 9007199254740992, 0.10, 0.2, TRUE, b'1', '2026-01-05', 'a'),
         (2, '${at('10:00:01')}', '2', 'UK', 7, 9007199254740993, 0.20, 0.1, TRUE, b'0', '2026-01-05', 'b'),
         (3, '${at('10:00:02')}', '3', 'E''U', -1, 9007199254740994, 0.1, 0.3, FALSE, b'0', '2026-01-05', 'a'),
         (4, '${at('10:00:03')}', '4', 'EU', 0, 9007199254740995, 1, 0.4, NULL, b'1', '2026-01-05', 'b')`,
      );
    });

    it.each(FILTERS)('$title', async ({ filters, ids: expected }) => {
      expect(await ids({ table: 'calls', filters })).toEqual(expected);
    });

    it('hold for labels too, beside their predictions and in a table of their own', async () => {
      await run('CREATE TABLE told (call_id INT, truth VARCHAR(9), source VARCHAR(9), checked BOOLEAN, KEY (call_id))');
      await run(
        "INSERT INTO told VALUES (1, 'yes', 'bank', TRUE), (1, 'no', 'test', TRUE), (2, 'no', 'clerk', TRUE), (3, 'no', 'bank', FALSE)",
      );
      const labels = {
        table: 'told',
        id: 'call_id',
        label: 'truth',
        filters: { source: ['bank', 'clerk'], checked: true },
      };
      const definition = readerOf({ table: 'calls', filters: { region: ['EU', 'UK'] }, labels });
      expect(cellsOf(await readDay(database().pool, definition), 'label')).toEqual(['yes', 'no', null]);
      expect(await labelCoverage(database().pool, definition, DAY, DAY.to)).toBe(2 / 3);
    });

    it('of a list leave the index of use', async () => {
      const { sql, values } = windowQuery(readerOf({ table: 'calls', filters: { region: ['EU', 'UK'] } }), DAY, DAY.to);
      const [plan] = await select(database().pool, `EXPLAIN FORMAT=TRADITIONAL ${sql}`, values);
      expect(plan?.['possible_keys']).toBe('region');
    });

    it.each([
      {
        filters: { stage: 'three' },
        says: /`stage` of table `calls` holds numbers; the server would take "three" for 0/,
      },
      { filters: { price: ['1', ''] }, says: /`price` .* would take "" for 0/ },
      { filters: { region: true }, says: /`region` of table `calls` holds texts, and true stands for a number/ },
      { filters: { regoin: 'EU' }, says: /has no column `regoin`/ },
    ])('that no row could rightly meet are told when a definition is applied: $filters', async ({ filters, says }) => {
      const findings = await checkSource(database().pool, readerOf({ table: 'calls', filters }));
      expect(findings.map(({ level, path, message }) => [level, path.slice(0, 2), message])).toContainEqual([
        'fault',
        ['source', 'where'],
        expect.stringMatching(says) as unknown,
      ]);
    });
  });

  describe('many tables with the same columns, as one view', () => {
    beforeAll(async () => {
      for (const month of ['2025_12', '2026_01', '2026_02']) {
        await run(
          `CREATE TABLE calls_${month} (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), x DOUBLE, KEY (at))`,
        );
        const first = `${month.replace('_', '-')}-01`;
        const row = (n: number): string =>
          `(${String(n)}, TIMESTAMPADD(HOUR, ${String(n)}, '${first}'), '${month.slice(5)}', ${String(n)})`;
        await run(`INSERT INTO calls_${month} VALUES ${Array.from({ length: 672 }, (_, n) => row(n)).join(', ')}`);
        await run(`ANALYZE TABLE calls_${month}`).catch(() => 0);
      }
      const part = (month: string): string => `SELECT CONCAT('${month}-', id) AS id, at, said, x FROM calls_${month}`;
      await run(`CREATE VIEW all_calls AS ${['2025_12', '2026_01', '2026_02'].map(part).join(' UNION ALL ')}`);
    });

    it('a window is read over the end of a table', async () => {
      const window = { from: Date.parse('2026-01-27T00:00:00Z'), to: Date.parse('2026-02-02T00:00:00Z') };
      const frame = await readDay(database().pool, readerOf({ table: 'all_calls', numeric: ['x'] }), DAY.to, window);
      expect(cellsOf(frame, 'prediction')).toEqual([
        ...Array.from({ length: 48 }, () => '01'),
        ...Array.from({ length: 24 }, () => '02'),
      ]);
    });

    it('and each table by its index on the time, not as a whole', async () => {
      const { sql, values } = windowQuery(readerOf({ table: 'all_calls', numeric: ['x'] }), DAY, DAY.to);
      const plan = await select(database().pool, `EXPLAIN FORMAT=TRADITIONAL ${sql}`, values);
      const tables = plan.filter((row) => String(row['table']).startsWith('calls_'));
      expect(tables.map((row): unknown[] => [row['type'], row['key']])).toEqual([
        ['range', 'at'],
        ['range', 'at'],
        ['range', 'at'],
      ]);
    });
  });

  describe('an account that may only read', () => {
    const reader = `reader_${randomBytes(4).toString('hex')}`;
    const elsewhere = `labels_${randomBytes(4).toString('hex')}`;
    let limited: Database;

    beforeAll(async () => {
      const { address, url } = database();
      await run(`CREATE DATABASE ${elsewhere}`);
      await run(`CREATE TABLE ${elsewhere}.outcomes (ref INT PRIMARY KEY, truth VARCHAR(9), came DATETIME(3))`);
      await run(`INSERT INTO ${elsewhere}.outcomes VALUES (1, 'yes', '${at('12:00:00')}'), (2, 'no', '2026-02-01')`);
      await run('CREATE TABLE asked (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), `order` DOUBLE)');
      await run(`INSERT INTO asked VALUES (1, '${at('10:00:00')}', 'yes', 1), (2, '${at('11:00:00')}', 'no', 2)`);
      await run('CREATE VIEW seen AS SELECT id, at, said, `order` * 2 AS `the "order", doubled` FROM asked').catch(
        () => 0,
      );
      await run(`CREATE USER '${reader}'@'%' IDENTIFIED BY 'may-only-read-1'`);
      await run(`GRANT SELECT ON \`${address.database}\`.asked TO '${reader}'@'%'`);
      await run(`GRANT SELECT (ref, truth, came) ON ${elsewhere}.outcomes TO '${reader}'@'%'`);
      const own = new URL(url);
      own.username = reader;
      own.password = 'may-only-read-1';
      limited = openDatabase(own.href, 2);
    });

    afterAll(async () => {
      await limited.close();
      await run(`DROP USER '${reader}'@'%'`);
      await run(`DROP DATABASE ${elsewhere}`);
    });

    it('reads predictions here and labels in another database of the server, and the check finds only the index missing', async () => {
      const labels = { table: `${elsewhere}.outcomes`, id: 'ref', label: 'truth', arrived: 'came' };
      const definition = readerOf({ table: 'asked', numeric: ['order'], labels });
      const frame = await readDay(limited.pool, definition);
      expect([cellsOf(frame, 'label'), cellsOf(frame, 'order')]).toEqual([
        ['yes', null],
        [1, 2],
      ]);
      expect(await labelCoverage(limited.pool, definition, DAY, DAY.to)).toBe(0.5);
      const findings = await checkSource(limited.pool, definition);
      expect(findings.map(({ level, cure }) => [level, cure])).toEqual([
        ['warning', 'CREATE INDEX plumbline_time ON `asked` (`at`)'],
      ]);
    });
  });
});
