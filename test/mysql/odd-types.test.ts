/** What columns of every kind give when a window is read: held of every reader, by values written here. */
import { describe, expect, it } from 'vitest';
import { change, select } from '../../src/io/mysql/rows.js';
import { at, cellsOf, DAY, mismatchesOf, readDay, readerOf } from './reading.js';
import { onEachServer } from './servers.js';

type Server = 'MariaDB' | 'MySQL';

/** One column of one type: what is written, and what is read of it as a number and as a category. */
interface TypeCase {
  readonly title?: string;
  readonly type: string;
  readonly written: readonly string[];
  readonly numbers?: readonly (number | null)[];
  readonly mismatches?: number;
  readonly categories?: readonly (string | null)[];
  readonly only?: Server;
}

const TYPES: readonly TypeCase[] = [
  { type: 'SMALLINT', written: ['-32768', '32767'], numbers: [-32768, 32767], categories: ['-32768', '32767'] },
  { type: 'SMALLINT UNSIGNED', written: ['65535'], numbers: [65535], categories: ['65535'] },
  { type: 'MEDIUMINT', written: ['-8388608', '-1'], numbers: [-8388608, -1], categories: ['-8388608', '-1'] },
  { type: 'MEDIUMINT UNSIGNED', written: ['16777215'], numbers: [16777215], categories: ['16777215'] },
  { type: 'INT', written: ['-2147483648', '0', 'NULL'], numbers: [-2147483648, 0, null] },
  { type: 'INT(8) ZEROFILL', written: ['7'], numbers: [7], categories: ['7'] },
  {
    type: 'BIGINT',
    written: ['4294967296', '-4294967297', '-1', '-9007199254740993', '9223372036854775807'],
    numbers: [4294967296, -4294967297, -1, -9007199254740992, 2 ** 63],
    categories: ['4294967296', '-4294967297', '-1', '-9007199254740993', '9223372036854775807'],
  },
  {
    // Halfway between two doubles, and just above it: rounded once, to even.
    type: 'BIGINT UNSIGNED',
    written: ['9223372036854775808', '9223372036854776832', '9223372036854776833'],
    numbers: [2 ** 63, 2 ** 63, 9223372036854777856],
    categories: ['9223372036854775808', '9223372036854776832', '9223372036854776833'],
  },
  {
    type: 'DECIMAL(65,30)',
    written: ['12345678901234567890123456789012345.123456789012345678901234567891', '-1e-30', '-0.0', '123456789.1'],
    numbers: [Number('12345678901234567890123456789012345'), -1e-30, 0, 123456789.1],
    categories: [
      ...['12345678901234567890123456789012345.123456789012345678901234567891'],
      ...['-0.000000000000000000000000000001', '0', '123456789.1'],
    ],
  },
  { type: 'DECIMAL(5,2) UNSIGNED', written: ['999.99', '0.10'], numbers: [999.99, 0.1], categories: ['999.99', '0.1'] },
  {
    type: 'FLOAT',
    written: ['0.1', '16777217', '-1.17549435e-38', '1e38'],
    numbers: [0.1, 16777217, -1.17549435e-38, 1e38].map(Math.fround),
    categories: ['0.10000000149011612', '16777216', '-1.1754943508222875e-38', '9.999999680285692e+37'],
  },
  { type: 'DOUBLE(10,2)', written: ['1.005', '-1'], numbers: [1, -1], categories: ['1', '-1'] },
  { type: 'BIT(9)', written: ["b'100000001'", 'NULL'], numbers: [257, null], categories: ['257', null] },
  { type: 'YEAR', written: ['1901', '2155', "'0000'"], numbers: [1901, 2155, 0], categories: ['1901', '2155', '0'] },
  {
    type: "ENUM('a','é','1')",
    written: ["'é'", "'1'", '1', 'NULL'],
    numbers: [null, 1, null, null],
    mismatches: 2,
    categories: ['é', '1', 'a', null],
  },
  { type: "SET('a','b c','é')", written: ["'a,é'", "'b c'", "''"], categories: ['a,é', 'b c', ''] },
  {
    title: 'BINARY(16), as the keys of many tables',
    type: 'BINARY(16)',
    written: ["x'00112233445566778899aabbccddeeff'", "x'00'", 'NULL'],
    numbers: [null, null, null],
    mismatches: 2,
    categories: ['00112233445566778899aabbccddeeff', '00'.repeat(16), null],
  },
  {
    title: 'bytes that are no text in any character set',
    type: 'VARBINARY(9)',
    written: ["x'ff00fe'", "x'c328'", "'abc'", "''"],
    categories: ['ff00fe', 'c328', '616263', ''],
  },
  { type: 'BLOB', written: ["x'80'", "x'ed a0 80'".replaceAll(' ', '')], categories: ['80', 'eda080'] },
  {
    // Every byte is a character of latin1: what a program wrote as UTF-8 by mistake is read as what the server shows.
    type: 'VARCHAR(9) CHARACTER SET latin1',
    written: ["x'ff'", "x'80'", "x'c3a9'", "'é'"],
    categories: ['ÿ', '€', 'Ã©', 'é'],
  },
  { type: 'VARCHAR(9) CHARACTER SET utf16', written: ["'日本'", "'👩'"], categories: ['日本', '👩'] },
  { type: 'VARCHAR(9) CHARACTER SET gbk', written: ["'中文'"], categories: ['中文'] },
  { type: 'VARCHAR(9) CHARACTER SET ascii', written: ["'a'", "''"], categories: ['a', ''] },
  {
    title: 'CHAR loses spaces at its end, VARCHAR keeps them',
    type: 'CHAR(4)',
    written: ["'a  '", "' b'", "''"],
    categories: ['a', ' b', ''],
  },
  { type: 'VARCHAR(9)', written: ["'a '", "'a'", "'A'", "'á'"], categories: ['a ', 'a', 'A', 'á'] },
  { type: 'VARCHAR(20) COLLATE utf8mb4_bin', written: ["'\\n\\t'", "'\\0'"], categories: ['\n\t', '\0'] },
  {
    title: 'composed and decomposed letters stay two values, as in the table',
    type: 'VARCHAR(9) CHARACTER SET utf8mb4',
    written: ["_utf8mb4 x'c3a9'", "_utf8mb4 x'65cc81'"],
    categories: ['\u00e9', 'e\u0301'],
  },
  {
    title: 'numbers in texts',
    type: 'VARCHAR(40)',
    written: [
      ...["'+5'", "'5.'", "'.5'", "'-.5e-2'", "'1e5'", "'1E+5'", "'00012'", "'0.1000000000000000055511151231257827'"],
      ...[
        "'9007199254740993'",
        "'123456789012345678901234567890'",
        "'1e-400'",
        "'\\t7\\n'",
        "'1 000'",
        "'1_000'",
        "'12e'",
      ],
      ...["'--5'", "'€5'", "'5%'", "'١٢'", "'nan'", "'-'", "'.'", "'e5'"],
    ],
    numbers: [
      ...[5, 5, 0.5, -0.005, 100000, 100000, 12, 0.1],
      ...[9007199254740992, 1.2345678901234568e29, 0, 7, null, null, null],
      ...[null, null, null, null, null, null, null, null],
    ],
    mismatches: 11,
  },
  {
    type: 'DATETIME',
    written: ["'1000-01-01'", "'1969-12-31 23:59:59'", "'9999-12-31 23:59:59'", "'2026-03-29 01:30:00'", 'NULL'],
    categories: [
      ...['1000-01-01T00:00:00.000Z', '1969-12-31T23:59:59.000Z', '9999-12-31T23:59:59.000Z'],
      ...['2026-03-29T01:30:00.000Z', null],
    ],
  },
  {
    title: 'DATETIME(6): cut to milliseconds',
    type: 'DATETIME(6)',
    written: ["'2026-01-05 01:02:03.000999'", "'2026-01-05 01:02:03.999999'"],
    numbers: [DAY.from + 3723_000, DAY.from + 3723_999],
    categories: ['2026-01-05T01:02:03.000Z', '2026-01-05T01:02:03.999Z'],
  },
  {
    type: 'TIMESTAMP(3)',
    written: ["'1970-01-01 00:00:01.001'", "'2026-10-25 00:30:00.5'", 'NULL'],
    numbers: [1001, Date.UTC(2026, 9, 25, 0, 30, 0, 500), null],
    categories: ['1970-01-01T00:00:01.001Z', '2026-10-25T00:30:00.500Z', null],
  },
  { type: 'TIME', written: ["'-838:59:59'", "'23:00:01'", 'NULL'], categories: ['-838:59:59', '23:00:01', null] },
  { type: 'JSON', written: [`'{"a": 1}'`, 'NULL'], categories: ['{"a": 1}', null] },
  {
    type: 'UUID',
    only: 'MariaDB',
    written: ["'123e4567-e89b-12d3-a456-426655440000'", 'NULL'],
    categories: ['123e4567-e89b-12d3-a456-426655440000', null],
  },
  { type: 'INET6', only: 'MariaDB', written: ["'2001:db8::ff00'"], categories: ['2001:db8::ff00'] },
];

/** Expressions of views, whose types no column of a table has. */
const EXPRESSIONS: readonly TypeCase[] = [
  { type: 'NULL', written: [], numbers: [null], categories: [null] },
  { type: "'a text'", written: [], numbers: [null], mismatches: 1, categories: ['a text'] },
  { type: '1 = 1', written: [], numbers: [1], categories: ['1'] },
  { type: '0.50', written: [], numbers: [0.5], categories: ['0.5'] },
  { type: '1 / 3', written: [], numbers: [0.3333], categories: ['0.3333'] },
  { type: '-5e-1', written: [], numbers: [-0.5], categories: ['-0.5'] },
  { type: '18446744073709551615', written: [], numbers: [2 ** 64], categories: ['18446744073709551615'] },
  { type: 'SUM(id)', written: [], numbers: [1], categories: ['1'] },
  { type: 'AVG(id * 1e0)', written: [], numbers: [1], categories: ['1'] },
  { type: 'HEX(255)', written: [], categories: ['FF'] },
  { type: "DATE('2026-01-05')", written: [], categories: ['2026-01-05T00:00:00.000Z'] },
  { type: "CAST('7' AS SIGNED)", written: [], numbers: [7], categories: ['7'] },
  { type: "CONCAT('é', id)", written: [], categories: ['é1'] },
  { type: "CASE WHEN id = 2 THEN 'no' END", written: [], numbers: [null], categories: [null] },
];

onEachServer((database) => {
  let tables = 0;
  const run = (sql: string): Promise<number> => change(database().pool, sql);
  const create = async (columns: string): Promise<string> => {
    tables += 1;
    await run(`CREATE TABLE odd_${String(tables)} (${columns}) DEFAULT CHARSET=utf8mb4`);
    return `odd_${String(tables)}`;
  };
  async function serverName(): Promise<Server> {
    const [row] = await select(database().pool, 'SELECT VERSION() AS version');
    return String(row?.['version']).includes('MariaDB') ? 'MariaDB' : 'MySQL';
  }

  async function holds(table: string, { numbers, mismatches = 0, categories }: TypeCase): Promise<void> {
    const { pool } = database();
    if (categories !== undefined) {
      expect(cellsOf(await readDay(pool, readerOf({ table, categorical: ['v'] })), 'v')).toEqual(categories);
    }
    if (numbers !== undefined) {
      const frame = await readDay(pool, readerOf({ table, numeric: ['v'] }));
      expect(cellsOf(frame, 'v')).toEqual(numbers);
      expect(mismatchesOf(frame, 'v')).toBe(mismatches);
    }
  }

  describe('a column is read as what it holds', () => {
    for (const one of TYPES) {
      it(one.title ?? one.type, async () => {
        if (one.only !== undefined && one.only !== (await serverName())) return;
        const table = await create(`id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), v ${one.type} NULL`);
        for (const [i, value] of one.written.entries()) {
          await run(`INSERT INTO ${table} VALUES (${String(i)}, '${at('10:00:00')}', 'yes', ${value})`);
        }
        await holds(table, one);
      });
    }
  });

  describe('an expression of a view is read as what it is', () => {
    for (const one of EXPRESSIONS) {
      it(one.type, async () => {
        const table = await create('id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9)');
        await run(`INSERT INTO ${table} VALUES (1, '${at('10:00:00')}', 'yes')`);
        const view = `CREATE VIEW ${table}_v AS SELECT MAX(id) AS id, MAX(at) AS at, MAX(said) AS said`;
        const value = /^(SUM|AVG)/.test(one.type) ? one.type : one.type.replace(/\bid\b/g, 'MAX(id)');
        await run(`${view}, ${value} AS v FROM ${table}`);
        await holds(`${table}_v`, one);
      });
    }
  });

  it.each(['DATE', 'DATETIME(3)'])(
    'a %s without month or day has no value, and never that of another day',
    async (type) => {
      const table = await create(`id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), v ${type} NULL`);
      const connection = await database().pool.getConnection();
      try {
        await connection.query("SET SESSION sql_mode = ''");
        await connection.query(
          `INSERT INTO ${table} VALUES ${['0', "'2026-00-10'", "'2026-02-00'", "'2026-02-28'"]
            .map((value, i) => `(${String(i)}, '${at('10:00:00')}', 'yes', ${value})`)
            .join(', ')}`,
        );
      } finally {
        connection.destroy();
      }
      const there = Date.UTC(2026, 1, 28);
      await holds(table, {
        type,
        written: [],
        categories: [null, null, null, new Date(there).toISOString()],
        numbers: [null, null, null, there],
      });
    },
  );

  it('where everything is NULL nothing is there, and the row counts', async () => {
    const table = await create(
      'id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9) NULL, v VARCHAR(9) NULL, s DOUBLE NULL, x DECIMAL(5,2) NULL, b BINARY(4) NULL, f JSON NULL',
    );
    await run(`INSERT INTO ${table} (id, at) VALUES (1, '${at('10:00:00')}'), (2, '${at('11:00:00')}')`);
    const columns = { version: 'v', score: 's' };
    const parts = { table, columns, numeric: ['x'], categorical: ['b'] };
    const frame = await readDay(database().pool, readerOf(parts));
    expect(frame).toMatchObject({ rows: 2, intake: { read: 2, duplicateIds: 0, poison: 0 } });
    for (const name of ['prediction', '$version', 'score', 'x', 'b'])
      expect(cellsOf(frame, name)).toEqual([null, null]);
    const json = { table, columns: { featuresJson: 'f' }, numeric: ['x'], categorical: ['y'] };
    const none = await readDay(database().pool, readerOf(json));
    expect([none.rows, cellsOf(none, 'x'), cellsOf(none, 'y')]).toEqual([2, [null, null], [null, null]]);
  });

  describe('ids', () => {
    it.each([
      { type: 'BINARY(16)', ids: ["x'00'", "x'0001'", "x'ff'", "x'fffe'"] },
      { type: 'BIGINT UNSIGNED', ids: ['18446744073709551615', '18446744073709551614', '0'] },
      { type: 'BIT(64)', ids: ["b'1'", '18446744073709551614', '18446744073709551615'] },
      { type: 'DATETIME(3)', ids: ["'2026-01-05 00:00:00.001'", "'2026-01-05 00:00:00.002'"] },
      {
        type: 'VARCHAR(300)',
        ids: ["REPEAT('a', 300)", "CONCAT(REPEAT('a', 299), 'b')", "REPEAT('a', 251)", "''", "' '"],
      },
      { type: 'DOUBLE', ids: ['0.1', '0.30000000000000004', '0.3'] },
      { type: 'DECIMAL(20,10)', ids: ['0.1', '0.0000000001', '10'] },
    ])('that differ stay different, and the same is found twice: $type', async ({ type, ids }) => {
      const table = await create(`id ${type}, at DATETIME(3), said VARCHAR(9)`);
      for (const id of [...ids, ...ids]) await run(`INSERT INTO ${table} VALUES (${id}, '${at('10:00:00')}', 'yes')`);
      const { rows, intake } = await readDay(database().pool, readerOf({ table }));
      expect([rows, intake]).toEqual([ids.length, { read: 2 * ids.length, duplicateIds: ids.length, poison: 0 }]);
    });
  });
});
