/** The tests of one rule in one window, corrected together: p-values that were measured, and those that limits learned give. */
import type { Rule } from '../model/definition.js';
import { judgeableNumber, type Figure, type FigureSubject } from '../model/figure.js';
import { figuresOfMetric } from '../model/figures-by-metric.js';
import { learnedLimit, learnedP, ownWindowsAt, sideOf, usualOf, type Usual } from './learned-limits.js';
import { adjust } from './multiple-tests.js';
import type { FigureSet, Subject } from './subjects.js';

/** Level of a learned limit where the rule names neither a level nor a certainty. */
const DEFAULT_LEVEL = 0.01;

interface Test {
  readonly place: string;
  readonly p: number;
  readonly usual?: Usual;
}

export interface SubjectTest {
  /** Corrected over the family. */
  readonly p: number;
  /** Where the limit was learned: the value that this window would have had to pass alone in the family. */
  readonly learned?: { readonly limit: number; readonly windows: number };
}

export interface TestFamily {
  /** Tests that were corrected together. */
  readonly size: number;
  readonly level: number;
  readonly of: (subject: Subject) => SubjectTest | undefined;
  /** Why no limit was learned for a subject; `undefined` where one was, or the rule wants none. */
  readonly notLearned: (subject: Subject) => string | undefined;
}

/** Where a figure was measured, as one key. */
function placeOf({ on, column, class: className, attribute, group, segment }: FigureSubject): string {
  return JSON.stringify([on, column ?? null, className ?? null, attribute ?? null, group ?? null, segment ?? null]);
}

function levelOf({ significance, certainty }: Rule): number {
  return significance?.level ?? (certainty === null ? DEFAULT_LEVEL : 1 - certainty);
}

/** What the reference's own windows say of a figure, or why they say nothing. */
function usualAt(rule: Rule, figure: Figure, figures: FigureSet, rows: number): Usual | { readonly reason: string } {
  return usualOf(ownWindowsAt(figure, figures.reference), rows, sideOf(rule.limit));
}

function learnedTests(rule: Rule, candidates: readonly Figure[], figures: FigureSet, rows: number): Test[] {
  return candidates.flatMap((figure): Test[] => {
    const value = judgeableNumber(figure);
    if (value === undefined || figure.n < rule.minimumN) return [];
    const usual = usualAt(rule, figure, figures, rows);
    return 'reason' in usual ? [] : [{ place: placeOf(figure), p: learnedP(value, usual), usual }];
  });
}

function measuredTests({ significance, minimumN }: Rule, current: readonly Figure[]): Test[] {
  const tests: Test[] = [];
  if (significance === undefined) return tests;
  for (const figure of figuresOfMetric(current, significance.metric)) {
    if (figure.on === 'reference' || figure.n < minimumN) continue;
    const p = judgeableNumber(figure);
    if (p !== undefined && p >= 0 && p <= 1) tests.push({ place: placeOf(figure), p });
  }
  return tests;
}

/**
 * The tests of a rule: model × window × kind of test. p-values are corrected over all of the window's that rest on enough
 * rows, not only over this rule's. Once a limit is learned, a small p-value no longer suffices: the larger of the two
 * counts. The limit alone would be louder than both on rows that do not depend on each other (measured with windows of
 * 250 rows: 3 of 300 breach without any change, and none with both).
 */
export function testFamily(rule: Rule, subjects: readonly Subject[], figures: FigureSet, rows: number): TestFamily {
  const tests = new Map<string, Test>();
  for (const test of measuredTests(rule, figures.current)) tests.set(test.place, test);
  if (rule.learned) {
    const candidates =
      rule.significance === undefined
        ? subjects.flatMap(({ figure }) => (figure === undefined ? [] : [figure]))
        : figuresOfMetric(figures.current, rule.metric).filter(({ on }) => on !== 'reference');
    for (const test of learnedTests(rule, candidates, figures, rows)) {
      const p = Math.max(test.p, tests.get(test.place)?.p ?? 0);
      tests.set(test.place, { ...test, p });
    }
  }
  const family = [...tests.values()];
  const level = levelOf(rule);
  const adjusted = adjust(
    family.map(({ p }) => p),
    rule.significance?.correction ?? 'holm',
  );
  const corrected = new Map(family.map((test, at) => [test.place, { ...test, p: adjusted[at]! }]));
  const find = (subject: Subject): Test | undefined => {
    const learned = subject.figure && corrected.get(placeOf(subject.figure));
    if (learned?.usual) return learned;
    return subject.p && corrected.get(placeOf(subject.p));
  };
  return {
    size: family.length,
    level,
    of: (subject) => {
      const test = find(subject);
      if (test === undefined) return undefined;
      const { p, usual } = test;
      const limit = usual && learnedLimit(usual, level / family.length);
      return { p, ...(usual && limit !== undefined && { learned: { limit, windows: usual.windows } }) };
    },
    notLearned: ({ figure }) => {
      if (!rule.learned || figure === undefined) return undefined;
      const usual = usualAt(rule, figure, figures, rows);
      return 'reason' in usual ? usual.reason : undefined;
    },
  };
}
