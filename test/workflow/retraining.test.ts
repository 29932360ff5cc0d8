import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findAction, listActions } from '../../src/io/mysql/actions.js';
import { listIncidents } from '../../src/io/mysql/incidents.js';
import { findVersion, readServing } from '../../src/io/mysql/registry.js';
import { select } from '../../src/io/mysql/rows.js';
import { actionIn, askFor } from '../support/asking.js';
import { expectFaithfulHistories } from '../support/expect-histories.js';
import { settle } from '../support/settle.js';
import { openStage, type Stage } from '../support/stage.js';
import { watchModel, type WatchedModel } from '../support/watched-model.js';
import { decide } from '../support/words.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterAll(() => stage.close());

const TRAINER = join(import.meta.dirname, '..', 'support', 'fake-trainer.mjs');
const AUC_FLOOR = {
  ...{ id: 'auc-floor', metric: 'roc_auc', below: 0.6, min_n: 20, for: 1, keep: 1 },
  ...{ severity: 'critical', action: 'remedy' },
};

function retrainBy(mode: string, part: Record<string, unknown> = {}): Record<string, unknown> {
  const gate = { metric: 'roc_auc', min_rows: 100 };
  return {
    actions: {
      retrain: {
        command: [process.execPath, TRAINER, mode],
        approval: 'none',
        span: '10d',
        cooldown: 1,
        gate,
        ...part,
      },
      rollback: { verify: { windows: 1, metric: 'roc_auc' } },
    },
  };
}

/** A champion that ranks well or badly, and two judged days to train on and to measure by. */
async function champion(name: string, change: Record<string, unknown>, good = false): Promise<WatchedModel> {
  const model = await watchModel(stage, name, change);
  await model.release('v1', 0, good);
  await model.live(0);
  await model.live(1);
  return model;
}

async function ended(model: WatchedModel, action: string | null): Promise<{ state: string; outcome: string }> {
  await actionIn(stage, action ?? '', ['verified', 'refused', 'failed', 'withdrawn', 'rejected']);
  await settle(stage, model);
  const { state, outcome } = (await findAction(stage.database.pool, action ?? '')) ?? {};
  return { state: String(state), outcome: String(outcome) };
}

const serving = async (model: WatchedModel): Promise<string | undefined> =>
  (await readServing(stage.database.pool, model.id))?.version;

describe.concurrent('a retraining', () => {
  it('is one run however many ask for it, and all of them are recorded', async () => {
    const model = await champion('single-flight', retrainBy('better', { approval: 'required' }));
    const people = Array.from({ length: 10 }, (_, i) => `person-${String(i)}`);
    const asked = await Promise.all(people.map((by) => askFor(stage, model, { kind: 'retraining', by, day: 1 })));
    const [action, ...others] = [...new Set(asked.map((one) => one.action))];
    expect(others).toEqual([]);
    expect(asked.filter(({ text }) => text.includes('under way already'))).toHaveLength(9);
    await actionIn(stage, action ?? '', ['waiting']);
    const requests = await select(stage.database.pool, 'SELECT requester FROM action_requests WHERE action = ?', [
      action ?? '',
    ]);
    expect(requests.map((row) => String(row['requester'])).sort()).toEqual(people);
    await decide(stage, action ?? '', { by: 'ana' });
    expect(await ended(model, action ?? '')).toMatchObject({ state: 'verified' });
    const runs: string[] = [];
    for await (const { runId } of stage.client.workflow.list({ query: `WorkflowId = "retraining/${model.id}"` }))
      runs.push(runId);
    expect(runs).toHaveLength(1);
    expect(await serving(model)).toBe('v2');
    expect(await findVersion(stage.database.pool, model.id, 'v2')).toMatchObject({
      parent: 'v1',
      origin: 'retraining',
    });
  });

  it('is asked for by the incident, promotes a candidate that passes the gate, and the incident hears of it', async () => {
    const model = await champion('remedy', {
      ...retrainBy('better'),
      rules: { defaults: false, add: [AUC_FLOOR] },
    });
    await model.live(2, { good: false });
    await settle(stage, model);
    const [action] = await listActions(stage.database.pool, model.id);
    expect(action).toMatchObject({ kind: 'retraining', requestedBy: 'plumbline', state: 'verified', to: 'v2' });
    expect(action?.outcome).toMatch(/^v2 serves since generation 2: /);
    expect(await serving(model)).toBe('v2');
    await model.live(3, { version: 'v2' });
    await settle(stage, model);
    expect(await listIncidents(stage.database.pool, model.id, 2)).toMatchObject([{ state: 'resolved' }]);
  });

  it('offers nobody a candidate that the gate refuses', async () => {
    const model = await champion('gate', retrainBy('worse', { approval: 'required' }), true);
    const { action } = await askFor(stage, model, { kind: 'retraining', day: 1 });
    const end = await ended(model, action);
    expect(end.state).toBe('refused');
    expect(end.outcome).toMatch(/its lower end not above the margin/);
    expect(await findAction(stage.database.pool, action ?? '')).toMatchObject({ hash: null, to: 'v2' });
    expect(await serving(model)).toBe('v1');
  });

  const failures = [
    { mode: 'fails', part: {}, outcome: /^the trainer ended with status 1: only one class in the span/ },
    { mode: 'silent', part: {}, outcome: /^the trainer printed no result/ },
    { mode: 'slow', part: { timeout: '1s' }, outcome: /^the trainer was stopped after 1 second/ },
  ];
  for (const { mode, part, outcome } of failures) {
    it(`ends as failed, with the reason, when the trainer ${mode === 'slow' ? 'takes too long' : mode}`, async () => {
      const model = await champion('trainer', retrainBy(mode, part));
      const { action } = await askFor(stage, model, { kind: 'retraining', day: 1 });
      const end = await ended(model, action);
      expect(end.state).toBe('failed');
      expect(end.outcome).toMatch(outcome);
      expect(await serving(model)).toBe('v1');
    });
  }

  it('ends as failed when there is no such trainer', async () => {
    const model = await champion('no-trainer', {
      actions: { retrain: { command: ['no-such-program'], gate: { metric: 'roc_auc', min_rows: 100 } } },
    });
    const { action } = await askFor(stage, model, { kind: 'retraining', day: 1 });
    expect((await ended(model, action)).outcome).toMatch(/no-such-program could not run/);
  });

  it('is refused where too few labelled rows could judge its candidate', async () => {
    const model = await champion('few', retrainBy('better', { gate: { metric: 'roc_auc', min_rows: 5000 } }));
    const { action } = await askFor(stage, model, { kind: 'retraining', day: 1 });
    const end = await ended(model, action);
    expect(end).toMatchObject({ state: 'refused' });
    expect(end.outcome).toMatch(/240 labelled rows .* needs 5000/);
  });
});

describe.concurrent('retrainings are limited', () => {
  it('by a cool-down, which a person may override', async () => {
    const model = await champion('cool-down', retrainBy('better', { cooldown: 3 }));
    const { action } = await askFor(stage, model, { kind: 'retraining', day: 1 });
    await ended(model, action);
    const soon = await askFor(stage, model, { kind: 'retraining', day: 3 });
    expect(soon.action).toBeNull();
    expect(soon.text).toBe('the last retraining ended 2 of 3 windows ago');
    const overridden = await askFor(stage, model, { kind: 'retraining', day: 3, override: true });
    expect(overridden.action).not.toBeNull();
    expect((await ended(model, overridden.action)).state).toMatch(/verified|refused/);
  });

  it('by a budget for each year', async () => {
    const model = await champion('budget', retrainBy('better', { cooldown: 1, budget: 1 }));
    const { action } = await askFor(stage, model, { kind: 'retraining', day: 1 });
    await ended(model, action);
    const second = await askFor(stage, model, { kind: 'retraining', day: 30 });
    expect(second).toEqual({ action: null, text: '1 of 1 for 365 days are used (retraining)' });
    expect((await askFor(stage, model, { kind: 'retraining', day: 400 })).action).not.toBeNull();
  });
});

describe.concurrent('a promotion that waits', () => {
  it('is withdrawn when a rollback switches first', async () => {
    const model = await champion('withdrawn', retrainBy('better', { approval: 'required' }));
    await model.release('v2', 1, false);
    const { action: promotion } = await askFor(stage, model, { kind: 'retraining', day: 1 });
    await actionIn(stage, promotion ?? '', ['waiting']);
    const { action: back } = await askFor(stage, model, { kind: 'rollback', to: 'v1', day: 1 });
    await actionIn(stage, back ?? '', ['waiting']);
    await decide(stage, back ?? '', { by: 'ana' });
    const end = await ended(model, promotion);
    expect(end).toEqual({
      state: 'withdrawn',
      outcome: `${back ?? ''} switched ${model.id} to another version first`,
    });
    expect(await serving(model)).toBe('v1');
  });
});

describe('afterwards', () => {
  it('every history replays and holds neither rows nor secrets', async () => {
    await expectFaithfulHistories(stage, ['rollback', 'retraining', 'incident', 'monitoringCycle']);
  });
});
