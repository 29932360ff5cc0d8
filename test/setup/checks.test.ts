// What `plumbline doctor` says of good and bad servers.
import { createConnection } from 'mysql2/promise';
import { beforeAll, describe, expect, test } from 'vitest';
import { runChecks } from '../../src/run/stack/checks.js';
import type { CheckResult } from '../../src/run/stack/checks.js';
import { checkSqlMode, checkTimeZone, checkVersion } from '../../src/run/stack/mysql-checks.js';
import { stackChecks } from '../../src/run/stack/stack-checks.js';
import { ensureStack, readServers } from '../../src/run/stack/stack.js';
import { attributeFaults } from '../../src/run/stack/temporal-checks.js';
import { newHome, privateEnvironment } from './private-home.js';

describe('each fact is judged by its limit', () => {
  test.each([
    ['10.11.19-MariaDB-0+deb12u1', true],
    ['11.4.5-MariaDB', true],
    ['10.6.21-MariaDB', false],
    ['8.4.0', true],
    ['9.7.4', true],
    ['8.0.41', false],
    ['5.7.44-log', false],
  ])('version %s: %s', (version, ok) => {
    expect(checkVersion(version).ok).toBe(ok);
  });

  test.each([
    ['+00:00', 0, true],
    ['SYSTEM', 0, true],
    ['SYSTEM', 7200, false],
    ['Mars/Olympus', null, false],
  ])('time zone %s, %s seconds from UTC: %s', (zone, seconds, ok) => {
    expect(checkTimeZone(zone, seconds).ok).toBe(ok);
  });

  test.each([
    ['STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', true],
    ['STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', true],
    ['ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', false],
    ['', false],
  ])('sql_mode %s: %s', (mode, ok) => {
    expect(checkSqlMode(mode).ok).toBe(ok);
  });

  test('a search attribute that is missing or of another type is named', () => {
    const keyword = 2;
    const all = { ModelId: keyword, Team: keyword, CycleVerdict: keyword, IncidentState: keyword, Severity: keyword };
    expect(attributeFaults(all)).toEqual([]);
    const { Team: _team, ...rest } = all;
    expect(attributeFaults({ ...rest, Severity: 1 })).toEqual([
      'Team is missing',
      'Severity has another type than Keyword',
    ]);
  });
});

describe('real servers', { timeout: 60_000 }, () => {
  const home = newHome();
  const env = privateEnvironment();
  let mysqlUrl = '';

  const faultsOf = (results: readonly CheckResult[]): Record<string, string> =>
    Object.fromEntries(results.filter(({ ok }) => !ok).map(({ name, detail }) => [name, detail]));

  beforeAll(async () => {
    mysqlUrl = (await ensureStack({ home, env, lean: true, say: () => undefined })).mysqlUrl;
  });

  test('a fresh private stack passes every check', async () => {
    const results = await runChecks(stackChecks, { home, env, servers: await readServers(home, env) });
    expect(faultsOf(results)).toEqual({});
    expect(results.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['temporal search attributes', 'mysql rights', 'mysql sql_mode', 'program temporal']),
    );
  });

  test('a stack that does not run is one finding, with its cure', async ({ onTestFinished }) => {
    const servers = await readServers(newHome(onTestFinished), env);
    const results = await runChecks(stackChecks, { home, env, servers });
    expect(results.filter(({ ok }) => !ok)).toEqual([
      expect.objectContaining({ name: 'stack', cure: 'run: plumbline up' }),
    ]);
  });

  test('servers that cannot be reached are named without their passwords', async () => {
    const own = { ...env, MYSQL_URL: 'mysql://ann:hidden@127.0.0.1:1/models', TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const results = await runChecks(stackChecks, { home, env: own, servers: await readServers(home, own) });
    expect(Object.keys(faultsOf(results))).toEqual(['temporal', 'mysql']);
    expect(JSON.stringify(results)).not.toContain('hidden');
    expect(faultsOf(results)['mysql']).toContain('ann@127.0.0.1:1/models');
  });

  test('a namespace that does not exist is named', async () => {
    const { temporal } = await readServers(home, env);
    const own = { ...env, TEMPORAL_ADDRESS: temporal?.temporalAddress, TEMPORAL_NAMESPACE: 'nowhere' };
    const servers = await readServers(home, { ...own, MYSQL_URL: mysqlUrl });
    expect(faultsOf(await runChecks(stackChecks, { home, env: own, servers }))).toEqual({
      'temporal namespace': expect.stringContaining('nowhere') as string,
    });
  });

  test('an account that may only read is told the first right it lacks', async () => {
    const connection = await createConnection(mysqlUrl);
    await connection.query("CREATE USER 'reader'@'127.0.0.1' IDENTIFIED BY 'reader-password'");
    await connection.query("GRANT SELECT ON plumbline.* TO 'reader'@'127.0.0.1'");
    await connection.end();
    const url = new URL(mysqlUrl);
    url.username = 'reader';
    url.password = 'reader-password';
    const own = { ...env, MYSQL_URL: url.href };
    const results = await runChecks(stackChecks, { home, env: own, servers: await readServers(home, own) });
    expect(faultsOf(results)).toEqual({ 'mysql rights': expect.stringMatching(/^CREATE: .*denied/) as string });
  });
});
