/** `apply` and `doctor` on real servers: what is refused and where, what is stored, what a second apply does. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { NEW_ALERT } from '../../src/alerts/alert.js';
import { loadAlerts, saveAlert, untoldTransitions } from '../../src/io/mysql/alerts.js';
import { currentDefinition, findModel } from '../../src/io/mysql/definitions.js';
import { scheduleId } from '../../src/model/ids.js';
import { bankYaml, startCommandLine, type CommandLine } from './command-line.js';

let cli: CommandLine;

beforeAll(async () => {
  cli = await startCommandLine(inject('stack'));
  const { pool } = cli.database;
  await pool.query(`CREATE TABLE scoring_log (
    request_id BIGINT PRIMARY KEY, scored_at DATETIME(3) NOT NULL, decision VARCHAR(10), p DOUBLE, age INT, job VARCHAR(20), payload JSON)`);
  await pool.query('CREATE TABLE outcomes (request_id BIGINT, outcome VARCHAR(10), seen_at DATETIME(3))');
});
afterAll(async () => {
  await cli.end();
});

interface Fault {
  readonly line: number;
  readonly path: string;
  readonly message: string;
  readonly cure: string;
}

/** The definition of a table with columns of its own. */
const ownTable = (changes: Readonly<Record<string, string>> = {}): string => {
  const parts = {
    table: 'scoring_log',
    id: 'request_id',
    time: 'scored_at',
    score: 'p',
    numeric: 'age',
    labels: 'labels: { table: outcomes, id: request_id, label: outcome, arrived: seen_at }',
    ...changes,
  };
  return `model: ${cli.model}-own
task: binary
positive: 'yes'
source:
  table: ${parts.table}
  columns: { id: ${parts.id}, time: ${parts.time}, prediction: decision, score: ${parts.score} }
features: { numeric: [${parts.numeric}], categorical: [job] }
${parts.labels}
notify: { slack: { channel: '#model-alerts' } }
`;
};

const faultsOf = (data: unknown): readonly Fault[] => (data as { error: { detail: readonly Fault[] } }).error.detail;

describe('apply refuses, with status 2, and stores nothing', () => {
  test('five faults in five sections are five messages with their lines', async () => {
    const text = `model: ${cli.model}
task: binary
positive: 'yes'
features: { numeric: [age], categorical: [age] }
schedule:
  window: 1 mouth
reference: lately
notify:
  slack: { channel: alerts }
actions:
  retrain: { command: [] }
`;
    const file = cli.file('five.yaml', text);
    const { status, err } = await cli.run('apply', file);
    expect(status).toBe(2);
    expect(err).toContain('5 faults; nothing was applied');
    for (const line of [4, 6, 7, 9, 11]) expect(err).toContain(`five.yaml:${String(line)}:`);
    expect(await findModel(cli.database.pool, cli.model)).toBeNull();
  });

  test('faults of every file and of their tables are told together', async () => {
    const unreadable = cli.file('unreadable.yaml', 'model: Bank\ntask: binary\n');
    const unknown = cli.file('unknown.yaml', ownTable({ score: 'probability' }));
    const { data } = await cli.json('apply', unreadable, unknown);
    expect(faultsOf(data).map(({ path }) => path)).toEqual(expect.arrayContaining(['model', 'source.columns.score']));
  });

  test.each([
    [
      'an unknown table',
      { table: 'scoring_lok' },
      5,
      'source.table',
      /no table `scoring_lok`/,
      /Did you mean `scoring_log`/,
    ],
    [
      'an unknown column',
      { time: 'scored_ad' },
      6,
      'source.columns.time',
      /no column `scored_ad`/,
      /Did you mean `scored_at`/,
    ],
    [
      'a score that is a text',
      { score: 'job' },
      6,
      'source.columns.score',
      /`job`.*type varchar.*needs a number/,
      /view/,
    ],
    ['a time that is a number', { time: 'age' }, 6, 'source.columns.time', /`age`.*type int.*needs a time/, /DATETIME/],
    [
      'a numeric feature that is a text',
      { numeric: 'decision' },
      7,
      'features.numeric[0]',
      /`decision`.*varchar.*`features.numeric` needs a number/,
      /categorical/,
    ],
    ['a column for what is JSON', { numeric: 'payload' }, 7, 'features.numeric[0]', /`payload`/, /./],
    [
      'an unknown label column',
      { labels: 'labels: { table: outcomes, id: request_id, label: outcom }' },
      8,
      'labels.label',
      /no column `outcom`/,
      /`outcome`/,
    ],
    [
      'an unknown label table',
      { labels: 'labels: { table: results, id: request_id, label: outcome }' },
      8,
      'labels.table',
      /no table `results`/,
      /Tables there/,
    ],
  ])('%s, named with its line, path and cure', async (_, changes, line, path, message, cure) => {
    const { status, data } = await cli.json('apply', cli.file('own.yaml', ownTable(changes)));
    expect(status).toBe(2);
    const [fault, ...others] = faultsOf(data);
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ line, path });
    expect(fault?.message).toMatch(message);
    expect(fault?.cure).toMatch(cure);
  });

  test('a source that the account may not read, and one that is not there', async () => {
    const url = new URL(cli.env['MYSQL_URL'] ?? '');
    cli.env['SHOP_MYSQL_URL'] = url.href.replace(url.password, 'wrong');
    const yaml = ownTable({ table: 'scoring_log\n  connection: env:SHOP_MYSQL_URL' });
    const refused = await cli.json('apply', cli.file('own.yaml', yaml));
    expect(refused.status).toBe(2);
    expect(faultsOf(refused.data)[0]?.message).toMatch(/refused user or password/);
    delete cli.env['SHOP_MYSQL_URL'];
    const unset = await cli.json('apply', cli.file('own.yaml', yaml));
    expect(unset.status).toBe(2);
    expect(faultsOf(unset.data)[0]).toMatchObject({ path: 'source.connection' });
    cli.env['SHOP_MYSQL_URL'] = 'mysql://nobody:secret@127.0.0.1:1/shop';
    const down = await cli.run('apply', cli.file('own.yaml', yaml));
    expect(down.status).toBe(3);
    expect(down.err).toMatch(/cannot be reached \(ECONNREFUSED\)/);
    expect(down.err).not.toContain('secret');
  });

  test('an account that may read only some columns, and one that may read nothing', async () => {
    const { pool, address } = cli.database;
    const account = `reader_${cli.model.slice(5)}`;
    await pool.query(`CREATE USER ${account}@'%' IDENTIFIED BY 'canary-7c1'`);
    const url = new URL(cli.env['MYSQL_URL'] ?? '');
    Object.assign(url, { username: account, password: 'canary-7c1' });
    cli.env['SHOP_MYSQL_URL'] = url.href;
    const yaml = ownTable({ table: 'scoring_log\n  connection: env:SHOP_MYSQL_URL', labels: 'labels: none' });
    const database = `\`${address.database}\``;
    await pool.query(
      `GRANT SELECT (request_id, scored_at, decision, age, job) ON ${database}.scoring_log TO ${account}@'%'`,
    );
    const some = await cli.json('apply', cli.file('own.yaml', yaml));
    expect([some.status, faultsOf(some.data)]).toEqual([
      2,
      [
        expect.objectContaining({
          line: 7,
          path: 'source.columns.score',
          message: 'The account may not read column `p` of table `scoring_log`',
          cure: 'GRANT SELECT ON `scoring_log` to the account',
        }),
      ],
    ]);
    await pool.query(`REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${account}@'%'`);
    const none = await cli.json('apply', cli.file('own.yaml', yaml));
    await pool.query(`DROP USER ${account}@'%'`);
    expect(none.status).toBe(2);
    expect(faultsOf(none.data)[0]?.message).toMatch(/may not read table|refused user or password|Access denied/);
    expect(JSON.stringify([some, none])).not.toContain('canary-7c1');
  });

  test('the same model in two files, a file that is not there, a name that is none', async () => {
    const one = cli.file('one.yaml', bankYaml(cli.model));
    const two = cli.file('two.yaml', bankYaml(cli.model));
    expect((await cli.run('apply', one, two)).err).toMatch(/two\.yaml:2:8 model: .*defined in .*one\.yaml/);
    const missing = await cli.run('apply', `${cli.folder}/missing.yaml`);
    expect([missing.status, missing.err]).toEqual([2, expect.stringContaining('there is no such file')]);
    const by = await cli.run('apply', one, '--by', 'not a name');
    expect([by.status, by.err]).toEqual([2, expect.stringContaining('--by NAME')]);
  });

  test('a server that is down is status 3, and says which', async () => {
    const file = cli.file('one.yaml', bankYaml(cli.model));
    const whole = { ...cli.env };
    cli.env['MYSQL_URL'] = 'mysql://nobody:secret@127.0.0.1:1/none';
    const mysql = await cli.run('apply', file);
    expect(mysql).toMatchObject({ status: 3, out: '' });
    expect(mysql.err).toMatch(/the database cannot be reached \(ECONNREFUSED\)\n {2}start it \(plumbline up\)/);
    Object.assign(cli.env, whole, { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    const temporal = await cli.run('apply', file);
    Object.assign(cli.env, whole);
    expect(temporal.status).toBe(3);
    expect(temporal.err).toContain('Temporal at 127.0.0.1:1 cannot be reached');
    expect(await findModel(cli.database.pool, cli.model)).toBeNull();
  });
});

describe('apply', () => {
  test('warns of a read that no index helps, with the statement that makes one', async () => {
    const { status, err } = await cli.run('apply', cli.file('own.yaml', ownTable()), '--dry-run');
    expect(status).toBe(0);
    expect(err).toContain('CREATE INDEX plumbline_time ON `scoring_log` (`scored_at`)');
    expect(err).toContain('CREATE INDEX plumbline_label ON `outcomes` (`request_id`)');
  });

  test('proposes no index on a column that the table does not have', async () => {
    const file = cli.file('mistyped.yaml', ownTable().replaceAll('scored_at', 'scored_att'));
    const { status, err } = await cli.run('apply', file, '--dry-run');
    expect(status).toBe(2);
    expect(err).toContain('has no column `scored_att`. Did you mean `scored_at`?');
    expect(err).not.toContain('plumbline_time');
  });

  test('with --dry-run shows the plan and changes nothing', async () => {
    const { status, out } = await cli.run('apply', cli.file('bank.yaml', bankYaml(cli.model)), '--dry-run');
    expect(status).toBe(0);
    expect(out).toContain(`${cli.model}: would be added; nothing was done.`);
    expect(await findModel(cli.database.pool, cli.model)).toBeNull();
  });

  test('stores a revision and creates the Schedule; the same file again is unchanged', async () => {
    const file = cli.file('bank.yaml', bankYaml(cli.model));
    const first = await cli.json('apply', file, '--by', 'ana');
    expect(first.status).toBe(0);
    expect(first.data).toMatchObject({
      models: [{ model: cli.model, revision: 1, change: 'new', schedule: 'created' }],
    });
    const { action } = await cli.client.schedule.getHandle(scheduleId(cli.model)).describe();
    expect(action).toMatchObject({ workflowType: 'monitoringCycle', taskQueue: cli.env['PLUMBLINE_TASK_QUEUE'] });
    const second = await cli.run('apply', file);
    expect([second.status, second.out]).toEqual([0, `${cli.model}: unchanged, revision 1.\n`]);
  });

  test('mends a Schedule that is missing, though the definition is unchanged', async () => {
    await cli.client.schedule.getHandle(scheduleId(cli.model)).delete();
    const { out } = await cli.run('apply', cli.file('bank.yaml', bankYaml(cli.model)));
    expect(out).toContain('Its Schedule was missing and has been created.');
  });

  test('retires the open alert of a changed rule with the new revision, and no other', async () => {
    const { pool } = cli.database;
    const firing = { ...NEW_ALERT, state: 'firing', severity: 'warning', transitions: 1 } as const;
    for (const rule of ['poison-rows', 'duplicate-ids']) {
      await saveAlert(pool, { model: cli.model, rule, segment: '' }, firing, Date.now());
    }
    const changed = cli.file('bank.yaml', bankYaml(cli.model, 'rules: { change: { poison-rows: { above: 0.2 } } }\n'));
    const { data } = await cli.json('apply', changed, '--by', 'ana');
    expect(data).toMatchObject({ models: [{ revision: 2, change: 'changed', retired: ['poison-rows'] }] });
    const states = (await loadAlerts(pool, cli.model)).map(({ rule, state }) => [rule, state.state]);
    expect(Object.fromEntries(states)).toEqual({ 'poison-rows': 'resolved', 'duplicate-ids': 'firing' });
    const untold = await untoldTransitions(pool, cli.model);
    expect(untold.map(({ rule, transition }) => [rule, transition.reason])).toEqual([['poison-rows', 'retired']]);
    // Whoever tells has been told: no worker runs here, so the incident waits.
    const incident = await cli.client.workflow.getHandle(`incident/${cli.model}`).describe();
    expect(incident.status.name).toBe('RUNNING');
    await cli.client.workflow.getHandle(`incident/${cli.model}`).terminate('the test is over');
  });

  test('keeps who applied what', async () => {
    const [rows] = await cli.database.pool.query(
      "SELECT actor, via, outcome FROM audit WHERE what = 'apply' AND model = ? ORDER BY id",
      [cli.model],
    );
    expect(rows).toEqual([
      { actor: 'ana', via: 'cli', outcome: 'done' },
      { actor: 'ana', via: 'cli', outcome: 'done' },
    ]);
    expect((await currentDefinition(cli.database.pool, cli.model))?.revision).toBe(2);
  });
});

describe('doctor', () => {
  test('names each thing that is wrong with its cure: no worker, no secret', async () => {
    const { status, data } = await cli.json('doctor');
    const checks = (data as { checks: readonly { name: string; ok: boolean; cure?: string }[] }).checks;
    const found = new Map(checks.map((check) => [check.name, check]));
    expect(found.get('mysql')?.ok).toBe(true);
    expect(found.get('temporal search attributes')?.ok).toBe(true);
    expect(found.get('migrations')?.ok).toBe(true);
    expect(found.get(`source of ${cli.model}`)?.ok).toBe(true);
    expect(found.get('schedule watchdog')?.ok).toBe(true);
    expect(found.get('worker')).toMatchObject({ ok: false, cure: 'start one: plumbline worker' });
    expect(found.get('secret env:SLACK_BOT_TOKEN')?.ok).toBe(false);
    expect(status).toBe(3);
  });

  test('finds a database that was not migrated', async () => {
    const whole = cli.env['MYSQL_URL'];
    const empty = `${cli.database.address.database}_empty`;
    await cli.database.pool.query(`CREATE DATABASE ${empty}`);
    cli.env['MYSQL_URL'] = whole?.replace(/\/[^/]*$/, `/${empty}`);
    const doctor = await cli.run('doctor');
    const models = await cli.run('models');
    cli.env['MYSQL_URL'] = whole;
    await cli.database.pool.query(`DROP DATABASE ${empty}`);
    expect(doctor.out).toMatch(/FAULT +migrations +no tables yet; run: plumbline up/);
    expect([models.status, models.err]).toEqual([2, expect.stringContaining('has no Plumbline tables yet')]);
  });
});
