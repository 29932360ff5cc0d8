// The private stack on real servers: started once, found again, and whole after every kind of kill.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { searchAttributes } from '../../src/run/stack/search-attributes.js';
import { ensureStack, readStack, stopStack } from '../../src/run/stack/stack.js';
import { newHome, pidOf, privateEnvironment } from './private-home.js';

const env = privateEnvironment();
const checkout = resolve(import.meta.dirname, '../..');

async function query(mysqlUrl: string, sql: string): Promise<RowDataPacket[]> {
  const connection = await createConnection(mysqlUrl);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}

async function registeredAttributes(address: string): Promise<string[]> {
  const connection = await Connection.connect({ address });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    return Object.keys(customAttributes);
  } finally {
    await connection.close();
  }
}

describe('a private stack', { timeout: 90_000 }, () => {
  const home = newHome();
  const lines: string[] = [];
  const options = { home, env, lean: true, say: (line: string) => lines.push(line) };

  test('starts both servers, with the search attributes registered and the database strict and in UTC', async () => {
    const stack = await ensureStack(options);
    expect(await registeredAttributes(stack.temporalAddress)).toEqual(
      expect.arrayContaining(Object.keys(searchAttributes)),
    );
    const [settings] = await query(
      stack.mysqlUrl,
      'SELECT @@GLOBAL.time_zone AS zone, @@sql_mode AS mode, DATABASE() AS place, @@collation_server AS collation',
    );
    expect(settings).toMatchObject({ zone: '+00:00', place: 'plumbline', collation: 'utf8mb4_unicode_ci' });
    expect(settings?.['mode']).toContain('ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES');
    const page = await fetch(stack.temporalUi ?? '');
    expect(page.status).toBe(200);
  });

  test('is found running by a second call, which starts nothing and makes the database it is asked for', async () => {
    const before = [pidOf(home, 'temporal'), pidOf(home, 'mysql')];
    lines.length = 0;
    const stack = await ensureStack({ ...options, database: 'another' });
    expect([pidOf(home, 'temporal'), pidOf(home, 'mysql')]).toEqual(before);
    expect(lines.map((line) => line.split(':')[0]).sort()).toEqual(['MySQL already runs', 'Temporal already runs']);
    expect(await query(stack.mysqlUrl, 'SELECT DATABASE() AS place')).toEqual([{ place: 'another' }]);
    expect(await readStack(home, env, 'another')).toEqual(stack);
  });

  test('keeps its password in files for the owner alone, and out of what it says and remembers', async () => {
    const password = readFileSync(join(home, 'stack', 'mysql', 'password'), 'utf8').trim();
    expect(password.length).toBeGreaterThan(20);
    for (const file of ['stack/mysql/password', 'stack/mysql/accounts.sql', 'stack.json']) {
      expect(statSync(join(home, file)).mode & 0o077).toBe(0);
    }
    expect(`${lines.join()}${readFileSync(join(home, 'stack.json'), 'utf8')}`).not.toContain(password);
    const port = Number(new URL((await readStack(home, env))?.mysqlUrl ?? '').port);
    for (const user of ['root', 'plumbline', '']) {
      await expect(createConnection({ host: '127.0.0.1', port, user })).rejects.toThrow(/denied/);
    }
  });

  test('is whole again after SIGKILL of both servers, on the same ports and with its data', async () => {
    const before = await ensureStack(options);
    await query(before.mysqlUrl, 'CREATE TABLE kept (id INT PRIMARY KEY)');
    await query(before.mysqlUrl, 'INSERT INTO kept VALUES (7)');
    process.kill(pidOf(home, 'temporal'), 'SIGKILL');
    process.kill(pidOf(home, 'mysql'), 'SIGKILL');
    const after = await ensureStack(options);
    expect(after).toEqual(before);
    expect(await query(after.mysqlUrl, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
    expect(await registeredAttributes(after.temporalAddress)).toContain('ModelId');
  });

  test('leaves a server of the user alone: with MYSQL_URL set, only Temporal is started', async ({
    onTestFinished,
  }) => {
    const { mysqlUrl } = await ensureStack(options);
    const half = newHome(onTestFinished);
    const stack = await ensureStack({ ...options, home: half, env: { ...env, MYSQL_URL: mysqlUrl } });
    expect(stack.mysqlUrl).toBe(mysqlUrl);
    expect(readdirSync(join(half, 'stack'))).toEqual(['temporal']);
  });

  test('is ended by down, twice without complaint, and starts again on the remembered ports', async () => {
    const before = await ensureStack(options);
    await stopStack(options);
    expect(await readStack(home, env)).toBeNull();
    lines.length = 0;
    await stopStack(options);
    expect(lines).toEqual(['no private server is running']);
    expect(await ensureStack(options)).toEqual(before);
  });
});

describe('servers of the user', () => {
  test('are used as they are, and nothing is started', async ({ onTestFinished }) => {
    const home = join(newHome(onTestFinished), 'never-made');
    const own = { MYSQL_URL: 'mysql://ann:secret@db.example:3307/models', TEMPORAL_ADDRESS: 'temporal.example:7233' };
    const lines: string[] = [];
    const stack = await ensureStack({ home, say: (line) => lines.push(line), env: { ...env, ...own } });
    expect(stack).toEqual({
      mysqlUrl: own.MYSQL_URL,
      temporalAddress: 'temporal.example:7233',
      temporalNamespace: 'default',
      temporalUi: null,
    });
    expect(existsSync(home)).toBe(false);
    expect(lines).toEqual(['MySQL: your own, ann@db.example:3307/models', 'Temporal: your own, temporal.example:7233']);
  });
});

describe('missing programs', () => {
  test('are named together with every place that was looked at', async ({ onTestFinished }) => {
    const home = newHome(onTestFinished);
    const bare = { PATH: '', PLUMBLINE_HOME: home, PLUMBLINE_SERVERS: 'own', TEMPORAL_CLI_PATH: join(home, 'gone') };
    const started = ensureStack({ home, env: bare, say: () => undefined });
    await expect(started).rejects.toThrow(
      /mysqld was not found(.|\n)*PLUMBLINE_MYSQLD: not set(.|\n)*tools\.json: does not name it(.|\n)*PATH: skipped/,
    );
    await expect(started).rejects.toThrow(/temporal was not found(.|\n)*TEMPORAL_CLI_PATH: .*gone is not a program/);
    await expect(started).rejects.toThrow('node setup/setup.mjs');
  });
});

describe('a start that is killed in the middle', { timeout: 90_000 }, () => {
  const code = newHome();
  const starter = join(code, 'start.mjs');

  beforeAll(() => {
    // A process of its own needs JavaScript; compiling these few files takes a moment, and needs no built dist/.
    const source = join(checkout, 'src/run/stack');
    mkdirSync(join(code, 'stack-code'));
    for (const name of readdirSync(source)) {
      const options = { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } };
      const { outputText } = ts.transpileModule(readFileSync(join(source, name), 'utf8'), options);
      writeFileSync(join(code, 'stack-code', name.replace(/ts$/, 'js')), outputText);
    }
    symlinkSync(join(checkout, 'node_modules'), join(code, 'node_modules'));
    writeFileSync(join(code, 'package.json'), '{"type":"module"}');
    writeFileSync(
      starter,
      `import { ensureStack } from './stack-code/stack.js';
       // Stays until it is killed, so that a late look at the folder still finds it alive.
       setInterval(() => undefined, 1000);
       await ensureStack({ home: process.argv[2], say: () => undefined, lean: true });`,
    );
  });

  const moments: readonly (readonly [string, string, RegExp])[] = [
    ['while the data folder of MySQL is being made', 'mysql', /^unfinished-/],
    ['while MySQL starts', 'mysql', /^pid$/],
    ['while Temporal makes its store', 'temporal', /^temporal\.db$/],
    ['when Temporal has just answered', 'temporal', /^complete$/],
  ];

  test.concurrent.for(moments)(
    'does not stop the next start: %s',
    async (moment, { expect: check, onTestFinished }) => {
      const [, server, sign] = moment;
      const home = newHome(onTestFinished);
      const child = spawn(process.execPath, [starter, home], { env, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const folder = join(home, 'stack', server);
      const isTime = (): boolean => existsSync(folder) && readdirSync(folder).some((name) => sign.test(name));
      while (!isTime() && child.exitCode === null) await pause(1);
      const wasKilled = child.kill('SIGKILL');
      await ended;
      check(wasKilled).toBe(true);
      const stack = await ensureStack({ home, env, lean: true, say: () => undefined });
      check(await query(stack.mysqlUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      check(await registeredAttributes(stack.temporalAddress)).toContain('Severity');
    },
  );
});
