import { describe, expect, it } from 'vitest';
import { recordActionRequest } from '../../activities/acting/request-action.js';
import type { RequestActionInput } from '../../activities/contract.js';
import {
  actionsOfIncident,
  changeAction,
  createAction,
  findAction,
  hasVerifyingAction,
  listActions,
  openAction,
} from '../../src/io/mysql/actions.js';
import { integer, select } from '../../src/io/mysql/rows.js';
import { actionOf, HASH, served as servedAt } from './acting.js';
import { NOW } from './judged.js';
import { onEachServer } from './servers.js';

onEachServer((database) => {
  const served = (model: string): Promise<void> => servedAt(database().pool, model);

  const countOf = async (sql: string, values: readonly string[]): Promise<number> => {
    const [row] = await select(database().pool, sql, values);
    return row === undefined ? NaN : integer(row, 'n');
  };

  describe('of actions', () => {
    it('one of a kind is open for a model, and ids count up', async () => {
      const { pool } = database();
      const first = await createAction(pool, actionOf('kinds'));
      await expect(createAction(pool, actionOf('kinds'))).rejects.toThrow(/actions_open/);
      const other = await createAction(pool, actionOf('kinds', { kind: 'retraining', to: null, incident: 'kinds-1' }));
      expect([first, other]).toEqual(['kinds-rollback-1', 'kinds-retraining-1']);
      expect((await openAction(pool, 'kinds', 'rollback'))?.id).toBe(first);
      await changeAction(pool, first, { state: 'verified', outcome: 'o'.repeat(2000), finished: true }, NOW + 1);
      expect(await openAction(pool, 'kinds', 'rollback')).toBeNull();
      expect(await createAction(pool, actionOf('kinds', { now: NOW + 2 }))).toBe('kinds-rollback-2');
      expect((await listActions(pool, 'kinds')).map(({ id }) => id)).toEqual(['kinds-rollback-2', first, other]);
      expect((await listActions(pool, null, 1)).length).toBe(1);
      expect((await actionsOfIncident(pool, 'kinds-1')).map(({ id }) => id)).toEqual([other]);
      expect(await findAction(pool, first)).toMatchObject({
        open: false,
        finishedAt: NOW + 1,
        outcome: 'o'.repeat(1000),
      });
    });

    it('a change writes what it names, and takes back what it names as nothing', async () => {
      const { pool } = database();
      const id = await createAction(pool, actionOf('fields', { reason: 'r'.repeat(2000), by: 'b'.repeat(200) }));
      const result = { train: { from: 'a', to: 'b' }, switchedGeneration: 3 };
      await changeAction(pool, id, { state: 'verifying', result, expiresAt: NOW, hash: HASH, to: null }, NOW);
      expect(await findAction(pool, id)).toMatchObject({
        to: null,
        from: 'v2',
        result,
        expiresAt: NOW,
        hash: HASH,
        open: true,
      });
      expect(await hasVerifyingAction(pool, 'fields')).toBe(true);
      await changeAction(pool, id, { expiresAt: null, finished: true, state: 'failed' }, NOW);
      expect(await findAction(pool, id)).toMatchObject({
        expiresAt: null,
        result,
        reason: 'r'.repeat(1000),
        requestedBy: 'b'.repeat(128),
      });
      expect(await hasVerifyingAction(pool, 'fields')).toBe(false);
    });

    it('of models with long names have ids of their own', async () => {
      const ids = await Promise.all(
        ['a', 'b'].map((end) =>
          createAction(database().pool, actionOf(`${'m'.repeat(63)}${end}`, { kind: 'retraining' })),
        ),
      );
      expect(new Set(ids).size).toBe(2);
      for (const id of ids) expect(id).toMatch(/^.{1,51}-retraining-1$/);
    });
  });

  describe('of requests at once', () => {
    const requestOf = (model: string, i: number): RequestActionInput => ({
      ...{ model, kind: 'rollback', by: `person-${String(i)}`, incident: null, reason: 'worse', to: null },
      dataTime: new Date(NOW).toISOString(),
    });

    it('twenty make one action: one is made, nineteen join, all are recorded', async () => {
      await served('requests');
      const asked = await Promise.all(
        Array.from({ length: 20 }, (_, i) => recordActionRequest(database(), requestOf('requests', i))),
      );
      expect(new Set(asked.map(({ action }) => action))).toEqual(new Set(['requests-rollback-1']));
      expect(asked.filter(({ text: words }) => words.endsWith('was asked for'))).toHaveLength(1);
      expect(asked.filter(({ text: words }) => words.includes('is under way already (requested)'))).toHaveLength(19);
      const recorded = (joined: string): Promise<number> =>
        countOf('SELECT COUNT(DISTINCT requester) AS n FROM action_requests WHERE action = ? AND joined = ?', [
          'requests-rollback-1',
          joined,
        ]);
      expect([await recorded('0'), await recorded('1')]).toEqual([1, 19]);
      expect(await countOf("SELECT COUNT(*) AS n FROM audit WHERE model = ? AND outcome = 'done'", ['requests'])).toBe(
        20,
      );
      expect(await findAction(database().pool, 'requests-rollback-1')).toMatchObject({
        from: 'v2',
        to: 'v1',
        generation: 2,
      });
    });

    it('those that cannot be are refused, each audited, and nothing is made', async () => {
      await served('refusals');
      const asked = await Promise.all(
        ['v2', 'v9'].map((to, i) => recordActionRequest(database(), { ...requestOf('refusals', i), to })),
      );
      expect(asked).toEqual([
        { action: null, text: 'version v2 serves already' },
        { action: null, text: 'refusals has no version v9' },
      ]);
      expect(
        await countOf("SELECT COUNT(*) AS n FROM audit WHERE model = ? AND outcome = 'refused'", ['refusals']),
      ).toBe(2);
      expect(await listActions(database().pool, 'refusals')).toEqual([]);
      await expect(recordActionRequest(database(), requestOf('unheard-of', 1))).rejects.toThrow(
        'there is no model "unheard-of"',
      );
    });
  });
});
