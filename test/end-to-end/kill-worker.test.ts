import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { untoldTransitions } from '../../src/io/mysql/alerts.js';
import { listIncidents } from '../../src/io/mysql/incidents.js';
import { notificationsOf } from '../../src/io/mysql/notifications.js';
import { select } from '../../src/io/mysql/rows.js';
import { cycleWorkflowId } from '../../src/model/ids.js';
import { eventually } from '../support/poll.js';
import { openStage, type Stage } from '../support/stage.js';
import { watchModel } from '../support/watched-model.js';
import { compileInto } from './compiled.js';
import { startPolling } from './worker-process.js';

const compiled = join(dirname(inject('workflowBundlePath')), 'compiled');
const children = new Set<ChildProcess>();
const stages: Stage[] = [];

beforeAll(() => {
  compileInto(compiled);
});

afterAll(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) await killed(child);
  for (const stage of stages) await stage.close();
});

/** A stage of its own for each test: a killed worker takes everything on its task queue with it. */
async function withoutWorker(): Promise<Stage> {
  const stage = await openStage({
    ...{ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath'), worker: false },
  });
  stages.push(stage);
  return stage;
}

/** The worker as people run it. */
const startWorker = (stage: Stage): Promise<ChildProcess> => start(stage, [join(compiled, 'src/run/cli.js'), 'worker']);

async function start(...args: Parameters<typeof startPolling>): Promise<ChildProcess> {
  const child = await startPolling(...args);
  children.add(child);
  return child;
}

async function killed(child: ChildProcess): Promise<string | null> {
  const end = once(child, 'exit') as Promise<[number | null, string | null]>;
  child.kill('SIGKILL');
  return (await end)[1];
}

/** The time limit of one delivery passes in the middle, and starting three processes takes its time on a busy machine. */
const LIMIT_MS = 300_000;

describe.concurrent('a worker that is killed', { timeout: LIMIT_MS }, () => {
  it('after Slack took the message and before anybody knows: another worker finds it, and does not send it again', async () => {
    const stage = await withoutWorker();
    const model = await watchModel(stage, 'posted');
    await model.log(0, { good: false });
    stage.slack.fault({ method: 'chat.postMessage', mode: 'slow', delayMs: 20_000 });
    const first = await startWorker(stage);
    await model.cycle(0);
    const posted = await eventually('Slack takes the message', () => stage.slack.messages()[0]);
    expect(await killed(first)).toBe('SIGKILL');
    const key = String(posted.metadata?.event_payload['key']);
    const [incident] = await listIncidents(stage.database.pool, model.id, 1);
    const rows = (): ReturnType<typeof notificationsOf> => notificationsOf(stage.database.pool, incident?.id ?? '');
    expect(await rows()).toMatchObject([{ id: key, state: 'sending', receipt: null }]);

    await startWorker(stage);
    // The lost attempt is given up after the time limit of one delivery, 45 s.
    await eventually('the receipt', async () => (await rows())[0]?.state === 'sent', LIMIT_MS);
    expect(await rows()).toMatchObject([{ id: key, attempts: 1, receipt: { ts: posted.ts } }]);
    const withKey = stage.slack.messages().filter(({ metadata }) => metadata?.event_payload['key'] === key);
    expect(withKey).toHaveLength(1);
    expect(stage.slack.requests().filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1);
  });

  it('after a window was judged and before it was told: the next cycle tells it, once', async () => {
    const stage = await withoutWorker();
    const model = await watchModel(stage, 'judged');
    await model.log(0, { good: false });
    const crashing = await start(stage, [join(compiled, 'test/end-to-end/crashing-worker.js')], {
      CRASH_AFTER: 'judgeAndRecord',
    });
    const crashed = once(crashing, 'exit') as Promise<[number | null, string | null]>;
    const lost = model.cycle(0).catch((error: unknown) => error);
    expect((await crashed)[1]).toBe('SIGKILL');
    const evaluations = async (): Promise<number> =>
      (await select(stage.database.pool, 'SELECT id FROM evaluations WHERE model = ?', [model.id])).length;
    expect(await evaluations()).toBe(1);
    expect(await untoldTransitions(stage.database.pool, model.id)).toHaveLength(1);
    expect(await listIncidents(stage.database.pool, model.id, 5)).toEqual([]);

    // As if its time limit had passed: this cycle tells nobody any more.
    const id = `${cycleWorkflowId(model.id)}-${new Date(model.slot(0)).toISOString().slice(0, 19)}Z`;
    await stage.client.workflow.getHandle(id).terminate('lost with its worker');
    expect(await lost).toBeInstanceOf(Error);
    await startWorker(stage);
    const { windows } = await model.live(1, { good: false });
    expect(windows.map(({ window }) => window)).toEqual(['2026-01-06']);
    await eventually('the telling', async () => (await untoldTransitions(stage.database.pool, model.id)).length === 0);
    await eventually('the message', () => stage.slack.messages()[0]);
    expect(await evaluations()).toBe(2);
    const transitions = await select(stage.database.pool, 'SELECT number, incident FROM transitions WHERE model = ?', [
      model.id,
    ]);
    const incidents = await listIncidents(stage.database.pool, model.id, 5);
    expect(incidents).toHaveLength(1);
    expect(transitions).toMatchObject([{ number: 1, incident: incidents[0]?.id }]);
    expect(stage.slack.messages().filter(({ threadTs }) => threadTs === undefined)).toHaveLength(1);
  });
});
