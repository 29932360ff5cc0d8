import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { listIncidents } from '../../src/io/mysql/incidents.js';
import { change, select } from '../../src/io/mysql/rows.js';
import { slotWorkflowId } from '../../src/run/slots.js';
import { waitingWords } from '../../src/run/waiting-words.js';
import { startCuttingProxy, type CuttingProxy } from '../support/cutting-proxy.js';
import { expectFaithfulHistories } from '../support/expect-histories.js';
import { settle } from '../support/settle.js';
import { openStage, SECRET_CANARY, type Stage } from '../support/stage.js';
import { FIRST_DAY, watchModel, type WatchedModel } from '../support/watched-model.js';

const READER = `reader_${randomBytes(4).toString('hex')}`;
let stage: Stage;
let proxy: CuttingProxy;

/** The team's own table, which a model of theirs may read. */
async function createScoringLog(): Promise<void> {
  const { pool } = stage.database;
  await change(pool, 'CREATE TABLE scoring_log (id INT PRIMARY KEY, at DATETIME, said VARCHAR(8), income DOUBLE)');
  const rows = Array.from({ length: 600 }, (_, i) => `(${String(i)}, '2026-01-0${String(5 + (i % 3))}', 'yes', 10)`);
  await change(pool, `INSERT INTO scoring_log VALUES ${rows.join(', ')}`);
}

function addressOf(change_: { user?: string; password?: string; port?: number; database?: string }): string {
  const url = new URL(stage.database.url);
  if (change_.user !== undefined) url.username = change_.user;
  if (change_.password !== undefined) url.password = change_.password;
  if (change_.port !== undefined) url.port = String(change_.port);
  if (change_.database !== undefined) url.pathname = `/${change_.database}`;
  return url.href;
}

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
  await createScoringLog();
  const { pool, address } = stage.database;
  proxy = await startCuttingProxy({ host: address.host, port: address.port });
  const password = `${SECRET_CANARY}-of-the-reader`;
  await change(pool, `CREATE USER '${READER}'@'%' IDENTIFIED BY '${password}'`);
  await change(pool, `GRANT SELECT ON \`${address.database}\`.models TO '${READER}'@'%'`);
  stage.secrets.set('env:READER_URL', addressOf({ user: READER, password }));
  stage.secrets.set('env:WRONG_PASSWORD_URL', addressOf({ password: `${SECRET_CANARY}-and-wrong` }));
  stage.secrets.set('env:NO_DATABASE_URL', addressOf({ database: 'no_such_schema' }));
  // Nothing listens on the port of "discard" here.
  stage.secrets.set('env:DOWN_URL', addressOf({ password: SECRET_CANARY, port: 9 }));
  stage.secrets.set('env:PROXY_URL', addressOf({ port: proxy.port }));
});

afterAll(async () => {
  await change(stage.database.pool, `DROP USER '${READER}'@'%'`);
  await proxy.close();
  await stage.close();
});

const sourceOf = (connection: string | null, table = 'scoring_log', prediction = 'said'): object => ({
  source: {
    ...(connection === null ? {} : { connection }),
    table,
    columns: { id: 'id', time: 'at', prediction },
  },
  labels: 'none',
  features: { numeric: ['income'] },
  actions: {},
  rules: {
    defaults: false,
    add: [{ id: 'income-missing', metric: 'missing_share', scope: 'features', above: 0.5, certainty: 'none' }],
  },
});

/** Verdicts recorded for the first window, the newest last; one that could not be read is recorded, but not current. */
async function recorded(model: WatchedModel): Promise<readonly { verdict: unknown; reason: unknown }[]> {
  const rows = await select(
    stage.database.pool,
    'SELECT verdict, reason FROM evaluations WHERE model = ? AND window_from = ? ORDER BY sequence',
    [model.id, new Date(FIRST_DAY)],
  );
  return rows.map(({ verdict, reason }) => ({ verdict: verdict as unknown, reason: reason as unknown }));
}

/** What the command line says while somebody waits for the first window's cycle. */
async function waitedFor(model: WatchedModel): Promise<string | null> {
  const handle = stage.client.workflow.getHandle(slotWorkflowId(model.id, model.slot(0)));
  const description = await handle.describe().catch(() => null);
  return description && waitingWords(description.raw);
}

describe.concurrent(
  'a source that cannot be read is a verdict and a platform incident, and the cycle completes',
  () => {
    const cases: readonly { title: string; source: object; reason: RegExp; tried?: RegExp }[] = [
      {
        title: 'unknown column',
        source: sourceOf(null, 'scoring_log', 'sayd'),
        reason: /column "sayd" is not in the source of .* \(table scoring_log\); correct the definition/,
      },
      {
        title: 'unknown feature',
        source: { ...sourceOf(null), features: { numeric: ['income', 'age'] } },
        reason: /column "age" is not in the source/,
      },
      { title: 'unknown table', source: sourceOf(null, 'scoring_logs'), reason: /scoring_logs.* is missing; correct/ },
      {
        title: 'no rights',
        source: sourceOf('env:READER_URL'),
        reason: /may not read table scoring_log.*GRANT SELECT/,
      },
      { title: 'wrong password', source: sourceOf('env:WRONG_PASSWORD_URL'), reason: /refused user or password/ },
      { title: 'unknown database', source: sourceOf('env:NO_DATABASE_URL'), reason: /database .* is missing/ },
      { title: 'unset secret', source: sourceOf('env:NEVER_SET'), reason: /env:NEVER_SET/ },
      // Five attempts with growing pauses, about 15 s; the cases run side by side.
      {
        title: 'server that is down',
        source: sourceOf('env:DOWN_URL'),
        reason: /cannot be reached \(ECONNREFUSED\)/,
        tried: /^collect is tried again, attempt [2-5]: the source database .* cannot be reached \(ECONNREFUSED\)$/,
      },
    ];
    for (const { title, source, reason, tried } of cases) {
      it(title, async () => {
        const model = await watchModel(stage, 'trouble', source as Record<string, unknown>);
        const cycle = model.cycle(0);
        if (tried !== undefined)
          await expect.poll(() => waitedFor(model), { timeout: 20_000, interval: 500 }).toMatch(tried);
        const { verdict, windows } = await cycle;
        expect(verdict).toBe('unknown');
        expect(windows[0]?.reason).toMatch(reason);
        expect(windows[0]?.reason).toMatch(/^error while trying to collect/);
        expect(await recorded(model)).toEqual([{ verdict: 'unknown', reason: windows[0]?.reason }]);
        await settle(stage, model);
        const incidents = await listIncidents(stage.database.pool, model.id, 5);
        expect(incidents).toMatchObject([{ kind: 'platform', state: 'open', severity: 'critical' }]);
        const messages = stage.slack.messages().filter(({ text }) => text.includes(model.id));
        expect(messages.filter(({ threadTs }) => threadTs === undefined)).toHaveLength(1);
      });
    }
  },
);

describe.concurrent('a source that comes back', () => {
  it('resolves the platform incident, and the window that could not be read is judged after all', async () => {
    const model = await watchModel(stage, 'back', sourceOf(null, 'scoring_log_2') as Record<string, unknown>);
    expect((await model.cycle(0)).verdict).toBe('unknown');
    await change(stage.database.pool, 'CREATE TABLE scoring_log_2 AS SELECT * FROM scoring_log');
    const { windows } = await model.cycle(1);
    expect(windows[0]).toMatchObject({ window: '2026-01-06', verdict: 'pass' });
    await settle(stage, model);
    expect(await listIncidents(stage.database.pool, model.id, 5)).toMatchObject([{ state: 'resolved' }]);
    expect(windows.map(({ window }) => window)).toEqual(['2026-01-06', '2026-01-05']);
    expect((await recorded(model)).map(({ verdict }) => verdict)).toEqual(['unknown', 'pass']);
  });

  it('a server that goes down in the middle of its answer is asked again, and nothing is lost or doubled', async () => {
    const model = await watchModel(stage, 'middle', sourceOf('env:PROXY_URL') as Record<string, unknown>);
    // Far enough for the greeting and some of the 200 rows.
    proxy.cutAfter(3_000);
    const { verdict, windows } = await model.cycle(0);
    expect(proxy.cuts()).toBe(1);
    expect({ verdict, reason: windows[0]?.reason }).toEqual({ verdict: 'pass', reason: '1 rules pass (200 rows)' });
    expect(await listIncidents(stage.database.pool, model.id, 5)).toEqual([]);
  });
});

describe.concurrent('a window that takes long to read', () => {
  it('says how far it has come: rows, and the share of its time', async () => {
    const { pool } = stage.database;
    await change(pool, 'CREATE TABLE long_log (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(8), income DOUBLE)');
    // 60,000 rows, of which the last ten thousand come in the second half of the day, and then the server waits.
    await change(
      pool,
      `INSERT INTO long_log SELECT seq, '2026-01-05' + INTERVAL IF(seq <= 50000, seq DIV 5, 43200 + seq DIV 5) SECOND, 'yes', 1
       FROM (SELECT a.id * 600 + b.id + 1 AS seq FROM scoring_log AS a JOIN scoring_log AS b WHERE a.id < 100) AS numbers`,
    );
    await change(
      pool,
      'CREATE VIEW long_view AS SELECT id, at, said, income + IF(id = 51000, SLEEP(8), 0) AS income FROM long_log',
    );
    const model = await watchModel(stage, 'long', sourceOf(null, 'long_view') as Record<string, unknown>);
    const cycle = model.cycle(0);
    await expect
      .poll(() => waitedFor(model), { timeout: 15_000, interval: 500 })
      .toBe("collect is under way: 50,000 rows, 12 % of the window's time");
    expect((await cycle).windows[0]?.reason).toMatch(/\(60000 rows\)/);
  });
});

describe('afterwards', () => {
  it('every history replays and holds neither rows nor secrets', async () => {
    await expectFaithfulHistories(stage, ['monitoringCycle', 'incident']);
  });
});
