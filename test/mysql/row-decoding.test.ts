/** Rows decoded from their bytes, held against the driver's own decoding of the same rows: every type in every use. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWindow } from '../../src/io/mysql/window-reader.js';
import type { ColumnPlan } from '../../src/io/mysql/frame-builder.js';
import type { WindowQuery } from '../../src/io/mysql/window-query.js';
import type { Frame } from '../../src/model/frame.js';
import { onEachServer } from './servers.js';

/** Column type → cells as SQL writes them, the odd ones first. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  TINYINT: ['-128', '127', '0', 'NULL'],
  'TINYINT UNSIGNED': ['255', '0', 'NULL'],
  SMALLINT: ['-32768', '32767', 'NULL'],
  'SMALLINT UNSIGNED': ['65535', '7'],
  MEDIUMINT: ['-8388608', '8388607', 'NULL'],
  'MEDIUMINT UNSIGNED': ['16777215', '1'],
  INT: ['-2147483648', '2147483647', 'NULL'],
  'INT UNSIGNED': ['4294967295', '0'],
  BIGINT: ['-9223372036854775808', '9223372036854775807', '9007199254740993', '-1', 'NULL'],
  'BIGINT UNSIGNED': ['18446744073709551615', '9007199254740993', '12'],
  FLOAT: ['0.1', '-3.5e10', 'NULL'],
  DOUBLE: ['0.1', '-0e0', '1.7976931348623157e308', '5e-324', 'NULL'],
  'DECIMAL(30, 10)': ['1.0000000000', '12345678901234567890.0123456789', '-0.5', 'NULL'],
  'DECIMAL(10, 2)': ['1.00', '1.10', '-7.00'],
  YEAR: ['1901', '2155', 'NULL'],
  DATE: ["'2026-01-05'", "'0100-01-01'", "'9999-12-31'", 'NULL'],
  DATETIME: ["'2026-03-29 02:30:00'", "'1969-12-31 23:59:59'", 'NULL'],
  'DATETIME(6)': ["'2026-01-05 00:00:00.000001'", "'2026-01-05 12:13:14.999999'", "'2026-01-05 00:00:01'"],
  'TIMESTAMP(3) NULL': ["'2026-10-25 02:30:00.123'", 'NULL'],
  TIME: ["'10:11:12'", "'-838:59:59'", 'NULL'],
  'VARCHAR(300)': ["''", "' '", "'12'", "'1e3'", "'0x10'", "'naïve 🙂'", "REPEAT('é', 150)", 'NULL'],
  TEXT: ["'  5 '", "'Infinity'", "'-'", "'1.'", "'.5'", "'00012'", "'123456789012345678'", 'NULL'],
  MEDIUMTEXT: ["REPEAT('x', 70000)", "'9'"],
  "ENUM('yes', 'no')": ["'yes'", "'no'", 'NULL'],
  "SET('a', 'b')": ["'a,b'", "''"],
  'BINARY(4)': ["X'00FF00FF'", "'ab'", 'NULL'],
  'VARBINARY(300)': ["X'C328'", "''", "'7'"],
  BLOB: ["X'00'", "'12'", 'NULL'],
  'BIT(64)': ["b'1'", '18446744073709551615', 'NULL'],
  JSON: [`'"a"'`, `'1'`, `'{"a": 1}'`, `'null'`, 'NULL'],
};

const kinds = ['numeric', 'category'] as const;

function planOf(kind: (typeof kinds)[number], columns: readonly string[]): ColumnPlan[] {
  return [{ kind: 'id' }, ...columns.map((name) => ({ kind, name }))];
}

const plain = (frame: Frame): unknown => ({
  ...frame,
  columns: [...frame.columns.values()].map((column) =>
    column.kind === 'numeric'
      ? { ...column, values: [...column.values].map((value) => (Object.is(value, -0) ? '-0' : String(value))) }
      : { ...column, codes: [...column.codes] },
  ),
});

onEachServer((database) => {
  async function bothWays(query: WindowQuery): Promise<unknown> {
    const { pool } = database();
    const bytes = await readWindow(pool, query);
    const cells = await readWindow(pool, query, { decode: 'cells' });
    expect(plain(bytes)).toEqual(plain(cells));
    return plain(bytes);
  }

  async function fill(table: string, columns: readonly string[], rows: readonly (readonly string[])[]): Promise<void> {
    const { pool } = database();
    await pool.query(`DROP TABLE IF EXISTS ${table}`);
    await pool.query(`CREATE TABLE ${table} (id INT PRIMARY KEY, ${columns.join(', ')})`);
    for (const [i, cells] of rows.entries()) {
      await pool.query(`INSERT INTO ${table} VALUES (${[String(i), ...cells].join(', ')})`);
    }
  }

  describe('a frame is the same from bytes and from cells', () => {
    it.each(Object.keys(TYPES))('for a column of type %s, as a number, a category and an id', async (type) => {
      const cells = TYPES[type] ?? [];
      await fill(
        'one_type',
        [`c ${type}`],
        cells.map((cell) => [cell]),
      );
      for (const kind of kinds) {
        const frame = await bothWays({
          sql: 'SELECT id, c FROM one_type ORDER BY id',
          values: [],
          plan: planOf(kind, ['c']),
        });
        expect(frame).toMatchObject({ rows: cells.length });
      }
      const twice = 'SELECT c, id FROM one_type UNION ALL SELECT c, id FROM one_type';
      const plan: ColumnPlan[] = [{ kind: 'id' }, { kind: 'numeric', name: 'n' }];
      const nulls = cells.filter((cell) => cell === 'NULL').length;
      expect(await bothWays({ sql: twice, values: [], plan })).toMatchObject({
        rows: cells.length - nulls,
        intake: { read: 2 * cells.length, duplicateIds: cells.length - nulls, poison: 2 * nulls },
      });
    });

    it('but for ids that are times: those that differ by microseconds are two rows', async () => {
      const sql =
        "SELECT CAST('2026-01-05 00:00:00.000001' AS DATETIME(6)) UNION ALL SELECT CAST('2026-01-05 00:00:00.000002' AS DATETIME(6))";
      const frame = await readWindow(database().pool, { sql, values: [], plan: [{ kind: 'id' }] });
      expect(frame).toMatchObject({ rows: 2, intake: { duplicateIds: 0 } });
    });

    it('but for years before 100, which the driver takes for those after 1900', async () => {
      const sql = "SELECT 1, CAST('0001-02-03 04:05:06.789' AS DATETIME(3))";
      const plan: ColumnPlan[] = [{ kind: 'id' }, { kind: 'category', name: 'when' }];
      const frame = await readWindow(database().pool, { sql, values: [], plan });
      expect(frame.columns.get('when')).toMatchObject({ levels: ['0001-02-03T04:05:06.789Z'] });
    });

    it('for a zero date, which is no value', async () => {
      const { pool } = database();
      const connection = await pool.getConnection();
      await pool.query('DROP TABLE IF EXISTS zero');
      await pool.query('CREATE TABLE zero (id INT PRIMARY KEY, c DATE, d DATETIME(3))');
      await connection.query("SET SESSION sql_mode = ''");
      await connection.query("INSERT INTO zero VALUES (1, '0000-00-00', '0000-00-00 00:00:00')");
      connection.destroy();
      const numbers = await bothWays({
        sql: 'SELECT id, c, d FROM zero',
        values: [],
        plan: planOf('numeric', ['c', 'd']),
      });
      expect(numbers).toMatchObject({ columns: [{ values: ['NaN'], typeMismatches: 0 }, { values: ['NaN'] }] });
      const names = await bothWays({
        sql: 'SELECT id, c, d FROM zero',
        values: [],
        plan: planOf('category', ['c', 'd']),
      });
      expect(names).toMatchObject({ columns: [{ codes: [-1], levels: [] }, { codes: [-1] }] });
    });

    it('for more columns than one byte of nulls tells of, with any of them null', async () => {
      const names = Array.from({ length: 21 }, (_, i) => `c${String(i)}`);
      const random = fc.sample(fc.array(fc.boolean(), { minLength: 21, maxLength: 21 }), 40);
      await fill(
        'wide',
        names.map((name, i) => `${name} ${i % 3 === 0 ? 'VARCHAR(20)' : i % 3 === 1 ? 'DOUBLE' : 'SMALLINT'}`),
        random.map((nulls) => nulls.map((isNull, i) => (isNull ? 'NULL' : String(i)))),
      );
      const plan: ColumnPlan[] = [
        { kind: 'id' },
        ...names.map((name, i) => ({ kind: kinds[i % 2 === 0 ? 0 : 1], name })),
      ];
      await bothWays({ sql: 'SELECT * FROM wide ORDER BY id', values: [], plan });
    });

    it('for a cell so long that its row takes more than one packet', async () => {
      const sql = "SELECT 1, REPEAT('long ', 4000000), 5 UNION ALL SELECT 2, 'short', 6";
      const plan: ColumnPlan[] = [{ kind: 'id' }, { kind: 'category', name: 'text' }, { kind: 'numeric', name: 'n' }];
      expect(await bothWays({ sql, values: [], plan })).toMatchObject({
        rows: 2,
        columns: [{ codes: [0, 1] }, { values: ['5', '6'] }],
      });
    });

    it('for features in a JSON cell, however they are written', async () => {
      const cells = [
        '{"age": 31, "job": "baker", "vip": true}',
        ' { "job" : "na\\u00efve" , "age" : -1.5e2 } ',
        '{"age": "44", "job": 7, "other": {"job": "nested"}}',
        '{"age": null, "job": null}',
        '{}',
        '[]',
        '{"age": 12345678901234567890, "job": 12345678901234567890, "vip": 12345678901234567891}',
        '{"age": 1, "age": 2, "job": "first", "job": "last"}',
        '{"job": "a\\"b", "age": [1], "vip": {"a": 1}}',
        '{"job": 1.0, "age": false, "vip": 1}',
        '{"job": "1", "age": "x", "vip": "1.0"}',
        '{"constructor": 1, "toString": "x"}',
      ];
      const values = cells.map((cell) => `'${cell.replace(/\\/g, '\\\\').replace(/'/g, "''")}'`);
      await fill('features', ['f JSON'], [...values.map((value) => [value]), ['NULL']]);
      const plan: ColumnPlan[] = [
        { kind: 'id' },
        { kind: 'json', numeric: ['age', 'constructor'], categorical: ['job', 'vip', 'toString'] },
      ];
      expect(await bothWays({ sql: 'SELECT id, f FROM features ORDER BY id', values: [], plan })).toMatchObject({
        rows: cells.length,
        intake: { poison: 1 },
      });
    });

    it('for JSON that is none', async () => {
      const texts = [
        '{"age": 1',
        '{"age": 01}',
        '{"age": 1.}',
        '{age: 1}',
        '{"age": 1,}',
        '{"age": nul}',
        '{"a": 1} x',
        '"age"',
        '5',
        'null',
        '',
      ];
      await fill(
        'broken',
        ['f TEXT'],
        texts.map((one) => [`'${one}'`]),
      );
      const plan: ColumnPlan[] = [{ kind: 'id' }, { kind: 'json', numeric: ['age'], categorical: ['job'] }];
      expect(await bothWays({ sql: 'SELECT id, f FROM broken ORDER BY id', values: [], plan })).toMatchObject({
        rows: 1,
        intake: { read: texts.length, poison: texts.length - 1 },
      });
    });
  });
});
