import { describe, expect, it } from 'vitest';
import { insertPredictions } from '../../src/io/mysql/prediction-log.js';
import { change, select } from '../../src/io/mysql/rows.js';
import { at, cellsOf, DAY, mismatchesOf, readDay, readerOf } from './reading.js';
import { onEachServer } from './servers.js';

/** One column of one type: what is written, and what is read of it as a number and as a category. */
interface TypeCase {
  readonly type: string;
  readonly written: readonly (string | null)[];
  readonly numbers?: readonly (number | null)[];
  readonly mismatches?: number;
  readonly categories: readonly (string | null)[];
}

const TYPES: readonly TypeCase[] = [
  { type: 'TINYINT', written: ['-128', '127', null], numbers: [-128, 127, null], categories: ['-128', '127', null] },
  { type: 'TINYINT UNSIGNED', written: ['255'], numbers: [255], categories: ['255'] },
  { type: 'BOOLEAN', written: ['TRUE', 'FALSE', null], numbers: [1, 0, null], categories: ['1', '0', null] },
  { type: 'INT UNSIGNED', written: ['4294967295'], numbers: [4294967295], categories: ['4294967295'] },
  {
    type: 'BIGINT',
    written: ['9007199254740993', '-9223372036854775808', '9007199254740991', null],
    numbers: [9007199254740992, -9223372036854775808, 9007199254740991, null],
    categories: ['9007199254740993', '-9223372036854775808', '9007199254740991', null],
  },
  {
    type: 'BIGINT UNSIGNED',
    written: ['18446744073709551615'],
    numbers: [2 ** 64],
    categories: ['18446744073709551615'],
  },
  {
    type: 'DECIMAL(20,0)',
    written: ['9007199254740993', '9007199254740992', null],
    numbers: [9007199254740992, 9007199254740992, null],
    categories: ['9007199254740993', '9007199254740992', null],
  },
  {
    // As a category one value whatever its scale, so that a label 1 equals a prediction 1.00.
    type: 'DECIMAL(30,10)',
    written: ['0.1', '1', '-0.25', '100', '0', '12345678901234567890.0123456789'],
    numbers: [0.1, 1, -0.25, 100, 0, Number('12345678901234567890')],
    categories: ['0.1', '1', '-0.25', '100', '0', '12345678901234567890.0123456789'],
  },
  {
    type: 'DOUBLE',
    written: ['0.1', '1.7976931348623157e308', '2.2250738585072014e-308', '5e-324', '-1e-7', null],
    numbers: [0.1, 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324, -1e-7, null],
    categories: ['0.1', '1.7976931348623157e+308', '2.2250738585072014e-308', '5e-324', '-1e-7', null],
  },
  { type: 'FLOAT', written: ['0.5', '-2'], numbers: [0.5, -2], categories: ['0.5', '-2'] },
  { type: 'BIT(1)', written: ["b'1'", "b'0'", null], numbers: [1, 0, null], categories: ['1', '0', null] },
  {
    type: 'BIT(64)',
    written: ["b'101'", 'CAST(18446744073709551615 AS UNSIGNED)'],
    numbers: [5, 2 ** 64],
    categories: ['5', '18446744073709551615'],
  },
  { type: 'YEAR', written: ['2026', null], numbers: [2026, null], categories: ['2026', null] },
  {
    type: 'VARCHAR(60)',
    written: ["'12.5'", "' 7 '", "'n/a'", "''", "'  '", "'1e3'", "'-0'", "'12,5'", null],
    numbers: [12.5, 7, null, null, null, 1000, -0, null, null],
    mismatches: 4,
    categories: ['12.5', ' 7 ', 'n/a', '', '  ', '1e3', '-0', '12,5', null],
  },
  {
    type: 'VARCHAR(60) COLLATE utf8mb4_unicode_ci',
    written: ["'straße'", "'STRASSE'", "'日本語'", "'👩‍👩‍👧'", "'a\\0b'", "'0x10'"],
    categories: ['straße', 'STRASSE', '日本語', '👩‍👩‍👧', 'a\0b', '0x10'],
  },
  { type: 'CHAR(3) CHARACTER SET latin1', written: ["'é'", "'a'"], categories: ['é', 'a'] },
  { type: "ENUM('low','high','')", written: ["'low'", "'high'", "''", null], categories: ['low', 'high', '', null] },
  { type: "SET('a','b')", written: ["'a,b'", "''"], categories: ['a,b', ''] },
  { type: 'DATE', written: ["'2026-01-05'", null], categories: ['2026-01-05T00:00:00.000Z', null] },
  { type: 'DATETIME(3)', written: ["'2026-01-05 01:02:03.004'"], categories: ['2026-01-05T01:02:03.004Z'] },
  { type: 'TEXT', written: [`REPEAT('x', 60000)`], categories: ['x'.repeat(60000)] },
];

onEachServer((database) => {
  let tables = 0;
  const create = async (columns: string): Promise<string> => {
    tables += 1;
    const table = `log_${String(tables)}`;
    await change(database().pool, `CREATE TABLE ${table} (${columns}) DEFAULT CHARSET=utf8mb4`);
    return table;
  };

  it('the session of every connection is in UTC and strict, whatever the server defaults to', async () => {
    const rows = await Promise.all(
      Array.from({ length: 6 }, () =>
        select(database().pool, 'SELECT @@session.time_zone AS zone, @@session.sql_mode AS mode, SLEEP(0.02)'),
      ),
    );
    for (const [row] of rows) {
      expect(row?.['zone']).toBe('+00:00');
      expect(String(row?.['mode']).split(',')).toEqual(
        expect.arrayContaining(['STRICT_TRANS_TABLES', 'ONLY_FULL_GROUP_BY', 'NO_ZERO_DATE']),
      );
    }
  });

  describe('every type is read as what it holds', () => {
    for (const { type, written, numbers, mismatches = 0, categories } of TYPES) {
      it(type, async () => {
        const table = await create(`id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), v ${type} NULL`);
        const values = written.map((value, i) => `(${String(i)}, '${at('10:00:00')}', 'yes', ${value ?? 'NULL'})`);
        await change(database().pool, `INSERT INTO ${table} VALUES ${values.join(', ')}`);
        const asCategory = await readDay(database().pool, readerOf({ table, categorical: ['v'] }));
        expect(cellsOf(asCategory, 'v')).toEqual(categories);
        if (numbers === undefined) return;
        const asNumber = await readDay(database().pool, readerOf({ table, numeric: ['v'] }));
        expect(cellsOf(asNumber, 'v')).toEqual(numbers);
        expect(mismatchesOf(asNumber, 'v')).toBe(mismatches);
      });
    }
  });

  it('a table of another schema, with a name that needs quotes, and a view are read alike', async () => {
    const { pool, address } = database();
    await change(pool, 'CREATE TABLE `the-log` (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9))');
    await change(pool, `INSERT INTO \`the-log\` VALUES (1, '${at('10:00:00')}', 'no')`);
    await change(pool, 'CREATE VIEW log_view AS SELECT id, at, UPPER(said) AS said FROM `the-log`');
    const direct = await readDay(pool, readerOf({ table: `${address.database}.the-log` }));
    const view = await readDay(pool, readerOf({ table: 'log_view' }));
    expect([cellsOf(direct, 'prediction'), cellsOf(view, 'prediction')]).toEqual([['no'], ['NO']]);
  });

  it('all roles are read, each under its own name, and a missing cell stays missing', async () => {
    const table = await create(
      'id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), v VARCHAR(9), s DOUBLE, ms DOUBLE, err VARCHAR(9), sex VARCHAR(9), n INT',
    );
    await change(
      database().pool,
      `INSERT INTO ${table} VALUES (1, '${at('10:00:00.123')}', 'yes', 'v1', 0.75, 12.5, NULL, 'f', 3),
       (2, '${at('11:00:00')}', NULL, NULL, NULL, NULL, 'E42', NULL, NULL)`,
    );
    const columns = { version: 'v', score: 's', latency: 'ms', error: 'err' };
    const parts = { table, columns, numeric: ['n'], sensitive: [['sex'], ['sex', 'v']] };
    const frame = await readDay(database().pool, readerOf(parts));
    expect(Object.fromEntries([...frame.columns.keys()].map((name) => [name, cellsOf(frame, name)]))).toEqual({
      $time: [DAY.from + 36_000_123, DAY.from + 39_600_000],
      $version: ['v1', null],
      prediction: ['yes', null],
      score: [0.75, null],
      $latency: [12.5, null],
      $error: [null, 'E42'],
      n: [3, null],
      sex: ['f', null],
      v: ['v1', null],
    });
  });

  it('scores of several classes are read by class, numbers of a regression as numbers', async () => {
    const table = await create('id INT PRIMARY KEY, at DATETIME(3), said DECIMAL(6,2), a DOUBLE, b DOUBLE');
    await change(database().pool, `INSERT INTO ${table} VALUES (1, '${at('10:00:00')}', 12.50, 0.25, 0.75)`);
    const multi = readerOf({ table, task: 'multiclass', columns: { scores: { cat: 'a', dog: 'b' } } });
    const frame = await readDay(database().pool, multi);
    expect([cellsOf(frame, 'score:cat'), cellsOf(frame, 'score:dog')]).toEqual([[0.25], [0.75]]);
    const regression = await readDay(database().pool, readerOf({ table, task: 'regression' }));
    expect(cellsOf(regression, 'prediction')).toEqual([12.5]);
  });

  describe('ids', () => {
    const cases = [
      { type: 'BIGINT', ids: ['9007199254740992', '9007199254740993'] },
      { type: 'DECIMAL(20,0)', ids: ['9007199254740992', '9007199254740993'] },
      { type: 'VARCHAR(20) COLLATE utf8mb4_bin', ids: ["'a'", "'A'"] },
      { type: 'BINARY(2)', ids: ["x'0001'", "x'0100'", "x'ff00'", "x'fe00'"] },
      { type: 'VARBINARY(4)', ids: ["x'01'", "x'0001'"] },
    ];
    for (const { type, ids } of cases) {
      it(`that differ stay different: ${type}`, async () => {
        const table = await create(`id ${type}, at DATETIME(3), said VARCHAR(9)`);
        const values = ids.map((id) => `(${id}, '${at('10:00:00')}', 'yes')`);
        await change(database().pool, `INSERT INTO ${table} VALUES ${values.join(', ')}`);
        const frame = await readDay(database().pool, readerOf({ table }));
        expect(frame.intake).toEqual({ read: ids.length, duplicateIds: 0, poison: 0 });
        expect(frame.rows).toBe(ids.length);
      });
    }

    it('that come twice are dropped and counted, the first one stays; rows without one are set aside', async () => {
      const table = await create('id INT NULL, at DATETIME(3), said VARCHAR(9)');
      await change(
        database().pool,
        `INSERT INTO ${table} VALUES (1, '${at('10:00:00')}', 'first'), (1, '${at('11:00:00')}', 'second'),
         (NULL, '${at('12:00:00')}', 'none'), (NULL, '${at('12:00:01')}', 'none'), (2, '${at('13:00:00')}', 'other')`,
      );
      const frame = await readDay(database().pool, readerOf({ table }));
      expect(cellsOf(frame, 'prediction')).toEqual(['first', 'other']);
      expect(frame.intake).toEqual({ read: 5, duplicateIds: 1, poison: 2 });
    });
  });

  describe('features in a JSON column', () => {
    const json = { columns: { featuresJson: 'f' }, numeric: ['age', 'constructor'], categorical: ['job', '__proto__'] };

    async function read(type: string, cells: readonly (string | null)[]) {
      const table = await create(`id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), f ${type} NULL`);
      for (const [i, cell] of cells.entries()) {
        await change(database().pool, `INSERT INTO ${table} VALUES (?, ?, ?, ?)`, [
          i,
          at('10:00:00'),
          `p${String(i)}`,
          cell,
        ]);
      }
      return readDay(database().pool, readerOf({ table, ...json }));
    }

    it.each(['JSON', 'LONGTEXT'])('%s: by name, whatever their type; absent and null are missing', async (type) => {
      const frame = await read(type, [
        '{"age": 41, "job": "baker"}',
        '{"age": "42", "job": 7}',
        '{"job": null}',
        '{"age": "old", "job": true}',
        '{"age": 9007199254740993, "job": 9007199254740993, "other": "12345678901234567890"}',
        '{"age": -0.12345678901234567, "job": [1, {"a": "9007199254740993"}]}',
        null,
        'null',
        '{"age": true, "job": "", "__proto__": "set", "constructor": 1}',
      ]);
      expect(frame.intake.poison).toBe(0);
      const expected = [41, 42, null, null, 2 ** 53, Number('-0.12345678901234567'), null, null, 1];
      expect(cellsOf(frame, 'age')).toEqual(expected);
      expect(mismatchesOf(frame, 'age')).toBe(1);
      expect(cellsOf(frame, 'job')).toEqual([
        ...['baker', '7', null, 'true', '9007199254740993', '[1,{"a":"9007199254740993"}]', null, null, ''],
      ]);
      expect(cellsOf(frame, 'constructor')).toEqual([...Array.from({ length: 8 }, () => null), 1]);
      expect(cellsOf(frame, '__proto__')).toEqual([...Array.from({ length: 8 }, () => null), 'set']);
    });

    it('a cell that is no object sets its row aside, and nothing of the row is left', async () => {
      const frame = await read('LONGTEXT', [
        ...['{"age": 1}', '[1, 2]', '"text"', '17', '', '{"age": 1', '{"age": 1.}', 'NaN', '{"age": 2}'],
      ]);
      expect(frame.intake).toEqual({ read: 9, duplicateIds: 0, poison: 7 });
      expect(cellsOf(frame, 'age')).toEqual([1, 2]);
      const prediction = frame.columns.get('prediction');
      expect(prediction?.kind === 'category' ? prediction.levels : []).toEqual(['p0', 'p8']);
    });

    it('what a server takes for JSON and no parser does costs its row, not the window', async () => {
      const { pool } = database();
      const table = await create('id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), f JSON NULL');
      const cells = ['{"age": 1}', '{"age":1.}', '{"age":"\\x"}', '{"age":-}', '{"age":1e}', '{"age": 2}'];
      let stored = 0;
      for (const [i, cell] of cells.entries()) {
        const row = [i, at('10:00:00'), 'yes', cell];
        // MySQL refuses what MariaDB stores.
        stored += await change(pool, `INSERT INTO ${table} VALUES (?, ?, ?, ?)`, row).catch(() => 0);
      }
      const frame = await readDay(pool, readerOf({ table, ...json }));
      expect(cellsOf(frame, 'age')).toEqual([1, 2]);
      expect(frame.intake).toEqual({ read: stored, duplicateIds: 0, poison: stored - 2 });
      expect((await readDay(pool, readerOf({ table, ...json }))).rows).toBe(2);
    });

    it("Plumbline's own table gives back what was logged", async () => {
      const { pool } = database();
      const features = { age: 41.5, job: 'bäcker "x"', constructor: 2 };
      await insertPredictions(pool, 'churn', [
        { id: 'a', time: DAY.from, prediction: 'yes', score: 0.1 + 0.2, features, version: 'v1', latencyMs: 3 },
        { id: 'b', time: DAY.from + 1, prediction: 1, features: null, errorCode: 'E1' },
      ]);
      await insertPredictions(pool, 'other-model', [{ id: 'c', time: DAY.from, prediction: 'no' }]);
      const columns = { time: 'time', prediction: 'prediction', score: 'score', featuresJson: 'features' };
      const own = readerOf({ ...json, table: 'predictions', columns, filters: { model: 'churn' } });
      const frame = await readDay(pool, own);
      expect(cellsOf(frame, 'prediction')).toEqual(['yes', '1']);
      expect(cellsOf(frame, 'score')).toEqual([0.1 + 0.2, null]);
      expect([cellsOf(frame, 'age'), cellsOf(frame, 'job')]).toEqual([
        [41.5, null],
        ['bäcker "x"', null],
      ]);
    });
  });
});
