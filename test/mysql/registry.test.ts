import { describe, expect, it } from 'vitest';
import {
  findVersion,
  holdServing,
  listVersions,
  readServing,
  registerVersion,
  releaseServing,
  servingHistory,
  StaleSwitch,
  switchServing,
  type SwitchInput,
  type Version,
} from '../../src/io/mysql/registry.js';
import { onEachServer } from './servers.js';

const NOW = Date.parse('2026-01-05T10:00:00.123Z');
const MINUTE = 60_000;

const switchOf = (model: string, change: Partial<SwitchInput> = {}): SwitchInput => ({
  ...{ model, to: 'v1', expectedGeneration: 0, origin: 'release', by: 'ana', action: null, reason: 'release' },
  ...{ dataSince: NOW, now: NOW },
  ...change,
});

const versionOf = (version: string, change: Partial<Version> = {}): Version => ({
  ...{ model: 'churn', version, artefact: `file:///models/${version}`, sha256: 'a'.repeat(64), parent: null },
  ...{ origin: 'release', trainedFrom: null, trainedTo: NOW, registeredBy: 'ana', registeredAt: NOW, note: null },
  ...change,
});

onEachServer((database) => {
  const race = async (
    inputs: readonly SwitchInput[],
  ): Promise<{ won: readonly number[]; refusals: readonly unknown[] }> => {
    const outcomes = await Promise.allSettled(inputs.map((input) => switchServing(database().pool, input)));
    return {
      won: outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.generation] : [])),
      refusals: outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])),
    };
  };

  describe('of twenty switches at once one wins, and the others are told that it went first', () => {
    it.each([
      { title: 'of a model that serves', model: 'race-later', first: true },
      { title: 'of a model that serves nothing yet', model: 'race-first', first: false },
    ])('$title', async ({ model, first }) => {
      const { pool } = database();
      if (first) await switchServing(pool, switchOf(model));
      const generation = first ? 1 : 0;
      const inputs = Array.from({ length: 20 }, (_, i) =>
        switchOf(model, {
          to: `v${String(i + 2)}`,
          expectedGeneration: generation,
          action: `act-${String(i)}`,
          origin: 'rollback',
        }),
      );
      const { won, refusals } = await race(inputs);
      expect(won).toEqual([generation + 1]);
      expect(refusals).toHaveLength(19);
      for (const refusal of refusals) {
        expect(refusal).toBeInstanceOf(StaleSwitch);
        expect((refusal as Error).message).toMatch(/another switch went first$/);
      }
      const history = await servingHistory(pool, model);
      expect(history).toHaveLength(generation + 1);
      expect(await readServing(pool, model)).toEqual({ version: history[0]?.version, generation: generation + 1 });
    });

    it('twenty repetitions of one switch are one switch, and all learn of it', async () => {
      const input = switchOf('race-same', { action: 'act-1', origin: 'retraining' });
      const { won, refusals } = await race(Array.from({ length: 20 }, () => input));
      expect([won, refusals]).toEqual([Array.from({ length: 20 }, () => 1), []]);
      expect(await servingHistory(database().pool, 'race-same')).toHaveLength(1);
    });
  });

  it('a switch and its undoing by the same action are two steps, each made once', async () => {
    const { pool } = database();
    await switchServing(pool, switchOf('undo'));
    const forth = switchOf('undo', { to: 'v2', expectedGeneration: 1, action: 'act', origin: 'rollback' });
    const back = switchOf('undo', { to: 'v1', expectedGeneration: 2, action: 'act', origin: 'compensation' });
    expect(await switchServing(pool, forth)).toEqual({ version: 'v2', generation: 2 });
    expect(await switchServing(pool, back)).toEqual({ version: 'v1', generation: 3 });
    expect(await switchServing(pool, forth)).toEqual({ version: 'v2', generation: 2 });
    expect(await switchServing(pool, back)).toEqual({ version: 'v1', generation: 3 });
    expect(await readServing(pool, 'undo')).toEqual({ version: 'v1', generation: 3 });
  });

  it('the history is newest first, with who, why and since which data', async () => {
    const { pool } = database();
    for (const [i, origin] of (['release', 'retraining', 'rollback'] as const).entries()) {
      const input = { to: `v${String(i)}`, expectedGeneration: i, origin, action: i === 0 ? null : `act-${String(i)}` };
      await switchServing(pool, switchOf('history', { ...input, dataSince: NOW + i, reason: 'x'.repeat(600) }));
    }
    expect(await servingHistory(pool, 'history')).toEqual([
      { version: 'v2', generation: 3, dataSince: NOW + 2, origin: 'rollback', by: 'ana', action: 'act-2' },
      { version: 'v1', generation: 2, dataSince: NOW + 1, origin: 'retraining', by: 'ana', action: 'act-1' },
      { version: 'v0', generation: 1, dataSince: NOW, origin: 'release', by: 'ana', action: null },
    ]);
    expect(await servingHistory(pool, 'unknown')).toEqual([]);
    expect(await readServing(pool, 'unknown')).toBeNull();
  });

  describe('a lease', () => {
    const held = async (model: string): Promise<void> => {
      await switchServing(database().pool, switchOf(model));
      await holdServing(database().pool, model, 'act-1', NOW + MINUTE, NOW);
    };
    const next = { to: 'v2', expectedGeneration: 1, origin: 'rollback' as const };

    it('lets its own action switch, as often as it likes to hold it', async () => {
      await held('lease-own');
      await holdServing(database().pool, 'lease-own', 'act-1', NOW + MINUTE, NOW);
      const made = await switchServing(database().pool, switchOf('lease-own', { ...next, action: 'act-1' }));
      expect(made.generation).toBe(2);
    });

    it('refuses every other action, and a person', async () => {
      await held('lease-other');
      const { pool } = database();
      await expect(holdServing(pool, 'lease-other', 'act-2', NOW + MINUTE, NOW)).rejects.toThrow(StaleSwitch);
      for (const action of ['act-2', null]) {
        const attempt = switchServing(pool, switchOf('lease-other', { ...next, action }));
        await expect(attempt).rejects.toThrow('act-1 is switching lease-other; nothing else may until it ends');
      }
      // Another one's release releases nothing.
      await releaseServing(pool, 'lease-other', 'act-2');
      await expect(holdServing(pool, 'lease-other', 'act-2', NOW + MINUTE, NOW)).rejects.toThrow(StaleSwitch);
      expect(await readServing(pool, 'lease-other')).toEqual({ version: 'v1', generation: 1 });
    });

    it('may be taken when it has run out, to the millisecond, or was given back', async () => {
      await held('lease-out');
      const { pool } = database();
      const take = (now: number): Promise<void> => holdServing(pool, 'lease-out', 'act-2', now + MINUTE, now);
      await expect(take(NOW + MINUTE - 1)).rejects.toThrow(StaleSwitch);
      await take(NOW + MINUTE);
      await releaseServing(pool, 'lease-out', 'act-2');
      await holdServing(pool, 'lease-out', 'act-3', NOW + MINUTE, NOW);
    });

    it('of twenty actions that ask at once one gets', async () => {
      await switchServing(database().pool, switchOf('lease-race'));
      const asked = Array.from({ length: 20 }, (_, i) =>
        holdServing(database().pool, 'lease-race', `act-${String(i)}`, NOW + MINUTE, NOW),
      );
      const outcomes = await Promise.allSettled(asked);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('on a model that serves nothing is refused', async () => {
      await expect(holdServing(database().pool, 'nobody', 'act', NOW + 1, NOW)).rejects.toThrow(
        'serves no version yet',
      );
    });
  });

  it('a version is registered once: the same again changes nothing, another artefact under its name is refused', async () => {
    const { pool } = database();
    const v1 = versionOf('v1', { note: 'first', trainedFrom: NOW - MINUTE, origin: 'retraining', parent: 'v0' });
    await registerVersion(pool, v1);
    await registerVersion(pool, { ...v1, note: 'again' });
    await expect(registerVersion(pool, { ...v1, sha256: 'b'.repeat(64) })).rejects.toThrow(
      'version v1 of churn is registered with another artefact (aaaaaaaaaaaa…)',
    );
    await registerVersion(pool, versionOf('V1', { registeredAt: NOW + 1 }));
    expect(await findVersion(pool, 'churn', 'v1')).toEqual(v1);
    expect((await listVersions(pool, 'churn')).map(({ version }) => version)).toEqual(['v1', 'V1']);
    expect(await findVersion(pool, 'churn', 'v2')).toBeNull();
  });
});
