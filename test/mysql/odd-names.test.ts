/** Names of columns, tables and databases that need quotes to be read at all. */
import { expect, it } from 'vitest';
import { change } from '../../src/io/mysql/rows.js';
import { checkSource } from '../../src/io/mysql/source-check.js';
import { explainSourceFault } from '../../src/io/mysql/source-faults.js';
import { at, cellsOf, readDay, readerOf } from './reading.js';
import { onEachServer } from './servers.js';

/** Names that stand in foreign tables: dashes, spaces, other scripts, digits first, words of SQL, and its signs. */
const NAMES = [
  ...['capital-gain', 'hours per week', 'größe', '年齢', '2nd_visit', '$amount', 'null', 'p', 'l', 'x'.repeat(64)],
  ...['select', 'rank', 'groups', 'system', 'window', 'offset', 'lateral'],
  ...["it's", '"quoted"', 'back`tick', '`', 'emp.var.rate', 'a;b -- c', '/* a */ #', 'back\\slash', '%s @@x !'],
  'e\u0301',
];

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

onEachServer((database) => {
  it('columns may bear any name a table can have, and the check of a definition sees them', async () => {
    const { pool } = database();
    const columns = NAMES.map((name) => `${quoted(name)} DOUBLE`).join(', ');
    await change(
      pool,
      `CREATE TABLE named (\`the id\` INT PRIMARY KEY, \`when-scored\` DATETIME(3), \`order\` VARCHAR(9), ${columns},
       KEY (\`when-scored\`)) DEFAULT CHARSET=utf8mb4`,
    );
    const values = NAMES.map((_, i) => String(i + 0.5)).join(', ');
    await change(pool, `INSERT INTO named VALUES (1, '${at('10:00:00')}', 'yes', ${values})`);
    const roles = { id: 'the id', time: 'when-scored', prediction: 'order' };
    const definition = readerOf({ table: 'named', columns: roles, numeric: NAMES, filters: { "it's": '17.5' } });
    const frame = await readDay(pool, definition);
    expect(NAMES.map((name) => cellsOf(frame, name))).toEqual(NAMES.map((_, i) => [i + 0.5]));
    expect(cellsOf(frame, 'prediction')).toEqual(['yes']);
    expect(await checkSource(pool, definition)).toEqual([]);
  });

  it.each(["the clerk's log", 'a`b', 'select', 'größe', 'x; -- y'])('a table may be called %j', async (table) => {
    const { pool, address } = database();
    await change(pool, `CREATE TABLE ${quoted(table)} (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9))`);
    await change(pool, `INSERT INTO ${quoted(table)} VALUES (1, '${at('10:00:00')}', 'yes')`);
    for (const name of [table, `${address.database}.${table}`]) {
      expect(cellsOf(await readDay(pool, readerOf({ table: name })), 'prediction')).toEqual(['yes']);
    }
    const [finding] = await checkSource(pool, readerOf({ table }));
    expect(finding?.cure).toBe(`CREATE INDEX plumbline_time ON ${quoted(table)} (\`at\`)`);
    await change(pool, finding?.cure ?? '');
    expect(await checkSource(pool, readerOf({ table }))).toEqual([]);
  });

  it('a column that is not there is told by its whole name', async () => {
    const { pool } = database();
    await change(pool, 'CREATE TABLE short (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9))');
    const definition = readerOf({ table: 'short', numeric: ["it's gone"] });
    const error = await readDay(pool, definition).catch((reason: unknown) => explainSourceFault(reason, definition));
    expect(error).toMatchObject({
      message: expect.stringMatching(/^column "it's gone" is not in the source/) as unknown,
    });
  });
});
