import { beforeAll, describe, expect, it } from 'vitest';
import { createRecordDecision } from '../../activities/acting/approval.js';
import type { DecisionInput, DecisionOutcome } from '../../activities/contract.js';
import { findAction, findDecision } from '../../src/io/mysql/actions.js';
import { switchServing } from '../../src/io/mysql/registry.js';
import { integer, select, text } from '../../src/io/mysql/rows.js';
import { HASH, waiting as waitingAt } from './acting.js';
import { NOW } from './judged.js';
import { onEachServer } from './servers.js';

const decisionOf = (action: string, change: Partial<DecisionInput> = {}): DecisionInput => ({
  ...{ action, decision: 'd-1', verdict: 'approve', by: 'ana', hash: HASH, via: 'update' },
  ...change,
});

onEachServer((database) => {
  const decide = (input: DecisionInput): Promise<DecisionOutcome> =>
    createRecordDecision({ database: database() })(input);
  const waiting = (model: string, expiresAt?: number): Promise<string> => waitingAt(database().pool, model, expiresAt);

  const countOf = async (sql: string, values: readonly string[]): Promise<number> => {
    const [row] = await select(database().pool, sql, values);
    return row === undefined ? NaN : integer(row, 'n');
  };

  describe('of decisions', () => {
    it('fifty at once: the first is final, the others hear whose it was, and every one is audited', async () => {
      const id = await waiting('fifty');
      const inputs = Array.from({ length: 50 }, (_, i) =>
        decisionOf(id, {
          decision: `d-${String(i)}`,
          by: i % 2 === 0 ? 'ana' : 'ben',
          verdict: i % 3 === 0 ? 'reject' : 'approve',
        }),
      );
      const outcomes = await Promise.all(inputs.map(decide));
      const accepted = outcomes.filter((one) => one.accepted);
      expect(accepted).toHaveLength(1);
      const final = await findDecision(database().pool, id);
      const verb = final?.verdict === 'approve' ? 'approved' : 'rejected';
      for (const outcome of outcomes) {
        expect([outcome.by, outcome.verdict]).toEqual([final?.by, final?.verdict]);
        if (!outcome.accepted)
          expect(outcome.text).toBe(
            `Action ${id} was already ${verb} by ${String(final?.by)}; the first decision stands.`,
          );
      }
      expect(await countOf('SELECT COUNT(*) AS n FROM decisions WHERE action = ?', [id])).toBe(1);
      const audited = (outcome: string): Promise<number> =>
        countOf('SELECT COUNT(*) AS n FROM audit WHERE subject = ? AND outcome = ?', [id, outcome]);
      expect([await audited('done'), await audited('refused')]).toEqual([1, 49]);
      expect((await findAction(database().pool, id))?.state).toBe(verb);
    });

    it('the same one sent fifty times is one, and each sender hears that it stands', async () => {
      const id = await waiting('same');
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => decide(decisionOf(id))));
      expect(outcomes.every(({ accepted, by }) => accepted && by === 'ana')).toBe(true);
      expect(await countOf('SELECT COUNT(*) AS n FROM decisions WHERE action = ?', [id])).toBe(1);
    });

    describe('one that is not valid is refused with its reason, audited, and changes nothing', () => {
      let id = '';
      let expired = '';
      beforeAll(async () => {
        id = await waiting('invalid');
        expired = await waiting('expired', Date.now() - 1);
      });
      const cases: readonly { title: string; of: (ids: readonly string[]) => DecisionInput; words: RegExp }[] = [
        {
          title: 'of something unknown',
          of: () => decisionOf('no-such-action'),
          words: /^There is no action no-such-action\.$/,
        },
        {
          title: 'by someone not allowed',
          of: ([one = '']) => decisionOf(one, { by: 'eve' }),
          words: /^eve may not decide .*approvers: ana, ben\.$/,
        },
        {
          title: 'too late',
          of: ([, one = '']) => decisionOf(one),
          words: /^The question expired at .*; nothing was done\.$/,
        },
        {
          title: 'on something else than was shown',
          of: ([one = '']) => decisionOf(one, { hash: 'e'.repeat(64) }),
          words: /look again\.$/,
        },
        { title: 'by nobody', of: ([one = '']) => decisionOf(one, { by: ' ' }), words: /needs the name of the person/ },
        {
          title: 'with a verdict that is none',
          of: ([one = '']) => decisionOf(one, { verdict: 'maybe' as never }),
          words: /verdict \("approve" or "reject"\)/,
        },
        {
          title: 'without a person',
          of: ([one = '']) => decisionOf(one, { by: undefined as never }),
          words: /a decision needs/,
        },
        {
          title: 'with an id that is too long',
          of: ([one = '']) => decisionOf(one, { decision: 'd'.repeat(65) }),
          words: /at most 64 characters$/,
        },
        {
          title: 'with a note that is no text',
          of: ([one = '']) => decisionOf(one, { note: {} as never }),
          words: /a decision needs/,
        },
      ];
      it.each(cases)('$title', async ({ of, words }) => {
        const before = await countOf("SELECT COUNT(*) AS n FROM audit WHERE outcome = 'refused'", []);
        const outcome = await decide(of([id, expired]));
        expect(outcome).toEqual({
          accepted: false,
          text: expect.stringMatching(words) as unknown,
          verdict: null,
          by: null,
        });
        expect(await countOf("SELECT COUNT(*) AS n FROM audit WHERE outcome = 'refused'", [])).toBe(before + 1);
        for (const one of [id, expired]) {
          expect(await findDecision(database().pool, one)).toBeNull();
          expect((await findAction(database().pool, one))?.state).toBe('waiting');
        }
      });

      it('after another switch went first', async () => {
        await switchServing(database().pool, {
          ...{ model: 'invalid', to: 'v1', expectedGeneration: 2, origin: 'release', by: 'ana', action: null },
          ...{ reason: 'by hand', dataSince: NOW, now: NOW },
        });
        expect((await decide(decisionOf(id))).text).toMatch(
          /is not what action .* would do now \(no hash\); look again\.$/,
        );
      });
    });

    it('keeps a note as long as people write them, as far as there is room', async () => {
      const id = await waiting('note');
      expect(
        (await decide(decisionOf(id, { note: 'n'.repeat(3000), via: 'a very long way indeed', decision: '' })))
          .accepted,
      ).toBe(true);
      expect(await findDecision(database().pool, id)).toMatchObject({
        note: 'n'.repeat(1000),
        via: 'a very long way ',
      });
      const [row] = await select(database().pool, 'SELECT actor FROM audit WHERE subject = ?', [id]);
      expect(row === undefined ? null : text(row, 'actor')).toBe('ana');
    });
  });
});
