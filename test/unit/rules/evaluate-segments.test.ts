import { describe, expect, it } from 'vitest';
import { describeAlert } from '../../../src/alerts/message.js';
import { verdictView } from '../../../src/alerts/verdict-view.js';
import type { Rule } from '../../../src/model/definition.js';
import type { Figure } from '../../../src/model/figure.js';
import { defaultRules } from '../../../src/rules/default-rules.js';
import { measureSegments } from '../../../src/segments/measure-segments.js';
import { binaryRoles } from '../../support/frames.js';
import { exampleAlert } from '../messages/example-view.js';
import { drawnFrame } from '../segments/sliced-frames.js';
import { definition, figure, judge, missing, reference, said } from './builders.js';

const RULE: Rule = defaultRules(definition()).find(({ id }) => id === 'weak-segments')!;

const gap = (segment: string, value: number, half = 0.05, n = 200): Figure =>
  figure('segment_gap', value, { family: 'segment', segment, n, interval: [value - half, value + half] });
const weakest = (value: number, half = 0.05): Figure =>
  figure('weakest_segment_gap', value, { family: 'segment', n: 200, interval: [value - half, value + half] });
const before = reference('weakest_segment_gap', 0.08, { family: 'segment', n: 900, interval: [0.05, 0.11] });
const judged = (figures: readonly Figure[], referenceFigures: readonly Figure[] = [before]) =>
  judge(RULE, figures, { referenceFigures });

describe('the rule on weak segments', () => {
  it('breaches where a segment is clearly worse than the weakest one of the reference', () => {
    expect(said(judged([weakest(0.4), gap('job = student', 0.4)]))).toBe('breach: beyond limit');
    expect(said(judged([weakest(0.22), gap('job = student', 0.22)]))).toBe('pass: uncertain');
    expect(said(judged([weakest(0.1), gap('job = student', 0.1)]))).toBe('pass: within limit');
  });

  it('names the worst three in one alert', () => {
    const five = [0.3, 0.5, 0.35, 0.45, 0.4].map((value, at) => gap(`job = j${String(at)}`, value));
    const verdict = judged([weakest(0.5), ...five]);
    expect(verdict.evidence.map(({ subject }) => subject)).toEqual(['job = j1', 'job = j3', 'job = j4']);
    const text = describeAlert(exampleAlert({ metric: RULE.metric, ...verdictView(verdict) }), 'UTC');
    expect(text.lines).toContain(
      '3 of 3 breach. Worst: job = j1 0.5 (reference 0.08, n 200); job = j3 0.45 (reference 0.08, n 200); job = j4 0.4 (reference 0.08, n 200)',
    );
  });

  it('passes where no segment is weaker than the rest', () => {
    const verdict = judged([weakest(0.01)]);
    expect(said(verdict)).toBe('pass: within limit');
    expect(verdict.evidence[0]).toMatchObject({ subject: '', value: 0.01 });
  });

  it('is unknown without a value, without a reference, and before labels are final', () => {
    const none = missing('weakest_segment_gap', 'fewer than 200 rows with label and prediction', { family: 'segment' });
    expect(judged([none]).evidence[0]?.reason).toBe('fewer than 200 rows with label and prediction');
    expect(judged([weakest(0.4)], []).reason).toBe('no reference');
    const labels = { present: true, coverage: 0.4, final: false };
    expect(judge(RULE, [weakest(0.4)], { labels }).reason).toBe('labels not in yet');
  });

  it('another limit, without the reference', () => {
    const own: Rule = { ...RULE, limit: { kind: 'above', value: 0.2 }, clear: 0.18 };
    expect(said(judge(own, [weakest(0.4), gap('job = student', 0.4)]))).toBe('breach: beyond limit');
    expect(said(judge(own, [weakest(0.05)]))).toBe('pass: within limit');
  });
});

describe('from rows to the verdict', () => {
  const roles = binaryRoles({ numeric: ['age', 'balance'], categorical: ['job'] });
  const hard = ({ job }: { job: string }): number => (job === 'retired' ? 0.35 : 0.15);
  const references = [5000, 5001, 5002, 5003, 5004].map((seed) =>
    measureSegments(drawnFrame(seed, 5000, hard), roles, 'reference'),
  );
  const verdictOn = (seed: number, errorOf: (row: { job: string; age: number }) => number) =>
    judge(RULE, measureSegments(drawnFrame(seed, 2000, errorOf), roles, 'current'), {
      referenceFigures: references[seed % references.length]!,
      rows: 2000,
    });

  it('a slice that was always harder than the rest breaches in none of 80 windows', () => {
    const statuses = Array.from({ length: 80 }, (_, seed) => verdictOn(seed, hard).status);
    expect(new Set(statuses)).toEqual(new Set(['pass']));
  });

  it('a slice in which the model fails now is found and named, in at least 9 of 10 windows', () => {
    const verdicts = Array.from({ length: 20 }, (_, seed) =>
      verdictOn(seed, (row) => (row.age > 60 ? 0.7 : hard(row))),
    );
    const found = verdicts.filter(
      ({ status, evidence }) => status === 'breach' && /age/.test(evidence[0]?.subject ?? ''),
    );
    expect(found.length).toBeGreaterThanOrEqual(18);
  });
});
