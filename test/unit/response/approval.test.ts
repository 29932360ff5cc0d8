import { describe, expect, test } from 'vitest';

import {
  approvalText,
  judgeDecision,
  type ApprovalSubject,
  type DecidableAction,
  type ProposedDecision,
} from '../../../src/response/approval.js';

const subject: ApprovalSubject = {
  action: 'A-17',
  kind: 'rollback',
  model: 'bank-marketing',
  from: 'v4',
  to: 'v3',
  generation: 4,
  definitionRevision: 1,
  incident: 'I-2',
};
const action: DecidableAction = {
  id: 'A-17',
  state: 'waiting',
  hash: 'aa11',
  approvers: ['ana', 'ben'],
  expiresAt: Date.parse('2026-01-04T00:00:00Z'),
};
const decision: ProposedDecision = { decisionId: 'd1', action: 'A-17', decision: 'approve', by: 'ana', hash: 'aa11' };
const now = Date.parse('2026-01-01T00:00:00Z');
const decided = { decisionId: 'd0', decision: 'reject', by: 'ben' } as const;

describe('a decision', () => {
  test('is accepted from a listed person, in time, on what was shown', () => {
    expect(judgeDecision(action, decision, now)).toEqual({ outcome: 'accepted' });
    expect(judgeDecision(action, { ...decision, decision: 'reject' }, now)).toEqual({ outcome: 'accepted' });
  });

  test.each<[string, DecidableAction | undefined, Partial<ProposedDecision>, number, string, RegExp]>([
    ['an unknown action', undefined, {}, now, 'unknown action', /no action A-17/],
    ['a decided action', { ...action, decided }, {}, now, 'already decided', /rejected by ben/],
    ['an expired question', action, {}, action.expiresAt, 'expired', /2026-01-04T00:00:00.000Z/],
    ['an action that does not wait', { ...action, state: 'training' }, {}, now, 'not waiting', /is training/],
    ['someone not listed', action, { by: 'eve' }, now, 'not allowed', /approvers: ana, ben/],
    ['a name in other letters', action, { by: 'Ana' }, now, 'not allowed', /Ana may not/],
    ['an empty list', { ...action, approvers: [] }, {}, now, 'not allowed', /nobody is listed/],
    ['no name', action, { by: '  ' }, now, 'no name', /name of the person/],
    ['another hash', action, { hash: 'bb22' }, now, 'changed since shown', /bb22.*aa11/],
    ['no hash', action, { hash: '' }, now, 'changed since shown', /no hash/],
  ])('is refused for %s, with the reason', (_, open, change, time, reason, text) => {
    const verdict = judgeDecision(open, { ...decision, ...change }, time);
    expect(verdict).toMatchObject({ outcome: 'refused', reason });
    expect(verdict.outcome === 'accepted' ? '' : verdict.text).toMatch(text);
  });

  test('sent twice is one decision: the second is told so and changes nothing', () => {
    const open = { ...action, decided: { ...decided, decisionId: 'd1' } };
    expect(judgeDecision(open, decision, now)).toMatchObject({ outcome: 'repeated' });
  });
});

describe('the text that an approval is bound to', () => {
  test('differs whenever any part of what is approved differs', () => {
    const others: readonly Partial<ApprovalSubject>[] = [
      { action: 'A-18' },
      { kind: 'promotion' },
      { model: 'adult-income' },
      { from: 'v5' },
      { to: 'v2' },
      { generation: 5 },
      { definitionRevision: 2 },
      { incident: null },
      // Parts that run into each other must not meet.
      { from: 'v4","v3', to: '' },
    ];
    const texts = [subject, ...others.map((change) => ({ ...subject, ...change }))].map(approvalText);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('does not depend on the order of the parts', () => {
    const turned = Object.fromEntries(Object.entries(subject).reverse()) as unknown as ApprovalSubject;
    expect(approvalText(turned)).toBe(approvalText(subject));
  });
});
