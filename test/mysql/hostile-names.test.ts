import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { quoteColumn, quoteTable } from '../../src/io/mysql/identifier.js';
import { change, select } from '../../src/io/mysql/rows.js';
import { coverageQuery, windowQuery } from '../../src/io/mysql/window-query.js';
import { cellsOf, DAY, readDay, readerOf, type ReaderParts } from './reading.js';
import { onEachServer } from './servers.js';

/** Pieces that would change a statement if they entered it as they are. */
const PIECES = [
  ...['`', "'", '"', ';', '--', '-- ', '/*', '*/', '#', '\\', '\0', '\n', '.', ',', '(', ')', '=', '?', '%', '@@', '!'],
  ...[' OR 1=1', 'UNION SELECT', 'DROP TABLE canary', 'SLEEP(5)', '` FROM canary -- ', "' OR ''='", '@@version'],
  ...['id', 'at', 'x', ' ', '-', '_', '$', 'é', '日', 'İ', '\u00a0', '\u202e', '\ud800', '👍', '`'],
];

const hostile = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 70 }),
  fc.constantFrom('', ' ', 'a'.repeat(65), 'a.b.c', '.', 'a.', '.a', '`a`.`b`', 'mysql.user', 'a;b'),
);

/** A statement of ours with its quoted names taken out: only these words and signs are left. */
const SKELETON =
  /^SELECT (p\.¤|l\.¤|, |TIMESTAMPDIFF\(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', [pl]\.¤\) \/ 1e3|COUNT\((p\.¤|l\.¤|NULL)\)( AS (total|labelled))?)+ FROM ¤(\.¤)? p( LEFT JOIN ¤(\.¤)? l ON l\.¤ = p\.¤( AND l\.¤ (= \?|<= \?|= p\.¤))*)? WHERE p\.¤ >= \? AND p\.¤ < \?( AND p\.¤ = \?)*( ORDER BY p\.¤, p\.¤(, l\.¤ DESC)?)?$/;

const skeletonOf = (sql: string): string => sql.replace(/`(?:[^`]|``)*`/g, '¤');

/** A definition with this name in each place where a definition has names, one after the other. */
function everywhere(name: string): readonly ReaderParts[] {
  const labels = { table: 'labels', id: 'id', label: 'label' };
  return [
    { table: name },
    { table: 'log', columns: { id: name } },
    { table: 'log', columns: { time: name } },
    { table: 'log', columns: { prediction: name } },
    { table: 'log', columns: { version: name, score: name, latency: name, error: name, scores: { [name]: name } } },
    { table: 'log', columns: { featuresJson: name } },
    { table: 'log', numeric: [name], categorical: [name] },
    { table: 'log', sensitive: [[name]] },
    { table: 'log', filters: { [name]: 'value' } },
    { table: 'log', labels: { ...labels, table: name } },
    { table: 'log', labels: { ...labels, id: name } },
    { table: 'log', labels: { ...labels, label: name } },
    { table: 'log', labels: { ...labels, time: name } },
    { table: 'log', labels: { ...labels, arrived: name } },
    { table: 'log', labels: { ...labels, filters: { [name]: 'value' } } },
  ];
}

describe('no name of a definition leaves its quotes', () => {
  it('a name is refused, or the statement has the same form as with any other', () => {
    let refused = 0;
    let quoted = 0;
    fc.assert(
      fc.property(hostile, (name) => {
        for (const parts of everywhere(name)) {
          for (const make of [windowQuery, coverageQuery]) {
            let sql: string;
            try {
              ({ sql } = make(readerOf(parts), DAY, DAY.to));
            } catch (error) {
              expect((error as Error).message).toMatch(/cannot be the name of a (table|column) here$/);
              refused += 1;
              continue;
            }
            quoted += 1;
            expect(skeletonOf(sql)).toMatch(SKELETON);
          }
        }
      }),
      { numRuns: 300 },
    );
    // Both kinds came up.
    expect(Math.min(refused, quoted)).toBeGreaterThan(50);
  });

  it.each(['', ' a', 'a ', 'a?', 'x'.repeat(65), 'a\0', 'a\nb', 'a\u202eb', '\ud800', '👍'])(
    'as a column %j is refused',
    (name) => {
      expect(() => quoteColumn(name)).toThrow('cannot be the name of a column here');
    },
  );

  it.each(['a.b.c', '.a', 'a.', '', 'a?', 'a. b', '👍'])('as a table %j is refused', (name) => {
    expect(() => quoteTable(name)).toThrow('cannot be the name of a table here');
  });

  it('good names are quoted, each part of a table by itself', () => {
    expect([quoteColumn('hours per-week'), quoteTable('shop.the-log')]).toEqual([
      '`hours per-week`',
      '`shop`.`the-log`',
    ]);
    expect([quoteColumn('a`b'), quoteColumn('``'), quoteTable('a`b.`c')]).toEqual(['`a``b`', '``````', '`a``b`.```c`']);
  });
});

onEachServer((database) => {
  beforeAll(async () => {
    const { pool } = database();
    await change(pool, 'CREATE TABLE canary (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9))');
    await change(pool, "INSERT INTO canary VALUES (1, '2026-01-05', 'alive')");
    await change(
      pool,
      'CREATE TABLE log (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(60), tenant VARCHAR(255) COLLATE utf8mb4_bin, stage INT) DEFAULT CHARSET=utf8mb4',
    );
    await change(
      pool,
      "INSERT INTO log VALUES (1, '2026-01-05', 'mine', 'me', 1), (2, '2026-01-05', 'foreign', 'them', 2)",
    );
  });

  const alive = async (): Promise<void> => {
    const rows = await select(database().pool, 'SELECT said FROM canary');
    expect(rows.map((row) => row['said'] as unknown)).toEqual(['alive']);
  };

  it('a name the server does not know is an error, and runs nothing', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, fc.nat({ max: 14 }), async (name, place) => {
        const parts = everywhere(name)[place] ?? { table: name };
        const rows = await readDay(database().pool, readerOf(parts)).then(
          (frame) => frame.rows,
          () => 0,
        );
        // At most the log's own rows, by a name that happens to be one of its columns.
        expect(rows).toBeLessThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
    await alive();
  });

  it('values are bound: whatever they hold, they only find rows with that very value', async () => {
    const { pool } = database();
    await fc.assert(
      fc.asyncProperty(hostile, async (value) => {
        fc.pre(Buffer.from(value).toString() === value && value.trimEnd() === value && !['me', 'them'].includes(value));
        const mine = readerOf({ table: 'log', filters: { tenant: value } });
        expect((await readDay(pool, mine)).rows).toBe(0);
        if (Array.from(value).length > 255) return;
        await change(pool, "INSERT INTO log VALUES (3, '2026-01-05', 'found', ?, 3)", [value]);
        expect(cellsOf(await readDay(pool, mine), 'prediction')).toEqual(['found']);
        await change(pool, 'DELETE FROM log WHERE id = 3');
      }),
      { numRuns: 60 },
    );
    await alive();
  });

  it('one call runs one statement', async () => {
    await expect(select(database().pool, 'SELECT 1; DROP TABLE canary')).rejects.toThrow(/syntax/);
    await alive();
  });
});
