import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../src/model/figure.js';
import type { Verdict } from '../../../src/model/verdict.js';
import { evaluateRules, type RulesInput } from '../../../src/rules/evaluate.js';
import { figure, input, missing, rule } from './builders.js';

describe('rules on groups', () => {
  const selection = rule({
    id: 'selection-rate',
    metric: 'selection_rate_to_rest',
    scope: 'groups',
    limit: { kind: 'below', value: 0.8 },
    significance: { metric: 'selection_rate_to_rest_p', correction: 'holm', level: 0.01 },
    minimumN: 100,
    severity: 'warning',
    action: 'none',
  });
  const group = (attribute: string, name: string, ratio: number, p: number, n = 500): Figure[] => {
    const at = { family: 'fairness', attribute, group: name, n } as const;
    return [
      figure('selection_rate_to_rest', ratio, { ...at, interval: [ratio * 0.9, ratio / 0.9] }),
      figure('selection_rate_to_rest_p', p, at),
    ];
  };
  const verdictsOf = (figures: Figure[], change: Partial<RulesInput> = {}): Verdict[] =>
    evaluateRules(input(selection, figures, change));

  it('gives one verdict per attribute, with its groups as evidence', () => {
    const verdicts = verdictsOf([
      ...group('sex', 'Female', 0.5, 1e-9),
      ...group('sex', 'Male', 2, 1e-9),
      ...group('sex x race', 'Female|Black', 0.95, 0.6),
    ]);
    expect(verdicts.map(({ segment, status }) => [segment, status])).toEqual([
      ['sex', 'breach'],
      ['sex x race', 'pass'],
    ]);
    expect(verdicts[0]?.evidence.map(({ subject }) => subject)).toEqual(['Female', 'Male']);
    expect(verdicts[0]).toMatchObject({ breached: 1, judged: 2 });
  });

  it('names the groups without evidence, and is unknown where there are no others', () => {
    const tiny = missing('selection_rate_to_rest', '17 rows, needs 100', {
      family: 'fairness',
      attribute: 'sex',
      group: 'X',
    });
    const [sex, crossing] = verdictsOf([
      ...group('sex', 'Female', 0.9, 0.5),
      tiny,
      ...group('sex x race', 'a|b', 0.1, 0, 20),
    ]);
    expect(sex).toMatchObject({ status: 'pass', judged: 1, leftOut: 1 });
    expect(sex?.evidence.find(({ subject }) => subject === 'X')?.reason).toBe(
      'insufficient evidence: 17 rows, needs 100',
    );
    expect(crossing).toMatchObject({ status: 'unknown', reason: 'insufficient evidence' });
    expect(crossing?.evidence.map(({ subject }) => subject)).toEqual(['a|b']);
  });

  it('corrects by Holm over the groups: one small p-value among eight is not enough', () => {
    const others = ['b', 'c', 'd', 'e', 'f', 'g', 'h'].flatMap((name) => group('sex', name, 1, 0.9));
    expect(verdictsOf([...group('sex', 'a', 0.5, 0.0012), ...others])[0]?.status).toBe('breach');
    expect(verdictsOf([...group('sex', 'a', 0.5, 0.0013), ...others])[0]?.reason).toBe('uncertain');
  });

  it('has a verdict for every defined attribute, also of an empty window', () => {
    expect(verdictsOf([], { rows: 0 }).map(({ segment, reason }) => [segment, reason])).toEqual([
      ['sex', 'empty window'],
      ['sex x race', 'empty window'],
    ]);
  });

  it('narrows to attributes by name', () => {
    const narrow = { ...selection, only: ['sex'] };
    expect(evaluateRules(input(narrow, [])).map(({ segment }) => segment)).toEqual(['sex']);
  });

  it('waits for labels where the rate needs them, and only there', () => {
    const labels = { present: true, coverage: 0.4, final: false };
    const tpr = rule({ ...selection, metric: 'tpr_to_rest' });
    const [verdict] = evaluateRules(input(tpr, [], { labels }));
    expect(verdict).toMatchObject({ reason: 'labels not in yet', provisional: true });
    expect(verdictsOf(group('sex', 'Female', 0.5, 1e-9), { labels })[0]?.status).toBe('breach');
  });

  it('judges a figure of the attribute as a whole', () => {
    const parity = rule({ ...selection, metric: 'demographic_parity_ratio', certainty: null });
    const { significance: _, ...bare } = parity;
    const ratio = figure('demographic_parity_ratio', 0.5, { family: 'fairness', attribute: 'sex' });
    expect(evaluateRules(input(bare, [ratio]))[0]).toMatchObject({ segment: 'sex', status: 'breach' });
  });
});
