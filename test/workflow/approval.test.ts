import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findDecision } from '../../src/io/mysql/actions.js';
import { listIncidents } from '../../src/io/mysql/incidents.js';
import { notificationsOf } from '../../src/io/mysql/notifications.js';
import { readServing, servingHistory } from '../../src/io/mysql/registry.js';
import { select } from '../../src/io/mysql/rows.js';
import { rollbackWorkflowId } from '../../src/model/ids.js';
import { actionIn, askFor } from '../support/asking.js';
import { expectFaithfulHistories } from '../support/expect-histories.js';
import { eventually } from '../support/poll.js';
import { settle } from '../support/settle.js';
import { openStage, type Stage } from '../support/stage.js';
import { watchModel, type WatchedModel } from '../support/watched-model.js';
import { decide, sayToIncident, signalDecision } from '../support/words.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterAll(() => stage.close());

const ACTIONS = { rollback: { verify: { windows: 1, metric: 'roc_auc' } } };

interface Waiting {
  readonly model: WatchedModel;
  readonly action: string;
}

/** A model whose second version serves, and a rollback to the first that waits for a decision. */
async function waiting(name: string, change: Record<string, unknown> = { actions: ACTIONS }): Promise<Waiting> {
  const model = await watchModel(stage, name, change);
  await model.release('v1', 0);
  await model.release('v2', 1);
  const { action } = await askFor(stage, model, { kind: 'rollback', to: 'v1', day: 1 });
  await actionIn(stage, action ?? '', ['waiting']);
  return { model, action: action ?? '' };
}

const serving = async (model: WatchedModel): Promise<string | undefined> =>
  (await readServing(stage.database.pool, model.id))?.version;

const audited = async (action: string): Promise<readonly unknown[]> => {
  const rows = await select(
    stage.database.pool,
    'SELECT actor, what, outcome FROM audit WHERE subject = ? ORDER BY id',
    [action],
  );
  return rows.map((row) => [row['actor'], row['what'], row['outcome']] as unknown);
};

describe.concurrent('a decision', () => {
  it('by update: answered, recorded with its hash, carried out', async () => {
    const { model, action } = await waiting('update');
    expect(await decide(stage, action, { by: 'ana' })).toEqual({
      accepted: true,
      text: `${action} was approved by ana`,
    });
    const verifying = await actionIn(stage, action, ['verifying']);
    expect(await serving(model)).toBe('v1');
    expect(await findDecision(stage.database.pool, action)).toMatchObject({
      ...{ verdict: 'approve', by: 'ana', hash: verifying.hash, via: 'test' },
    });
  });

  it('by signal, as from the Temporal UI', async () => {
    const { model, action } = await waiting('signal');
    await signalDecision(stage, action, { by: 'ben' });
    await actionIn(stage, action, ['verifying']);
    expect(await serving(model)).toBe('v1');
  });

  it('twice: the same one has the same answer, another person is told who was first', async () => {
    const { model, action } = await waiting('twice');
    // Holds the execution at its next step, so that it still listens.
    const gate = holdSwitches(model.id);
    const decision = 'the-same-decision';
    const first = await decide(stage, action, { by: 'ana', decision });
    const again = await decide(stage, action, { by: 'ana', decision });
    const other = await decide(stage, action, { by: 'ben' });
    gate.open();
    expect([first, again].map(({ accepted }) => accepted)).toEqual([true, true]);
    expect(again.text).toMatch(/ana/);
    expect(other).toMatchObject({ accepted: false, text: expect.stringMatching(/ana/) as string });
    await actionIn(stage, action, ['verifying']);
    expect((await servingHistory(stage.database.pool, model.id)).filter((one) => one.action === action)).toHaveLength(
      1,
    );
  });

  it('reject: nothing is changed, and it ends as rejected with the name', async () => {
    const { model, action } = await waiting('reject');
    expect(await decide(stage, action, { by: 'ben', verdict: 'reject' })).toMatchObject({ accepted: true });
    await actionIn(stage, action, ['rejected']);
    await settle(stage, model);
    expect(await actionIn(stage, action, ['rejected'])).toMatchObject({ outcome: 'rejected by ben' });
    expect(await serving(model)).toBe('v2');
    expect(await decideEnded(action)).toMatch(/not found|completed/i);
  });

  it('by many at once: exactly one is final, and exactly one switch is made', async () => {
    const { model, action } = await waiting('race');
    const people = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 'ana' : 'ben'));
    const said = await Promise.all(
      people.map((by, i) => decide(stage, action, { by, verdict: i === 7 ? 'reject' : 'approve' }).catch(() => null)),
    );
    const final = await findDecision(stage.database.pool, action);
    expect(said.filter((one) => one?.accepted === true)).toHaveLength(1);
    const end = await actionIn(stage, action, final?.verdict === 'approve' ? ['verifying'] : ['rejected']);
    expect(end.id).toBe(action);
    const switches = (await servingHistory(stage.database.pool, model.id)).filter((one) => one.action === action);
    expect(switches).toHaveLength(final?.verdict === 'approve' ? 1 : 0);
  });
});

describe.concurrent('a decision is refused', () => {
  it('about anything but what was shown', async () => {
    const { model, action } = await waiting('hash');
    const answer = await decide(stage, action, { by: 'ana', hash: '0'.repeat(64) });
    expect(answer).toEqual({
      accepted: false,
      text: 'what is to be approved has changed since it was shown; look at it again',
    });
    await signalDecision(stage, action, { by: 'ana', hash: '0'.repeat(64) });
    await eventually('the refusal in the audit', async () => (await audited(action)).length > 1);
    expect(await audited(action)).toContainEqual(['ana', 'approve', 'refused']);
    expect(await actionIn(stage, action, ['waiting'])).toMatchObject({ state: 'waiting' });
    expect(await serving(model)).toBe('v2');
  });

  it('from somebody who may not decide, also when they might when it was asked', async () => {
    const { model, action } = await waiting('stranger');
    const stranger = await decide(stage, action, { by: 'mallory' });
    expect(stranger).toMatchObject({ accepted: false, text: expect.stringMatching(/mallory/) as string });
    await model.redefine({ approvers: ['ana'] });
    expect(await decide(stage, action, { by: 'ben' })).toMatchObject({ accepted: false });
    expect(await audited(action)).toContainEqual(['mallory', 'approve', 'refused']);
    expect(await audited(action)).toContainEqual(['ben', 'approve', 'refused']);
    expect(await decide(stage, action, { by: 'ana' })).toMatchObject({ accepted: true });
    await actionIn(stage, action, ['verifying']);
  });

  it('without a name, an id or a verdict', async () => {
    const { action } = await waiting('form');
    const { hash } = await actionIn(stage, action, ['waiting']);
    for (const change of [{ by: ' ' }, { decision: '' }, { verdict: 'perhaps' as 'approve' }]) {
      const answer = await decide(stage, action, { by: 'ana', hash: hash ?? '', ...change });
      expect(answer.accepted).toBe(false);
      expect(answer.text).toMatch(/is required|must be/);
    }
  });

  it('that makes no sense, sent as a signal, and stops nothing', async () => {
    const { model, action } = await waiting('nonsense');
    const handle = stage.client.workflow.getHandle(rollbackWorkflowId(model.id));
    for (const signal of ['decide', 'request', 'measured']) {
      await handle.signal(signal);
      await handle.signal(signal, { by: 7, action: null });
    }
    await handle.signal('request', { action: 'no-such-action' });
    expect(await decide(stage, action, { by: 'ana' })).toMatchObject({ accepted: true });
    await actionIn(stage, action, ['verifying']);
    expect(await serving(model)).toBe('v1');
  });

  it('after another switch went first: what was shown is no longer what would be done', async () => {
    const { model, action } = await waiting('stale');
    await model.release('v3', 2);
    expect(await decide(stage, action, { by: 'ana' })).toMatchObject({ accepted: false });
    expect(await serving(model)).toBe('v3');
  });

  it('when it comes too late: expiry means no action, and somebody is told', async () => {
    const actions = { rollback: { ...ACTIONS.rollback, expires: '2s' } };
    const { model, action } = await waiting('expired', { actions });
    const ended = await actionIn(stage, action, ['expired']);
    expect(ended.outcome).toMatch(/^nobody decided before .*; nothing was changed$/);
    await settle(stage, model);
    expect(await decideEnded(action)).toMatch(/not found|completed/i);
    expect(await serving(model)).toBe('v2');
    const [incident] = await listIncidents(stage.database.pool, model.id, 1);
    const told = await notificationsOf(stage.database.pool, incident?.id ?? '');
    expect(told.map(({ event }) => event.kind)).toEqual(expect.arrayContaining(['escalated']));
  });
});

describe.concurrent('an action that waits', () => {
  it('keeps its incident from being closed', async () => {
    const { model, action } = await waiting('closing');
    await eventually('the incident', async () => (await listIncidents(stage.database.pool, model.id, 1)).length === 1);
    const said = await sayToIncident(stage, model.id, 'close', { by: 'ana', reason: 'no time' });
    expect(said).toEqual({
      accepted: false,
      text: `${action} is under way (waiting); reject it or let it end first`,
    });
  });

  it('needs a decision of its own: that on the action before it counts for nothing', async () => {
    const { model, action } = await waiting('own-decision');
    const original = stage.activities;
    let second: string | null = null;
    const earlier = stage.instead.announceAction;
    stage.instead.announceAction = async (input) => {
      // The first has ended in MySQL, its execution still runs: who asks now joins that execution.
      const ended = input.action === action && (await findDecision(stage.database.pool, action)) !== null;
      if (ended && second === null) {
        const asked = await askFor(stage, model, { kind: 'rollback', to: 'v1', day: 1, override: true });
        second = asked.action;
      }
      return (earlier ?? original.announceAction)(input);
    };
    await decide(stage, action, { by: 'ana', verdict: 'reject' });
    const next = await eventually('the second request', () => second);
    stage.instead.announceAction = earlier as never;
    if (earlier === undefined) delete stage.instead.announceAction;
    expect(next).not.toBe(action);
    expect(await actionIn(stage, next, ['waiting', 'rejected', 'verifying'])).toMatchObject({ state: 'waiting' });
    await decide(stage, next, { by: 'ben' });
    await actionIn(stage, next, ['verifying']);
    expect(await findDecision(stage.database.pool, next)).toMatchObject({ by: 'ben', verdict: 'approve' });
  });
});

describe('afterwards', () => {
  it('every history replays and holds neither rows nor secrets', async () => {
    await expectFaithfulHistories(stage, ['rollback', 'incident']);
  });
});

/** Keeps a model's rollback right before its switch until opened. */
const held = new Map<string, Promise<void>>();
function holdSwitches(model: string): { open(): void } {
  let open: () => void = () => undefined;
  held.set(
    model,
    new Promise((resolve) => {
      open = resolve;
    }),
  );
  stage.instead.holdSwitch = async (input) => {
    for (const [name, until] of held) if (input.action.includes(name)) await until;
    return stage.activities.holdSwitch(input);
  };
  return { open };
}

async function decideEnded(action: string): Promise<string> {
  return decide(stage, action, { by: 'ana' }).then(
    ({ text }) => text,
    (error: unknown) => String(error),
  );
}
