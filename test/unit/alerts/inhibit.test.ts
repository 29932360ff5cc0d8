import { describe, expect, it } from 'vitest';
import {
  ACTION_INHIBITS_AT_MOST_MS,
  inhibitedBy,
  type InhibitionCauses,
  type InhibitionTarget,
} from '../../../src/alerts/inhibit.js';

const target: InhibitionTarget = {
  rule: 'roc-auc-floor',
  segment: '',
  metric: 'roc_auc',
  family: 'performance',
  severity: 'warning',
  to: 'firing',
  announced: false,
};
const calm: InhibitionCauses = {
  sourceUnreachable: false,
  cycleFailed: false,
  schemaChanged: false,
  noData: false,
  open: [],
  action: null,
};
const critical = { rule: 'roc-auc', segment: '', metric: 'roc_auc', severity: 'critical' } as const;
const drift = { family: 'drift', metric: 'ks_statistic' } as const;

describe('inhibition', () => {
  it.each<[string, Partial<InhibitionTarget>, Partial<InhibitionCauses>, string | null]>([
    ['nothing wrong elsewhere: the message goes out', {}, {}, null],
    [
      'an unreachable source mutes every rule',
      { family: 'runtime' },
      { sourceUnreachable: true },
      'source unreachable',
    ],
    ['a failed cycle mutes every rule', { family: 'quality' }, { cycleFailed: true }, 'cycle failed'],
    ['a changed schema mutes drift', drift, { schemaChanged: true }, 'schema changed'],
    ['a changed schema mutes quality', { family: 'quality' }, { schemaChanged: true }, 'schema changed'],
    ['a changed schema does not mute performance', {}, { schemaChanged: true }, null],
    ['no data mutes drift', drift, { noData: true }, 'no data'],
    ['no data mutes fairness', { family: 'fairness' }, { noData: true }, 'no data'],
    ['no data mutes performance', {}, { noData: true }, 'no data'],
    ['no data does not mute quality, which says so', { family: 'quality' }, { noData: true }, null],
    [
      'a critical alert mutes the warning on the same metric',
      {},
      { open: [critical] },
      'critical alert of roc-auc on the same metric',
    ],
    ['… not a warning on another metric', { metric: 'recall' }, { open: [critical] }, null],
    ['… not a warning of another segment', { segment: 'sex' }, { open: [critical] }, null],
    ['… not another critical one', { severity: 'critical' }, { open: [critical] }, null],
    ['an alert never mutes itself', { rule: 'roc-auc' }, { open: [critical] }, null],
    ['a running rollback mutes performance', {}, { action: { kind: 'rollback', runningMs: 1 } }, 'rollback running'],
    [
      '… for six hours at most',
      {},
      { action: { kind: 'retraining', runningMs: ACTION_INHIBITS_AT_MOST_MS + 1 } },
      null,
    ],
    ['… and nothing else', drift, { action: { kind: 'retraining', runningMs: 1 } }, null],
    [
      'of several causes the first of the fixed order is named',
      drift,
      { sourceUnreachable: true, schemaChanged: true, noData: true },
      'source unreachable',
    ],
    ['… and the next one after it', drift, { schemaChanged: true, noData: true }, 'schema changed'],
    [
      '5: what was announced is ended aloud, even while muted',
      { to: 'resolved', announced: true },
      { cycleFailed: true },
      null,
    ],
    [
      '4: what was never announced is not ended aloud either',
      { to: 'resolved', announced: false },
      { cycleFailed: true },
      'cycle failed',
    ],
  ])('%s', (_title, change, causes, reason) => {
    const expected = reason === null ? null : `suppressed by: ${reason}`;
    expect(inhibitedBy({ ...target, ...change }, { ...calm, ...causes })).toBe(expected);
  });
});
