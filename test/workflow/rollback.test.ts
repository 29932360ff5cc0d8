import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findAction, listActions } from '../../src/io/mysql/actions.js';
import { listIncidents } from '../../src/io/mysql/incidents.js';
import { readServing, servingHistory } from '../../src/io/mysql/registry.js';
import { change, select } from '../../src/io/mysql/rows.js';
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

const AUC_FLOOR = {
  ...{ id: 'auc-floor', metric: 'roc_auc', below: 0.6, min_n: 20, for: 1, keep: 1 },
  ...{ severity: 'critical', action: 'remedy' },
};
const CHANGE = {
  rules: { defaults: false, add: [AUC_FLOOR] },
  actions: { rollback: { verify: { windows: 1, metric: 'roc_auc' } } },
};

const serving = (model: WatchedModel): ReturnType<typeof readServing> => readServing(stage.database.pool, model.id);

async function lease(model: WatchedModel): Promise<unknown> {
  const [row] = await select(stage.database.pool, 'SELECT lease_action FROM serving WHERE model = ?', [model.id]);
  return row?.['lease_action'];
}

/** v1 ranked well, v2 does not: its first window breaches, and a rollback waits for a decision. */
async function badRelease(name: string): Promise<{ model: WatchedModel; action: string }> {
  const model = await watchModel(stage, name, CHANGE);
  await model.release('v1', 0);
  await model.live(0, { version: 'v1' });
  await model.release('v2', 1);
  await model.live(1, { version: 'v2', good: false });
  await settle(stage, model);
  const [action] = await listActions(stage.database.pool, model.id);
  return { model, action: action?.id ?? '' };
}

/** A rollback that a person asks for, approved as soon as it waits. */
async function approved(
  name: string,
): Promise<{ model: WatchedModel; action: string; readonly ended: () => Promise<string> }> {
  const model = await watchModel(stage, name, CHANGE);
  await model.release('v1', 0);
  await model.release('v2', 1);
  const { action } = await askFor(stage, model, { kind: 'rollback', to: 'v1', day: 1 });
  const id = action ?? '';
  await actionIn(stage, id, ['waiting']);
  return {
    model,
    action: id,
    ended: async () => {
      await decide(stage, id, { by: 'ana' });
      await actionIn(stage, id, ['failed', 'refused', 'withdrawn', 'verified']);
      await settle(stage, model);
      const { state, outcome } = (await findAction(stage.database.pool, id)) ?? {};
      return `${String(state)}: ${String(outcome)}`;
    },
  };
}

describe.concurrent('a rollback', () => {
  it('is asked for by the incident, switches on approval, and is done only when its windows are measured', async () => {
    const { model, action } = await badRelease('verified');
    expect(await findAction(stage.database.pool, action)).toMatchObject({
      ...{ kind: 'rollback', state: 'waiting', from: 'v2', to: 'v1', requestedBy: 'plumbline' },
    });
    expect(await serving(model)).toMatchObject({ version: 'v2', generation: 2 });
    await decide(stage, action, { by: 'ben' });
    await actionIn(stage, action, ['verifying']);
    expect(await serving(model)).toMatchObject({ version: 'v1', generation: 3 });
    await settle(stage, model);
    expect(await findAction(stage.database.pool, action)).toMatchObject({ state: 'verifying', outcome: null });
    expect(await listIncidents(stage.database.pool, model.id, 2)).toMatchObject([{ state: 'open' }]);
    await model.live(2, { version: 'v1' });
    const verified = await actionIn(stage, action, ['verified', 'failed']);
    expect(verified).toMatchObject({ state: 'verified' });
    expect(verified.outcome).toMatch(/roc_auc of v1 is 0\.\d+ .* of the defective release 0\.\d+/);
    await settle(stage, model);
    expect(await lease(model)).toBeNull();
    expect(await listIncidents(stage.database.pool, model.id, 2)).toMatchObject([{ state: 'resolved' }]);
    const story = JSON.stringify(stage.slack.messages().filter(({ text }) => text.includes(model.id)));
    expect(story).toContain('ben');
  });

  it('that does not help says so', async () => {
    const { model, action } = await badRelease('no-help');
    await decide(stage, action, { by: 'ana' });
    await actionIn(stage, action, ['verifying']);
    await settle(stage, model);
    // As bad as before: the intervals overlap until patience ends, so a worse one is logged.
    for (let day = 2; day < 10; day++) {
      await model.live(day, { version: 'v1', good: false });
      await settle(stage, model);
      const state = (await findAction(stage.database.pool, action))?.state;
      if (state !== 'verifying') break;
    }
    const ended = await actionIn(stage, action, ['failed']);
    expect(ended.outcome).toMatch(/roc_auc/);
    expect(await lease(model)).toBeNull();
    expect((await listIncidents(stage.database.pool, model.id, 2))[0]?.state).not.toBe('resolved');
  });

  it('whose target is gone or changed is refused before anybody is asked', async () => {
    const model = await watchModel(stage, 'preflight', CHANGE);
    const first = await model.release('v1', 0);
    const second = await model.release('v2', 1);
    await model.release('v3', 2);
    rmSync(first.artefact);
    writeFileSync(second.artefact, 'something else');
    const cases = [
      { to: 'v1', outcome: /version v1 cannot be restored: the artefact .* cannot be read \(ENOENT\)/ },
      { to: 'v2', outcome: /version v2 cannot be restored: the artefact .* is not the one that was registered/ },
    ];
    for (const { to, outcome } of cases) {
      const { action } = await askFor(stage, model, { kind: 'rollback', to, day: 2, override: true });
      const refused = await actionIn(stage, action ?? '', ['refused']);
      expect(refused.outcome).toMatch(outcome);
      expect(refused.hash).toBeNull();
    }
    await settle(stage, model);
    expect(await serving(model)).toMatchObject({ version: 'v3' });
  });

  it('that makes no sense is not begun', async () => {
    const model = await watchModel(stage, 'senseless', CHANGE);
    const ask = (to: string): ReturnType<typeof askFor> => askFor(stage, model, { kind: 'rollback', to, day: 1 });
    expect((await ask('v1')).text).toMatch(/has no version v1/);
    await model.release('v1', 0);
    expect((await ask('v1')).text).toBe('version v1 serves already');
    expect((await ask('v7')).text).toMatch(/has no version v7/);
    expect(await listActions(stage.database.pool, model.id)).toEqual([]);
  });
});

// Each of these puts something in the place of one step of one action; the others go their usual way.
describe.concurrent('a rollback that fails half-way is undone in reverse, and says so', () => {
  const mine = new Map<string, () => Promise<void>>();
  const once = async (step: string, action: string): Promise<void> => {
    const act = mine.get(`${step} ${action}`);
    mine.delete(`${step} ${action}`);
    await act?.();
  };

  beforeAll(() => {
    stage.instead.holdSwitch = async (input) => {
      await once('holdSwitch', input.action);
      return stage.activities.holdSwitch(input);
    };
    stage.instead.readBack = async (input) => {
      await once('readBack', input.action);
      return stage.activities.readBack(input);
    };
  });

  it('another switch between approval and its own: stale, and the other one stays', async () => {
    const { model, action, ended } = await approved('raced');
    mine.set(`holdSwitch ${action}`, async () => {
      await model.release('v3', 2);
    });
    expect(await ended()).toMatch(/^failed: .* is at generation 3 \(v3\), not 2: another switch went first/);
    expect(await serving(model)).toMatchObject({ version: 'v3', generation: 3 });
    expect(await lease(model)).toBeNull();
  });

  it('another version is read back than was switched to: switched back', async () => {
    const { model, action, ended } = await approved('lies');
    mine.set(`readBack ${action}`, async () => {
      await change(stage.database.pool, "UPDATE serving SET version = 'v9' WHERE model = ?", [model.id]);
    });
    expect(await ended()).toBe('failed: v9 serves after the switch to v1; the switch was undone');
    expect(await serving(model)).toMatchObject({ version: 'v2', generation: 4 });
    const history = await servingHistory(stage.database.pool, model.id);
    expect(history.map(({ version, origin }) => [version, origin])).toEqual([
      ['v2', 'compensation'],
      ['v1', 'rollback'],
      ['v2', 'release'],
      ['v1', 'release'],
    ]);
    expect(await lease(model)).toBeNull();
  });

  it('somebody else switched right after: it cannot be undone, nothing is overwritten, and both are said', async () => {
    const { model, action, ended } = await approved('overtaken');
    mine.set(`readBack ${action}`, async () => {
      await change(
        stage.database.pool,
        "UPDATE serving SET version = 'v9', generation = generation + 1 WHERE model = ?",
        [model.id],
      );
    });
    expect(await ended()).toMatch(
      /^failed: v9 serves after the switch to v1; it could not be undone: .* another switch went first/,
    );
    expect(await serving(model)).toMatchObject({ version: 'v9', generation: 4 });
    expect(await lease(model)).toBeNull();
  });
});

describe('afterwards', () => {
  it('every history replays and holds neither rows nor secrets', async () => {
    await expectFaithfulHistories(stage, ['rollback', 'incident', 'monitoringCycle']);
  });
});
