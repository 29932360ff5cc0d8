/**
 * Verdicts on figures that are known within a bound: such a verdict holds if it holds wherever in their bounds the figures
 * lie. Rules are asked with the figures at both ends, so that nothing here knows how a rule judges.
 */
import type { Rule } from '../model/definition.js';
import type { Figure, ValuedFigure } from '../model/figure.js';
import type { Verdict } from '../model/verdict.js';

type End = -1 | 1;

/** Which end of its bound a figure takes; those that rules test by have an end of their own. */
interface Ends {
  readonly figures: End;
  readonly tests: End;
}

/** A rule is the surer to speak the further its figure is beyond the limit and the smaller its p-value: four corners hold all. */
const CORNERS: readonly Ends[] = [
  { figures: -1, tests: 1 },
  { figures: 1, tests: -1 },
  { figures: -1, tests: -1 },
  { figures: 1, tests: 1 },
];

/** Rules that look at a figure with a bound: no others can turn out otherwise within them. */
export function rulesOnBounds(rules: readonly Rule[], figures: readonly Figure[]): readonly Rule[] {
  const bounded = new Set(
    figures.flatMap((figure) => (figure.value !== null && figure.bound !== undefined ? [figure.metric] : [])),
  );
  if (bounded.size === 0) return [];
  return rules.filter(
    ({ metric, significance }) =>
      bounded.has(metric) || (significance !== undefined && bounded.has(significance.metric)),
  );
}

function moved(figure: ValuedFigure, by: number): ValuedFigure {
  const { bound: _, ...rest } = figure;
  if (typeof figure.value !== 'number') return rest;
  const { interval } = figure;
  return {
    ...rest,
    value: figure.value + by,
    ...(interval && { interval: [interval[0] + by, interval[1] + by] as const }),
  };
}

function atEnds(figures: readonly Figure[], tests: ReadonlySet<string>, ends: Ends): readonly Figure[] {
  return figures.map((figure) =>
    figure.value === null || figure.bound === undefined
      ? figure
      : moved(figure, figure.bound * (tests.has(figure.metric) ? ends.tests : ends.figures)),
  );
}

const nameOf = ({ rule, segment }: Verdict): string => `${rule}\n${segment}`;

/** Said where the figure lies so near to the limit that its bound reaches over it. */
const TOO_NEAR = 'the limit lies within the bound of the figure';

function undecided(verdict: Verdict): Verdict {
  return {
    ...verdict,
    status: 'unknown',
    reason: 'limit within bound',
    breached: 0,
    evidence: verdict.evidence.map((evidence) => ({ reason: TOO_NEAR, ...evidence })),
  };
}

/**
 * The verdicts of `judge` on the figures as they are; one that would be another somewhere within the bounds of the figures
 * is `unknown`, with the reason `limit within bound`. `judge` gives the same segments for all figures.
 */
export function judgeWithinBounds(
  figures: readonly Figure[],
  rules: readonly Rule[],
  judge: (figures: readonly Figure[], rules: readonly Rule[]) => readonly Verdict[],
): readonly Verdict[] {
  const verdicts = judge(figures, rules);
  const touched = rulesOnBounds(rules, figures);
  if (touched.length === 0) return verdicts;
  const tests = new Set(
    touched.flatMap(({ significance }) => (significance === undefined ? [] : [significance.metric])),
  );
  const unsettled = new Set<string>();
  const found = new Map(verdicts.map((verdict) => [nameOf(verdict), verdict]));
  for (const ends of CORNERS) {
    for (const verdict of judge(atEnds(figures, tests, ends), touched)) {
      const own = found.get(nameOf(verdict));
      if (own?.status !== verdict.status || own.reason !== verdict.reason) unsettled.add(nameOf(verdict));
    }
  }
  return verdicts.map((verdict) => (unsettled.has(nameOf(verdict)) ? undecided(verdict) : verdict));
}
