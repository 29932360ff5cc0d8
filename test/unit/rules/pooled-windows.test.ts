import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../src/model/figure.js';
import { wilsonInterval } from '../../../src/numeric/proportion.js';
import type { EarlierWindow } from '../../../src/rules/pooled-windows.js';
import { pool, pooledP } from '../../../src/rules/pooled-windows.js';
import { evaluateRules } from '../../../src/rules/evaluate.js';
import { definition, figure, input, judge, reference, rule, said } from './builders.js';

const part = (hits: number, n: number) => ({ value: hits / n, interval: wilsonInterval(hits, n), n });

describe('windows taken as one', () => {
  it('have the value of all their rows together', () => {
    const pooled = pool([part(30, 100), part(10, 300), part(5, 50)], false);
    expect(pooled).toMatchObject({ n: 450, windows: 3 });
    expect(pooled.value).toBeCloseTo(45 / 450, 12);
  });

  it('have half the error of each where four are alike', () => {
    const one = { value: 0.5, interval: [0.4, 0.62] as const, n: 100 };
    const { value, interval } = pool([one, one, one, one], false);
    expect(value).toBeCloseTo(0.5, 12);
    expect(interval[0]).toBeCloseTo(0.45, 12);
    expect(interval[1]).toBeCloseTo(0.56, 12);
  });

  it('are pooled by their logarithms where they are ratios', () => {
    const pooled = pool(
      [
        { value: 0.5, interval: [0.25, 1], n: 10 },
        { value: 2, interval: [1, 4], n: 10 },
      ],
      true,
    );
    expect(pooled.value).toBeCloseTo(1, 12);
    expect(pooled.interval[0]).toBeCloseTo(2 ** -Math.SQRT1_2, 12);
    expect(pooled.interval[1]).toBeCloseTo(2 ** Math.SQRT1_2, 12);
  });

  it('lie between the least and the most of them, in an interval no wider than the widest', () => {
    const shares = fc.tuple(fc.nat(50), fc.integer({ min: 50, max: 500 })).map(([hits, n]) => part(hits, n));
    fc.assert(
      fc.property(fc.array(shares, { minLength: 1, maxLength: 4 }), (parts) => {
        const { value, interval } = pool(parts, false);
        const values = parts.map((one) => one.value);
        expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
        expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
        const widest = Math.max(...parts.map((one) => one.interval[1] - one.interval[0]));
        expect(interval[1] - interval[0]).toBeLessThanOrEqual(widest + 1e-12);
      }),
    );
  });

  it('have one p-value: SciPy’s combine_pvalues(…, "stouffer", weights=sqrt(n))', () => {
    const p = (value: number, n: number): Figure => figure('p', value, { n });
    const earlier = [{ figures: [p(0.03, 400)] }, { figures: [p(0.01, 250)] }];
    expect(pooledP(p(0.02, 100), earlier)).toBeCloseTo(0.00026356429659875964, 14);
    expect(pooledP(p(0, 100), [{ figures: [p(1, 100)] }])).toBeGreaterThan(0);
    expect(pooledP(p(0.02, 100), [{ figures: [] }])).toBeUndefined();
  });
});

describe('a straddling interval', () => {
  const recall = rule({ metric: 'recall', limit: { kind: 'changed', by: -0.05, relative: false }, minimumN: 50 });
  const share = (hits: number, n: number): Figure =>
    figure('recall', hits / n, { n, interval: wilsonInterval(hits, n) });
  const before = (hits: number, n: number): EarlierWindow => ({ figures: [share(hits, n)] });
  const normal = { referenceFigures: [reference('recall', 0.8, { n: 4000, interval: wilsonInterval(3200, 4000) })] };
  const now = share(120, 200);
  const bad = before(122, 200);
  const good = before(160, 200);

  it('is uncertain alone: 120 of 200 found against 80 %', () => {
    const few = share(40, 60);
    expect(said(judge(recall, [few], normal))).toBe('pass: uncertain');
    expect(said(judge(recall, [now], normal))).toBe('breach: beyond limit');
  });

  const few = share(40, 60);
  it.each([
    ['one window before it does not settle it', [before(40, 60)], 'pass: uncertain'],
    [
      'three windows before it that are as bad do',
      [before(40, 60), before(40, 60), before(40, 60)],
      'breach: beyond limit',
    ],
    ['one before it with many rows does', [bad], 'breach: beyond limit'],
    ['windows before it that are good do not', [good, good, good], 'pass: uncertain'],
    ['a fourth window before it is too long ago', [before(40, 60), before(40, 60), good, bad], 'pass: uncertain'],
    ['a window without the figure is passed over', [{ figures: [] }, bad], 'breach: beyond limit'],
    [
      'a value that is a convention is passed over',
      [{ figures: [figure('recall', 0, { n: 10_000, interval: [0, 0.001], degenerate: true })] }],
      'pass: uncertain',
    ],
  ])('%s', (_title, earlier, expected) => {
    expect(said(judge(recall, [few], { ...normal, earlier }))).toBe(expected);
  });

  it('names how many windows settled it, their value, and the interval of them together', () => {
    const [evidence] = judge(recall, [few], { ...normal, earlier: [bad] }).evidence;
    expect(evidence).toMatchObject({ value: 40 / 60, n: 60, pooled: { windows: 2, n: 260 } });
    expect(evidence?.pooled?.value).toBeCloseTo(162 / 260, 12);
    expect(evidence?.judgedInterval?.[1]).toBeLessThan(-0.05);
  });

  it('a window inside the limit stays a pass, whatever came before', () => {
    expect(said(judge(recall, [share(160, 200)], { ...normal, earlier: [bad, bad, bad] }))).toBe('pass: within limit');
  });

  it('a rule on the bare value pools nothing', () => {
    const bare = rule({ ...recall, certainty: null, significance: { metric: 'p', correction: 'holm', level: 0.01 } });
    const p = figure('p', 0.4);
    const earlier = [{ figures: [share(40, 60), p] }];
    expect(said(judge(bare, [few, p], { ...normal, earlier }))).toBe('pass: uncertain');
  });

  it('of a rule with a test needs the test of all windows together', () => {
    const fairness = rule({
      metric: 'selection_rate_to_rest',
      scope: 'groups',
      limit: { kind: 'below', value: 0.8 },
      significance: { metric: 'selection_rate_to_rest_p', correction: 'holm', level: 0.01 },
    });
    const groups = (p: number): Figure[] =>
      ['a', 'b'].flatMap((group) => {
        const at = { family: 'fairness', attribute: 'sex', group, n: 150 } as const;
        const ratio = group === 'a' ? 0.55 : 1.2;
        return [
          figure('selection_rate_to_rest', ratio, { ...at, interval: [ratio / 1.6, ratio * 1.6] }),
          figure('selection_rate_to_rest_p', group === 'a' ? p : 0.9, at),
        ];
      });
    const at = (p: number): string => {
      const earlier = [1, 2, 3].map(() => ({ figures: groups(p) }));
      return said(
        evaluateRules({
          ...input(fairness, groups(p), { earlier }),
          definition: { ...definition({ sensitive: [['sex']] }), rules: [fairness] },
        })[0]!,
      );
    };
    expect(at(0.02)).toBe('breach: beyond limit');
    expect(at(0.3)).toBe('pass: uncertain');
  });
});
