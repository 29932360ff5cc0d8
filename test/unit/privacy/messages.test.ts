import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentDetails } from '../../../activities/incident/incident-details.js';
import { verdictLines } from '../../../activities/cycle/verdict-text.js';
import { renderEmail } from '../../../src/alerts/email-body.js';
import { NEW_ALERT } from '../../../src/alerts/alert.js';
import { renderSlackReply, renderSlackRoot } from '../../../src/alerts/slack-blocks.js';
import { advance } from '../../../src/alerts/state-machine.js';
import { verdictView } from '../../../src/alerts/verdict-view.js';
import { measureWindow } from '../../../src/measure/measure.js';
import type { Rule } from '../../../src/model/definition.js';
import type { Figure } from '../../../src/model/figure.js';
import type { Verdict } from '../../../src/model/verdict.js';
import { evaluateRules } from '../../../src/rules/evaluate.js';
import { binaryRoles, frameOf } from '../../support/frames.js';
import { exampleAlert, exampleView } from '../messages/example-view.js';
import { definition, figure, input, missing, rule } from '../rules/builders.js';
import { groupsOf, revealed, sum, transposed, type Counts } from './attacker.js';

const LEAST = 10;
const SENSITIVE = [['sex'], ['race'], ['sex', 'race']];
const WINDOW = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2) };

/** Everything breaches that has a value, so that every group that may be named is. */
const asking = (metric: string): Rule =>
  rule({
    id: metric.replaceAll('_', '-'),
    metric,
    scope: 'groups',
    limit: { kind: 'outside', low: 1e6, high: 2e6 },
    minimumN: 1,
    certainty: null,
  });
const RULES = ['selection_rate_to_rest', 'tpr_to_rest', 'selection_rate', 'tpr', 'fpr', 'accuracy'].map(asking);
const DEFINITION = { ...definition(), sensitive: SENSITIVE, rules: RULES, minimumRows: 1 };

/** All that people are told of a verdict, by every way that it takes out of the house. */
function toldOf(verdicts: readonly Verdict[]): string {
  const views = verdicts.map((verdict) => {
    const one = RULES.find(({ id }) => id === verdict.rule)!;
    const step = advance(NEW_ALERT, { kind: 'verdict', verdict, rule: one, window: WINDOW, version: '1', past: false });
    const { firedValue, peakValue } = step.state;
    return {
      text: JSON.stringify([verdict, step]),
      alert: exampleAlert({
        ...{ rule: one.id, title: one.title, metric: one.metric, segment: verdict.segment, window: WINDOW },
        ...{ interval: [0, 0], firedValue, peak: peakValue, ...verdictView(verdict) },
      }),
    };
  });
  const view = exampleView({ alerts: views.map(({ alert }) => alert), actions: [], notes: [] });
  return [
    ...views.map(({ text }) => text),
    ...verdictLines(DEFINITION, verdicts),
    JSON.stringify(renderSlackRoot(view)),
    JSON.stringify(renderSlackReply({ kind: 'resolved' }, view)),
    JSON.stringify(renderEmail({ kind: 'opened' }, view)),
    incidentDetails(view),
  ].join('\n');
}

function figuresOf(counts: Counts): { readonly figures: readonly Figure[]; readonly rows: number } {
  const people = counts.flatMap((row, a) =>
    row.flatMap((n, b) => Array.from({ length: n }, (_, at) => ({ a: `a${String(a)}`, b: `b${String(b)}`, at }))),
  );
  const frame = frameOf({
    sex: people.map(({ a }) => a),
    race: people.map(({ b }) => b),
    label: people.map(({ at }) => String(at % 2)),
    prediction: people.map(({ at }) => String(Math.floor(at / 2) % 2)),
  });
  const roles = binaryRoles({ sensitive: SENSITIVE });
  const options = { families: ['performance', 'fairness'], metrics: 'default' } as const;
  const evidence = { minimumGroupRows: 1, minimumDenominator: 1 };
  return { figures: measureWindow(frame, null, roles, { ...options, evidence }), rows: people.length };
}

const told = (counts: Counts, minimumGroup = LEAST): string => {
  const { figures, rows } = figuresOf(counts);
  return toldOf(evaluateRules({ ...input(RULES[0]!, figures, { rows }), definition: { ...DEFINITION, minimumGroup } }));
};

const people = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 10, max: 120 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 12 }) },
);
const tables = fc
  .tuple(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 2, max: 3 }))
  .chain(([height, width]) =>
    fc.array(fc.array(people, { minLength: width, maxLength: width }), { minLength: height, maxLength: height }),
  )
  .filter((counts) => sum(counts.map(sum)) >= LEAST);

describe('what people are told of groups', () => {
  it('names no small group, and nothing that it could be computed from', () => {
    fc.assert(
      fc.property(tables, (counts) => {
        const text = told(counts);
        const isNamed = (attribute: string, group: string): boolean =>
          // A name within a crossing's is none.
          attribute.includes(' x ') ? text.includes(group) : new RegExp(`(?<![|\\w])${group}(?![|\\w])`).test(text);
        for (const { name, rows } of groupsOf(counts)) {
          const at = name.indexOf('/');
          if (rows < LEAST) expect(isNamed(name.slice(0, at), name.slice(at + 1)), name).toBe(false);
        }
        expect(revealed(counts, LEAST, isNamed)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('gives no count of 1 to 9 people in a group', () => {
    fc.assert(
      fc.property(tables, (counts) => {
        const small = [...told(counts).matchAll(/(?:\bn |"n":)(\d+)(?![\d,.])/g)].map(([, n]) => Number(n));
        expect(small.filter((n) => n > 0 && n < LEAST)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('without small groups names them all, and with the limit at 1 the small ones too', () => {
    const counts = [
      [40, 50],
      [60, 70],
    ];
    for (const name of ['a0', 'a1', 'b0', 'b1', 'a0|b0', 'a1|b1']) expect(told(counts)).toContain(name);
    const few = [
      [40, 50],
      [60, 5],
    ];
    expect(told(few)).not.toContain('a1|b1');
    expect(told(few, 1)).toContain('a1|b1');
    expect(transposed(few)).toEqual([
      [40, 60],
      [50, 5],
    ]);
  });
});

describe('a verdict whose groups are hidden', () => {
  const tpr = rule({
    scope: 'groups',
    metric: 'tpr',
    limit: { kind: 'below', value: 0.8 },
    minimumN: 5,
    certainty: null,
  });
  const of = (group: string, value: number, n: number): Figure =>
    figure('tpr', value, { family: 'fairness', attribute: 'sex', group, n });
  const judged = (figures: readonly Figure[], change = {}): Verdict =>
    evaluateRules(input(tpr, figures, { definition: { ...definition(), sensitive: [['sex']] }, ...change }))[0]!;

  it('breaches all the same, and says why nobody is named', () => {
    const verdict = judged([of('F', 0.9, 300), of('M', 0.9, 200), of('X', 0.1, 6), of('Y', 0.9, 6)]);
    expect(verdict).toMatchObject({ status: 'breach', breached: 1, judged: 4 });
    expect(verdict.evidence).toEqual([
      {
        figure: '',
        subject: '',
        value: null,
        n: 0,
        reason: 'groups are not shown that have fewer than 10 rows, or would reveal such a group',
      },
    ]);
  });

  it('shows the other breaches, and none that passes in the place of the hidden one', () => {
    const verdict = judged([of('F', 0.5, 300), of('M', 0.9, 200), of('X', 0.1, 6), of('Y', 0.9, 6)]);
    expect(verdict.evidence.map(({ subject }) => subject)).toEqual(['F', '']);
    expect(verdict.breached).toBe(2);
  });

  it('does not repeat how few rows there are in a reason', () => {
    const few = missing('tpr', 'insufficient evidence: 3 rows in the group, 100 needed', {
      family: 'fairness',
      attribute: 'sex',
      group: 'X',
      n: 3,
    });
    expect(JSON.stringify(judged([of('F', 0.9, 300), of('M', 0.9, 200), few]))).not.toMatch(/"X"|\b3 rows/);
  });

  it('nor what few rows of the reference were like', () => {
    const changed = rule({ ...tpr, limit: { kind: 'changed', by: -0.1, relative: false } });
    const before = (group: string, n: number): Figure => ({ ...of(group, 0.9, n), on: 'reference' });
    const [verdict] = evaluateRules(
      input(changed, [of('F', 0.5, 300), of('M', 0.5, 200)], {
        definition: { ...definition(), sensitive: [['sex']] },
        referenceFigures: [before('F', 500), before('M', 7)],
      }),
    );
    expect(verdict?.evidence.map(({ subject }) => subject)).toEqual(['F', '']);
  });

  it('keeps how many rows earlier windows held to itself, where they were few', () => {
    const pooled = { windows: 2, value: 0.5, n: 305 };
    const verdict = judged([of('F', 0.5, 300), of('M', 0.9, 200)]);
    expect(verdict.evidence[0]).not.toHaveProperty('pooled', pooled);
  });
});
