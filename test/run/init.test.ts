/** `init` on real tables: what it guesses and says, what it refuses, and that `apply` takes what it wrote. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { change } from '../../src/io/mysql/rows.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { defaultRules } from '../../src/rules/default-rules.js';
import { startCommandLine, type CommandLine, type Outcome } from './command-line.js';

let cli: CommandLine;
const run = (sql: string, values: readonly (string | number | Date)[] = []): Promise<number> =>
  change(cli.database.pool, sql, values);
const rowsOf = (count: number, cells: (row: number) => string): string =>
  Array.from({ length: count }, (_, row) => `(${cells(row)})`).join(', ');
const hour = (row: number): string => `TIMESTAMP('2026-01-01') + INTERVAL ${String(row)} HOUR`;

beforeAll(async () => {
  cli = await startCommandLine(inject('stack'));
  await run(`CREATE TABLE Scoring_Log (
    request_id BIGINT PRIMARY KEY, scored_at DATETIME(3) NOT NULL, modelVersion VARCHAR(10), decision VARCHAR(10),
    p DOUBLE, outcome VARCHAR(10) NULL, label_arrived_at DATETIME(3) NULL, latency_ms DOUBLE, error_code VARCHAR(10) NULL,
    age INT, income DECIMAL(10, 2), job ENUM('clerk', 'smith'), gender VARCHAR(10), city VARCHAR(40), is_new TINYINT(1),
    email VARCHAR(90), customer_id INT, remarks TEXT, since DATE, never INT NULL, raw JSON, photo BLOB, \`what ? ever\` INT,
    KEY (scored_at))`);
  await run(`INSERT INTO Scoring_Log (request_id, scored_at, modelVersion, decision, p, outcome, age, income, job, gender, city, is_new, email, customer_id, remarks, since, raw) VALUES
    ${rowsOf(900, (i) => `${String(i)}, ${hour(i)}, 'v${String(i % 2)}', '${i % 4 === 0 ? 'yes' : 'no'}', ${String((i % 100) / 100)}, '${i % 3 === 0 ? 'yes' : 'no'}', ${String(20 + (i % 50))}, ${String(1000 + i)}.5, 'clerk', '${i % 2 === 0 ? 'm' : 'f'}', 'city ${String(i % 7)}', ${String(i % 2)}, 'a${String(i)}@example.org', ${String(i % 90)}, 'remark ${String(i)}', '2020-01-01', '{}'`)}`);
  await run(
    'CREATE TABLE houses (id INT PRIMARY KEY, sold_at DATETIME, predicted_price DOUBLE, actual_price DOUBLE, rooms INT, KEY (sold_at))',
  );
  await run(
    `INSERT INTO houses VALUES ${rowsOf(400, (i) => `${String(i)}, '2025-01-01' + INTERVAL ${String(i)} DAY, ${String(i)}.5, ${String(i)}.25, ${String(i % 5)}`)}`,
  );
  await run(
    'CREATE TABLE tickets (uuid CHAR(36), created_at DATETIME, prediction VARCHAR(9), p_low DOUBLE, p_mid DOUBLE, p_high DOUBLE, words INT)',
  );
  await run(
    `INSERT INTO tickets VALUES ${rowsOf(60, (i) => `UUID(), '2026-01-01', '${['low', 'mid', 'high'][i % 3] ?? ''}', 0.2, 0.3, 0.5, ${String(i)}`)}`,
  );
  await run(
    'CREATE TABLE inference (prediction_id VARCHAR(20) PRIMARY KEY, ts TIMESTAMP(3), prediction INT, score DOUBLE, features JSON)',
  );
  await run(
    `INSERT INTO inference VALUES ${rowsOf(30, (i) => `'r${String(i)}', '2026-01-01', ${String(i % 2)}, 0.5, '{"age": ${String(20 + i)}, "race": "${i % 2 === 0 ? 'a' : 'b'}", "tags": ["x"]}'`)}`,
  );
  await run('CREATE TABLE found (prediction_id VARCHAR(20) PRIMARY KEY, truth INT, observed_at DATETIME)');
  await run("INSERT INTO found VALUES ('r1', 1, '2026-01-09'), ('r2', 0, '2026-01-09')");
  await run('CREATE TABLE hollow (id INT PRIMARY KEY, time DATETIME, prediction VARCHAR(9), x DOUBLE)');
  await run('CREATE TABLE vague (a INT, b INT)');
});
afterAll(async () => {
  await cli.end();
});

const path = (name: string): string => join(cli.folder, name);
const init = (table: string, out: string, ...more: readonly string[]): Promise<Outcome> =>
  cli.run('init', '--table', table, '--out', path(out), ...more);

function definitionIn(file: string): ModelDefinition {
  const parsed = parseDefinition(readFileSync(path(file), 'utf8'), file, { defaultRules });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults, null, 2));
  return parsed.definition;
}

/** The comment beside a line. */
function reasonIn(file: string, line: RegExp): string {
  const found = readFileSync(path(file), 'utf8')
    .split('\n')
    .find((one) => line.test(one));
  return found?.split(' # ')[1] ?? `no line like ${String(line)}`;
}

describe('init writes a definition', () => {
  test('of a binary model with everything beside the prediction, each guess with its reason', async () => {
    const { status, out } = await init('Scoring_Log', 'first.yaml');
    expect(status).toBe(0);
    expect(out).toContain('from 900 rows of Scoring_Log');
    expect(out).toContain('apply --dry-run');
    const definition = definitionIn('first.yaml');
    expect(definition).toMatchObject({
      model: 'scoring-log',
      task: 'binary',
      positive: 'yes',
      source: {
        table: 'Scoring_Log',
        columns: {
          ...{ id: 'request_id', time: 'scored_at', version: 'modelVersion', prediction: 'decision', score: 'p' },
          ...{ latency: 'latency_ms', error: 'error_code' },
        },
      },
      labels: { table: 'Scoring_Log', id: 'request_id', label: 'outcome', arrived: 'label_arrived_at' },
      features: { numeric: ['age', 'income'], categorical: ['job', 'gender', 'city', 'is_new'] },
      sensitive: [['gender']],
      // 900 rows in 37 days.
      schedule: { window: { count: 1, unit: 'week' } },
      reference: { kind: 'first' },
    });
    expect(reasonIn('first.yaml', /^ {4}id:/)).toBe('a key, and named like one');
    expect(reasonIn('first.yaml', /^ {4}score:/)).toContain('between 0 and 1');
    expect(reasonIn('first.yaml', /^task:/)).toContain('`outcome` has 2 different values in 900 rows');
    expect(reasonIn('first.yaml', /^ {2}window:/)).toContain('about 24 rows a day');
  });

  test('that says what it left out, and why', () => {
    const text = readFileSync(path('first.yaml'), 'utf8');
    for (const [name, why] of [
      ['email', 'looks like personal data'],
      ['customer_id', 'looks like a key'],
      ['remarks', 'too many different texts (900 in 900 rows)'],
      ['since', 'a time'],
      ['never', 'is empty in all rows that were looked at'],
      ['raw', 'holds JSON'],
      ['photo', 'its type, blob, holds no feature'],
      ['what ? ever', 'a definition cannot use its name'],
    ]) {
      expect(text).toContain(`Left out: ${name ?? ''}, ${why ?? ''}`);
    }
  });

  test('whose rules are the default rules, each explained in the line before it', async () => {
    const { rules, ...rest } = definitionIn('first.yaml');
    const withoutActions = defaultRules(rest).map((rule) => ({ ...rule, action: 'none' }));
    expect(rules).toEqual(withoutActions);
    const lines = readFileSync(path('first.yaml'), 'utf8').split('\n');
    for (const { id } of rules) {
      const at = lines.findIndex((line) => line.startsWith(`    ${id}: {`));
      expect(lines[at - 1], id).toMatch(/^ {4}# /);
    }
    const explained = lines.join(' ').replace(/\s*\n?\s+# /g, ' ');
    expect(explained).toContain(
      'The score tells positives from negatives worse than in the reference. Critical if roc_auc',
    );
    expect((await cli.run('apply', '--dry-run', path('first.yaml'))).status).toBe(0);
  });

  test('of a regression, with a fixed reference where the table goes far enough back', async () => {
    expect((await init('houses', 'houses.yaml', '--model', 'prices')).status).toBe(0);
    expect(definitionIn('houses.yaml')).toMatchObject({
      model: 'prices',
      task: 'regression',
      source: { columns: { id: 'id', time: 'sold_at', prediction: 'predicted_price' } },
      labels: { label: 'actual_price' },
      features: { numeric: ['rooms'], categorical: [] },
      reference: { kind: 'span', from: '2025-01-01T00:00:00.000Z', to: '2025-01-29T00:00:00.000Z' },
    });
    expect((await cli.run('apply', '--dry-run', path('houses.yaml'))).status).toBe(0);
  });

  test('of several classes, with a score for each', async () => {
    const { status, err } = await init('tickets', 'tickets.yaml');
    expect(status).toBe(0);
    expect(err).toContain('source.columns.time');
    const definition = definitionIn('tickets.yaml');
    expect(definition).toMatchObject({
      task: 'multiclass',
      source: { columns: { id: 'uuid', time: 'created_at', scores: { high: 'p_high', low: 'p_low', mid: 'p_mid' } } },
      features: { numeric: ['words'] },
    });
    expect(definition.labels).toBeUndefined();
    expect(reasonIn('tickets.yaml', /^labels:/)).toContain('no column looks like an outcome');
    expect((await cli.run('apply', '--dry-run', path('tickets.yaml'))).status).toBe(0);
  });

  test('with the features of a JSON column and labels of another table', async () => {
    expect((await init('inference', 'json.yaml', '--label', 'found.truth')).status).toBe(0);
    expect(definitionIn('json.yaml')).toMatchObject({
      task: 'binary',
      positive: '1',
      source: { columns: { id: 'prediction_id', time: 'ts', score: 'score', featuresJson: 'features' } },
      labels: { table: 'found', id: 'prediction_id', label: 'truth', arrived: 'observed_at' },
      features: { numeric: ['age'], categorical: ['race'] },
      sensitive: [['race']],
    });
    expect(readFileSync(path('json.yaml'), 'utf8')).toContain('Left out: tags');
    expect((await cli.run('apply', '--dry-run', path('json.yaml'))).status).toBe(0);
  });

  test('in which the user’s own words stand first', async () => {
    const named = [
      '--id',
      'customer_id',
      '--prediction',
      'job',
      '--positive',
      'smith',
      '--score',
      'income',
      '--label',
      'decision',
    ];
    expect((await init('Scoring_Log', 'named.yaml', ...named)).status).toBe(0);
    const { source, labels, positive } = definitionIn('named.yaml');
    expect(source.columns).toMatchObject({ id: 'customer_id', prediction: 'job', score: 'income' });
    expect([labels?.label, positive]).toEqual(['decision', 'smith']);
    expect(reasonIn('named.yaml', /^positive:/)).toBe('as you said');
  });

  test('of a table in another database, by the reference to its address', async () => {
    cli.env['ELSEWHERE_URL'] = cli.env['MYSQL_URL'];
    expect((await init('houses', 'elsewhere.yaml', '--connection', 'env:ELSEWHERE_URL')).status).toBe(0);
    const text = readFileSync(path('elsewhere.yaml'), 'utf8');
    expect(text).toContain("connection: 'env:ELSEWHERE_URL'");
    expect(text).not.toContain('mysql://');
    expect((await cli.run('apply', '--dry-run', path('elsewhere.yaml'))).status).toBe(0);
  });

  test('to standard output, and as one document', async () => {
    const { out } = await cli.run('init', '--table', 'houses', '--out', '-');
    expect(out).toMatch(/^# Made by plumbline init from houses/);
    const { status, data } = await cli.json('init', '--table', 'houses', '--out', '-');
    expect(status).toBe(0);
    expect(data).toMatchObject({ model: 'houses', columns: { id: { value: 'id' } }, sampled: 400 });
  });

  test('whose text stays a definition whatever the data hold', async () => {
    await run('CREATE TABLE odd (`id` INT PRIMARY KEY, `at` DATETIME, `yes` VARCHAR(40), `on` INT, `größe m²-x` INT)');
    await run(
      `INSERT INTO odd VALUES (1, '2026-01-01', ?, 1, 1), (2, '2026-01-01', ?, 2, 2), (3, '2026-01-01', 'b', 3, 3)`,
      ["it's: [a]\n# \u2028 {x}", "it's: [a]\n# \u2028 {x}"],
    );
    const { status, err } = await init(
      'odd',
      'odd.yaml',
      '--prediction',
      'yes',
      '--positive',
      "it's: [a]\n# \u2028 {x}",
    );
    expect([status, err.includes('defect')]).toEqual([0, false]);
    const { positive, features } = definitionIn('odd.yaml');
    expect(positive).toBe("it's: [a]\n# \u2028 {x}");
    expect(features.numeric).toEqual(['on', 'größe m²-x']);
  });
});

describe('init refuses, with status 2 and a cure, and writes nothing', () => {
  test('to overwrite a file, unless told to', async () => {
    writeFileSync(path('mine.yaml'), 'model: mine\n');
    const refused = await init('houses', 'mine.yaml');
    expect([refused.status, readFileSync(path('mine.yaml'), 'utf8')]).toEqual([2, 'model: mine\n']);
    expect(refused.err).toContain('--force');
    expect((await init('houses', 'mine.yaml', '--force')).status).toBe(0);
    expect(definitionIn('mine.yaml').model).toBe('houses');
  });

  test.each([
    ['no such table', ['--table', 'huoses'], ['There is no table `huoses`', 'houses']],
    [
      'no such columns, all at once',
      ['--table', 'houses', '--id', 'idd', '--time', 'sold'],
      ['--id', '`id`', '--time', 'sold_at'],
    ],
    [
      'a label that the other table does not have',
      ['--table', 'inference', '--label', 'found.thruth'],
      ['--label', 'truth'],
    ],
    [
      'a table of labels that is not there',
      ['--table', 'inference', '--label', 'lost.truth'],
      ['There is no table `lost`'],
    ],
    ['a table that tells nothing', ['--table', 'vague'], ['--id', '--time', '--prediction', 'a, b']],
    ['an empty table', ['--table', 'hollow'], ['--task']],
    ['an empty table without a positive class', ['--table', 'hollow', '--task', 'binary'], ['--positive']],
    ['a score of a regression', ['--table', 'houses', '--score', 'rooms'], ['--score', 'regression']],
    ['a positive class of a regression', ['--table', 'houses', '--positive', '1'], ['--positive', 'regression']],
    [
      'a column whose type does not fit',
      ['--table', 'houses', '--time', 'rooms'],
      ['source.columns.time', 'nothing was written'],
    ],
    [
      'an address instead of a reference',
      ['--table', 'houses', '--connection', 'mysql://a:b@c/d'],
      ['--connection', 'env:NAME'],
    ],
    ['a variable that is not set', ['--table', 'houses', '--connection', 'env:NOT_THERE'], ['NOT_THERE']],
    [
      'names that cannot be, all at once',
      ['--table', 'a.b.c', '--model', 'Big', '--task', 'guess'],
      ['--table', '--model', '--task'],
    ],
    ['a folder that is not there', ['--table', 'houses'], ['cannot be written']],
  ])('%s', async (title, args, told) => {
    const out = title.startsWith('a folder') ? 'not/there.yaml' : `refused-${randomBytes(3).toString('hex')}.yaml`;
    const { status, err } = await cli.run('init', ...args, '--out', path(out));
    expect(status).toBe(2);
    for (const words of told) expect(err).toContain(words);
    expect(err).not.toContain('a:b@c');
    expect(err).not.toContain('defect');
    expect(existsSync(path(out))).toBe(false);
  });

  test('an account without rights, which sees what it may read and no more', async () => {
    const reader = `reader_${randomBytes(4).toString('hex')}`;
    const { database } = cli.database.address;
    await run(`CREATE USER '${reader}'@'%' IDENTIFIED BY 'a-long-password-1'`);
    try {
      await run(`GRANT SELECT (id, sold_at, predicted_price) ON \`${database}\`.houses TO '${reader}'@'%'`);
      const url = new URL(cli.env['MYSQL_URL'] ?? '');
      url.username = reader;
      url.password = 'a-long-password-1';
      cli.env['READER_URL'] = url.href;
      const refused = await init('vague', 'none.yaml', '--connection', 'env:READER_URL');
      expect([refused.status, existsSync(path('none.yaml'))]).toEqual([2, false]);
      expect(refused.err).toContain('GRANT SELECT');
      const { status } = await init('houses', 'some.yaml', '--connection', 'env:READER_URL');
      expect(status).toBe(0);
      const { features, labels } = definitionIn('some.yaml');
      expect([features.numeric, labels]).toEqual([[], undefined]);
    } finally {
      await run(`DROP USER '${reader}'@'%'`);
    }
  });
});
