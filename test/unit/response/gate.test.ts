import { describe, expect, test } from 'vitest';

import { judgePromotion, type GateInput, type GateRow } from '../../../src/response/gate.js';

const labels = ['yes', 'yes', 'yes', 'yes', 'yes', 'no', 'no', 'no', 'no', 'no', 'no'];
const old = [0.9, 0.8, 0.4, 0.6, 0.3, 0.5, 0.2, 0.4, 0.1, 0.7, 0.3];
const fresh = [0.95, 0.7, 0.65, 0.6, 0.2, 0.5, 0.1, 0.6, 0.15, 0.4, 0.3];

const scored = (score: number): GateRow['champion'] => ({ prediction: score >= 0.5 ? 'yes' : 'no', score });
const rows: GateRow[] = labels.map((label, i) => ({
  label,
  champion: scored(old[i] ?? 0),
  candidate: scored(fresh[i] ?? 0),
}));
const input: GateInput = { rows, metric: 'roc_auc', positive: 'yes', margin: 0.15, minimumRows: 11 };

describe('the promotion gate', () => {
  test('promotes a candidate shown to be not worse by more than the margin', () => {
    // The lower end is −0.1423 (see paired-difference.test.ts), above −0.15.
    const verdict = judgePromotion(input);
    expect(verdict).toMatchObject({ verdict: 'promote', reason: 'not worse', n: 11, notes: [] });
    expect(verdict.champion).toBeCloseTo(0.7667, 4);
    expect(verdict.candidate).toBeCloseTo(0.85, 4);
    expect(verdict.text).toBe(
      'roc_auc 0.850 against 0.767 on the same rows: improvement 0.083, interval -0.142 to 0.309, its lower end above the margin of −0.15.',
    );
  });

  test('refuses what may be worse by more, though the candidate looks better', () => {
    const verdict = judgePromotion({ ...input, margin: 0.14 });
    expect(verdict).toMatchObject({ verdict: 'refuse', reason: 'may be worse' });
    expect(verdict.difference).toBeGreaterThan(0);
  });

  test('counts an improvement as positive for figures that are better when small', () => {
    // scipy.stats.ttest_rel on the log losses: mean gain 0.0317, 95 % from −0.1882 to 0.2517
    const verdict = judgePromotion({ ...input, metric: 'log_loss', margin: 0.19 });
    expect(verdict.verdict).toBe('promote');
    expect(verdict.champion).toBeCloseTo(0.5502470769546143, 10);
    expect(verdict.candidate).toBeCloseTo(0.5185302378102957, 10);
    expect(verdict.difference).toBeCloseTo(0.031716839144318665, 10);
    expect(verdict.interval?.[0]).toBeCloseTo(-0.18822274674487166, 9);
  });

  test('compares accuracy by hits and misses of the same rows', () => {
    // scipy.stats.ttest_rel on misses: accuracy 0.6 against 0.8, 95 % from −0.1016 to 0.5016
    const hits = [
      [1, 1],
      [0, 1],
      [1, 1],
      [1, 1],
      [0, 0],
      [0, 1],
      [1, 1],
      [0, 0],
      [1, 1],
      [1, 1],
    ];
    const said = (hit: number | undefined): GateRow['champion'] => ({ prediction: hit === 1 ? 'a' : 'b', score: null });
    const verdict = judgePromotion({
      rows: hits.map(([a, b]) => ({ label: 'a', champion: said(a), candidate: said(b) })),
      metric: 'accuracy',
      margin: 0.11,
      minimumRows: 10,
    });
    expect(verdict).toMatchObject({ verdict: 'promote', n: 10 });
    expect(verdict.champion).toBeCloseTo(0.6, 12);
    expect(verdict.candidate).toBeCloseTo(0.8, 12);
    expect(verdict.interval?.[0]).toBeCloseTo(-0.10162095503976071, 9);
  });

  test('compares regressions by their absolute errors', () => {
    const truth = [3, 5, 2.5, 7, 1.5, 4];
    const a = [2.5, 5.5, 2, 8, 1, 4.4];
    const b = [2.9, 5.1, 2.6, 7.5, 1.6, 3.8];
    const verdict = judgePromotion({
      rows: truth.map((label, i) => ({
        label,
        champion: { prediction: a[i] ?? 0, score: null },
        candidate: { prediction: String(b[i]), score: null },
      })),
      metric: 'mae',
      margin: 0,
      minimumRows: 6,
    });
    expect(verdict.verdict).toBe('promote');
    expect(verdict.interval?.[0]).toBeCloseTo(0.2801536523455328, 9);
  });

  test.each<[string, Partial<GateInput>, string]>([
    ['fewer rows than it needs', { minimumRows: 12 }, 'too few rows'],
    ['rows of one class only', { rows: rows.slice(0, 5), minimumRows: 5 }, 'one class only'],
    ['a positive label that nobody has', { positive: 'YES' }, 'one class only'],
    ['one row of a class', { rows: rows.slice(4), minimumRows: 5 }, 'no comparison'],
    ['the serving artefact once more', { artefacts: { champion: 'abc', candidate: 'abc' } }, 'same artefact'],
  ])('refuses %s, and gives no figures', (_, change, reason) => {
    expect(judgePromotion({ ...input, ...change })).toMatchObject({
      verdict: 'refuse',
      reason,
      difference: null,
      interval: null,
    });
  });

  test('leaves rows without a usable score out of the count, and says so', () => {
    const broken: GateRow = { label: 'yes', champion: scored(0.5), candidate: { prediction: 'yes', score: null } };
    const verdict = judgePromotion({ ...input, rows: [...rows, broken] });
    expect(verdict.n).toBe(11);
    expect(verdict.notes).toEqual(['1 rows left out: a score or prediction was missing or not usable.']);
    const outside: GateRow = { label: 'yes', champion: scored(0.5), candidate: scored(1.2) };
    expect(judgePromotion({ ...input, metric: 'log_loss', rows: [...rows, outside], margin: 0.2 }).n).toBe(11);
  });

  test('refuses a better candidate that breaches a fairness rule', () => {
    const fairness = [
      { rule: 'selection-rate', segment: 'sex', status: 'breach', reason: 'beyond limit' },
      { rule: 'selection-rate', segment: 'race', status: 'unknown', reason: 'insufficient evidence' },
    ] as const;
    const verdict = judgePromotion({ ...input, fairness });
    expect(verdict).toMatchObject({ verdict: 'refuse', reason: 'fairness rule breached' });
    expect(verdict.text).toMatch(/^Breached: selection-rate \(sex\)\. roc_auc 0\.850/);
    expect(verdict.notes).toEqual(['selection-rate (race) could not be judged: insufficient evidence.']);
  });

  test('a fairness rule that could not be judged is named and does not stop a promotion', () => {
    const fairness = [
      { rule: 'selection-rate', segment: '', status: 'unknown', reason: 'insufficient evidence' },
    ] as const;
    expect(judgePromotion({ ...input, fairness })).toMatchObject({
      verdict: 'promote',
      notes: ['selection-rate could not be judged: insufficient evidence.'],
    });
  });
});
