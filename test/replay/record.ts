/**
 * Plays each important branch of each workflow on real servers and writes down its history. Run by hand, for new
 * branches; see record-config.ts.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, inject, it } from 'vitest';
import {
  cycleWorkflowId,
  incidentWorkflowId,
  retrainingWorkflowId,
  rollbackWorkflowId,
  WATCHDOG_WORKFLOW_ID,
} from '../../src/model/ids.js';
import { change } from '../../src/io/mysql/rows.js';
import { actionIn, askFor } from '../support/asking.js';
import { eventually } from '../support/poll.js';
import { settle } from '../support/settle.js';
import { openStage, type Stage } from '../support/stage.js';
import { watchModel, type WatchedModel } from '../support/watched-model.js';
import { decide, sayToIncident, signalDecision, signalIncident } from '../support/words.js';
import { writeHistory } from './histories.js';

const TRAINER = join(import.meta.dirname, '..', 'support', 'fake-trainer.mjs');
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterAll(() => stage.close());

async function keep(name: string, workflowId: string, runId?: string): Promise<void> {
  writeHistory(name, await stage.client.workflow.getHandle(workflowId, runId).fetchHistory());
}

const cycleOf = (model: WatchedModel, day: number): string =>
  `${cycleWorkflowId(model.id)}-${new Date(model.slot(day)).toISOString().slice(0, 19)}Z`;

const ROLLBACK = { rollback: { verify: { windows: 1, metric: 'roc_auc' } } };

async function waitingRollback(name: string, change_: Record<string, unknown> = {}): Promise<[WatchedModel, string]> {
  const model = await watchModel(stage, name, { actions: ROLLBACK, ...change_ });
  await model.release('v1', 0);
  await model.live(0, { version: 'v1' });
  await model.release('v2', 1);
  await model.live(1, { version: 'v2', good: false });
  await settle(stage, model);
  const { action } = await askFor(stage, model, { kind: 'rollback', to: 'v1', day: 1 });
  await actionIn(stage, action ?? '', ['waiting']);
  await settle(stage, model);
  return [model, action ?? ''];
}

it('cycles', async () => {
  const model = await watchModel(stage, 'cycle');
  await model.live(0);
  await keep('monitoringCycle-pass', cycleOf(model, 0));
  await model.live(1, { good: false });
  await keep('monitoringCycle-breach', cycleOf(model, 1));
  await model.cycle(1);
  await keep('monitoringCycle-unchanged', cycleOf(model, 1));
  await model.log(2, { labelled: 0 });
  await model.log(3);
  await model.cycle(4);
  await keep('monitoringCycle-missed-and-empty', cycleOf(model, 4));
  const gone = await watchModel(stage, 'gone', {
    source: { table: 'no_such_table', columns: { id: 'id', time: 'at', prediction: 'said' } },
    labels: 'none',
    rules: { defaults: true },
  });
  await gone.cycle(0);
  await keep('monitoringCycle-source-missing', cycleOf(gone, 0));
  await settle(stage, model);
  await settle(stage, gone);
});

it('incidents', async () => {
  const model = await watchModel(stage, 'incident', {
    notify: {
      slack: { channel: '#ml-alerts' },
      email: { to: ['a@example.org'], from: 'plumbline@example.org' },
      escalate: { after: '1s', to: '@second' },
    },
  });
  await model.live(0, { good: false });
  await settle(stage, model);
  await eventually('the escalation', () => stage.slack.messages().find(({ text }) => text.includes('@second')));
  await signalIncident(stage, model.id, 'comment', { by: 'ben', text: 'looking' });
  await sayToIncident(stage, model.id, 'acknowledge', { by: 'ana' });
  await sayToIncident(stage, model.id, 'acknowledge', { by: 'ben' });
  await signalIncident(stage, model.id, 'acknowledge', {});
  await model.live(1);
  await settle(stage, model);
  await keep('incident-escalated-acknowledged-resolved', incidentWorkflowId(model.id));

  const closed = await watchModel(stage, 'closed');
  await closed.live(0, { good: false });
  const until = new Date(Date.now() + 2_000).toISOString();
  await sayToIncident(stage, closed.id, 'silence', { by: 'ana', until, reason: 'deployment' });
  await eventually('the end of the silence', () =>
    stage.slack.messages().find(({ text, threadTs }) => threadTs !== undefined && /silence/i.test(text)),
  );
  await eventually('the time of the silence', () => Date.now() > Date.parse(until) + 1_500);
  await settle(stage, closed);
  await sayToIncident(stage, closed.id, 'close', { by: 'ana', reason: 'labels were wrong' });
  await settle(stage, closed);
  await keep('incident-silenced-closed', incidentWorkflowId(closed.id));

  await stage.client.workflow.execute('incident', {
    ...{ workflowId: incidentWorkflowId('nothing-new'), taskQueue: stage.taskQueue, args: [{ model: closed.id }] },
  });
  await keep('incident-nothing-new', incidentWorkflowId('nothing-new'));
});

it('rollbacks', async () => {
  const [verified, first] = await waitingRollback('verified');
  await decide(stage, first, { by: 'mallory' });
  await signalDecision(stage, first, { by: 'ana', hash: 'of something else' });
  await decide(stage, first, { by: 'ana' });
  await actionIn(stage, first, ['verifying']);
  await settle(stage, verified);
  await verified.live(2, { version: 'v1' });
  await actionIn(stage, first, ['verified']);
  await settle(stage, verified);
  await keep('rollback-verified', rollbackWorkflowId(verified.id));
  await keep('incident-with-a-rollback', incidentWorkflowId(verified.id));

  const [rejected, second] = await waitingRollback('rejected');
  await signalDecision(stage, second, { by: 'ben', verdict: 'reject' });
  await actionIn(stage, second, ['rejected']);
  await settle(stage, rejected);
  await keep('rollback-rejected', rollbackWorkflowId(rejected.id));

  const [expired, third] = await waitingRollback('expired', {
    actions: { rollback: { ...ROLLBACK.rollback, expires: '3s' } },
  });
  await actionIn(stage, third, ['expired']);
  await settle(stage, expired);
  await keep('rollback-expired', rollbackWorkflowId(expired.id));

  const [undone, fourth] = await waitingRollback('undone');
  stage.instead.readBack = async (input) => {
    await change(stage.database.pool, "UPDATE serving SET version = 'v9' WHERE model = ?", [undone.id]);
    return stage.activities.readBack(input);
  };
  await decide(stage, fourth, { by: 'ana' });
  await actionIn(stage, fourth, ['failed']);
  delete stage.instead.readBack;
  await settle(stage, undone);
  await keep('rollback-undone', rollbackWorkflowId(undone.id));

  const [stale, fifth] = await waitingRollback('stale');
  stage.instead.holdSwitch = async (input) => {
    await stale.release('v3', 2);
    return stage.activities.holdSwitch(input);
  };
  await decide(stage, fifth, { by: 'ana' });
  await actionIn(stage, fifth, ['failed']);
  delete stage.instead.holdSwitch;
  await settle(stage, stale);
  await keep('rollback-stale', rollbackWorkflowId(stale.id));
});

it('retrainings', async () => {
  const champion = async (name: string, mode: string, approval: string, good: boolean): Promise<WatchedModel> => {
    const gate = { metric: 'roc_auc', min_rows: 100 };
    const model = await watchModel(stage, name, {
      actions: { ...ROLLBACK, retrain: { command: [process.execPath, TRAINER, mode], approval, span: '10d', gate } },
    });
    await model.release('v1', 0, good);
    await model.live(0);
    await model.live(1);
    return model;
  };
  const run = async (model: WatchedModel, states: Parameters<typeof actionIn>[2]): Promise<string> => {
    const { action } = await askFor(stage, model, { kind: 'retraining', day: 1 });
    await actionIn(stage, action ?? '', states);
    await settle(stage, model);
    return action ?? '';
  };
  const promoted = await champion('promoted', 'better', 'none', false);
  await run(promoted, ['verified']);
  await keep('retraining-promoted', retrainingWorkflowId(promoted.id));

  const approved = await champion('approved', 'better', 'required', false);
  const action = await run(approved, ['waiting']);
  await decide(stage, action, { by: 'ana' });
  await actionIn(stage, action, ['verified']);
  await settle(stage, approved);
  await keep('retraining-approved', retrainingWorkflowId(approved.id));

  const refused = await champion('refused', 'worse', 'none', true);
  await run(refused, ['refused']);
  await keep('retraining-refused-by-the-gate', retrainingWorkflowId(refused.id));

  const failed = await champion('failed', 'fails', 'none', true);
  await run(failed, ['failed']);
  await keep('retraining-trainer-failed', retrainingWorkflowId(failed.id));

  const withdrawn = await champion('withdrawn', 'better', 'required', false);
  await withdrawn.release('v2', 1);
  const pending = await run(withdrawn, ['waiting']);
  const { action: back } = await askFor(stage, withdrawn, { kind: 'rollback', to: 'v1', day: 1 });
  await actionIn(stage, back ?? '', ['waiting']);
  await decide(stage, back ?? '', { by: 'ana' });
  await actionIn(stage, pending, ['withdrawn']);
  await settle(stage, withdrawn);
  await keep('retraining-withdrawn', retrainingWorkflowId(withdrawn.id));
});

it('the watchdog', async () => {
  await stage.client.workflow.execute('watchdog', {
    ...{ workflowId: WATCHDOG_WORKFLOW_ID, taskQueue: stage.taskQueue, args: [] },
  });
  await keep('watchdog-round', WATCHDOG_WORKFLOW_ID);
});
