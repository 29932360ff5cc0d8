/** Words and decisions while no worker runs: nothing is lost, and the person hears that it waits. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { signalActing, signalIncident } from '../../activities/signalling.js';
import { changeAction, createAction } from '../../src/io/mysql/actions.js';
import { findModel } from '../../src/io/mysql/definitions.js';
import { createIncident } from '../../src/io/mysql/incidents.js';
import { inTransaction } from '../../src/io/mysql/pool.js';
import { waitingWords } from '../../src/run/waiting-words.js';
import { bankYaml, startCommandLine, type CommandLine } from './command-line.js';

let cli: CommandLine;

beforeAll(async () => {
  cli = await startCommandLine(inject('stack'));
  await cli.run('apply', cli.file('bank.yaml', bankYaml(cli.model)), '--by', 'ana');
});
afterAll(async () => {
  for (const name of ['incident', 'rollback']) {
    await cli.client.workflow.getHandle(`${name}/${cli.model}`).terminate('the test is over');
  }
  await cli.end();
});

async function signalsOf(workflowId: string): Promise<readonly (readonly [string, unknown])[]> {
  const { events } = await cli.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signalled }) => {
    if (signalled === null || signalled === undefined) return [];
    const [payload] = signalled.input?.payloads ?? [];
    return [[signalled.signalName ?? '', JSON.parse(Buffer.from(payload?.data ?? []).toString()) as unknown] as const];
  });
}

test('a comment and an approval are left as signals, and the command says that they wait', async () => {
  const { pool } = cli.database;
  const now = Date.now();
  const model = await findModel(pool, cli.model);
  if (model === null) throw new Error('the model was not applied');
  const to = { ...model, taskQueue: cli.env['PLUMBLINE_TASK_QUEUE'] ?? '' };
  const { action } = await inTransaction(pool, async (db) => {
    const opened = { model: cli.model, severity: 'warning', runId: 'r', window: null, now } as const;
    await createIncident(db, { ...opened, kind: 'manual' });
    const asked = { by: 'ben', dataTime: now, reason: 'r', from: 'v2', to: 'v1', generation: 2, revision: 1, now };
    const id = await createAction(db, { ...asked, model: cli.model, kind: 'rollback', incident: null });
    return { action: id };
  });
  await changeAction(pool, action, { state: 'waiting', hash: 'a'.repeat(64), expiresAt: now + 60_000 }, now);
  await signalIncident(cli.client, to, 'transitions', { model: cli.model });
  await signalActing(cli.client, to, 'rollback', action);

  const [comment, approval] = await Promise.all([
    cli.run('comment', cli.model, 'the feed is late', '--as', 'ben'),
    cli.run('approve', action, '--as', 'ana'),
  ]);

  for (const { status, out } of [comment, approval]) {
    expect([status, out]).toEqual([0, expect.stringContaining('handed over to Temporal')]);
  }
  const said = await signalsOf(`incident/${cli.model}`);
  expect(said).toContainEqual(['comment', { by: 'ben', text: 'the feed is late' }]);
  const decided = await signalsOf(`rollback/${cli.model}`);
  expect(decided.at(-1)).toEqual([
    'decide',
    expect.objectContaining({ action, verdict: 'approve', by: 'ana', hash: 'a'.repeat(64), via: 'cli' }),
  ]);
});

test('who waits for a cycle hears that nobody takes its work', async () => {
  const handle = await cli.client.workflow.start('monitoringCycle', {
    ...{ taskQueue: cli.env['PLUMBLINE_TASK_QUEUE'] ?? '', workflowId: `cycle/${cli.model}-by-hand` },
    args: [{ model: cli.model }],
  });
  const { raw } = await handle.describe();
  expect(waitingWords(raw)).toMatch(/^nobody takes the work of the cycle; is a worker running\?/);
  await handle.terminate('the test is over');
});
