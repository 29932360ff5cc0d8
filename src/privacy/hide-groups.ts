/**
 * Verdicts without groups that are too small to be shown. Messages, current details, transitions and the command line all
 * take what they say of groups from verdicts, so nothing of such a group leaves; its figures stay in the database.
 */

import { type Disclosure, discloseGroups } from './disclosure.js';
import { groupTables } from './group-table.js';
import type { Rule } from '../model/definition.js';
import type { Figure } from '../model/figure.js';
import { figuresOfMetric } from '../model/figures-by-metric.js';
import type { Evidence, Verdict } from '../model/verdict.js';

export interface GroupPrivacy {
  readonly rules: readonly Rule[];
  readonly sensitive: ReadonlyArray<readonly string[]>;
  /** Fewest rows of a group that may be shown. */
  readonly smallestGroup: number;
}

export interface MeasuredWindow {
  readonly figures: readonly Figure[];
  readonly referenceFigures: readonly Figure[];
  /** Rows of the window. */
  readonly rows: number;
}

/** Figures of the whole model that count the same rows as the groups' figures, so that what is left of it is known. */
const WHOLE: Readonly<Record<string, string>> = {
  tpr: 'recall',
  tpr_to_rest: 'recall',
  fnr: 'recall',
  fpr: 'specificity',
  precision: 'precision',
  selection_rate: 'accuracy',
  accuracy: 'accuracy',
  mae: 'mae',
  mean_error: 'mean_error',
};

/** Rows that the groups of an attribute are parts of, where messages tell that number. */
function wholeOf(metric: string, figures: readonly Figure[], rows: number): number | undefined {
  if (metric === 'selection_rate_to_rest') return rows;
  const name = WHOLE[metric];
  if (name === undefined) return undefined;
  return figuresOfMetric(figures, name).find(
    (figure) =>
      figure.family === 'performance' &&
      figure.on === 'current' &&
      figure.class === undefined &&
      figure.version === undefined,
  )?.n;
}

/** Rows of groups, whatever is measured of them. */
const ROW_COUNTS = ['group_rows', 'count'];

/**
 * Which groups may not be shown with figures of these metrics. A group that one metric hides is hidden for all: its
 * positives and its negatives together are its rows.
 */
function disclosureOf(metrics: Iterable<string>, window: MeasuredWindow, privacy: GroupPrivacy): Disclosure {
  const { figures, rows } = window;
  const all = [...new Set([...ROW_COUNTS, ...metrics])].map((metric) => {
    const tables = groupTables(figures, privacy.sensitive, metric);
    const whole = wholeOf(metric, figures, rows);
    const totals = new Map(whole === undefined ? [] : tables.map(({ attribute }) => [attribute, whole]));
    return discloseGroups(tables, privacy.smallestGroup, totals);
  });
  return { hides: (attribute, group) => all.some(({ hides }) => hides(attribute, group)) };
}

/** Evidence over several windows, unless it tells that the earlier ones together held few rows. */
function withoutFewEarlier(one: Evidence, least: number): Evidence {
  const { pooled, ...rest } = one;
  return pooled !== undefined && isFew(pooled.n - one.n, least) ? rest : one;
}

const isFew = (rows: number, least: number): boolean => rows > 0 && rows < least;

/** Rows of a group in the reference, whose values stand in evidence too; 0 where it is not there. */
function rowsBefore(figures: readonly Figure[], metric: string): (attribute: string, group: string) => number {
  const rows = new Map(
    figuresOfMetric(figures, metric).flatMap(({ attribute, group, n }) =>
      attribute === undefined ? [] : [[`${attribute}/${group ?? ''}`, n]],
    ),
  );
  return (attribute, group) => rows.get(`${attribute}/${group}`) ?? 0;
}

function withoutHidden(verdict: Verdict, isHidden: (one: Evidence) => boolean, least: number): Verdict {
  const evidence = verdict.evidence.filter((one) => !isHidden(one)).map((one) => withoutFewEarlier(one, least));
  if (evidence.length === verdict.evidence.length) return { ...verdict, evidence };
  // Breaches come first. Where one is hidden, a group that passes must not be taken for it.
  const breaching = verdict.evidence.slice(0, verdict.breached);
  const shown = breaching.filter((one) => !isHidden(one)).length;
  const kept = shown < breaching.length ? evidence.slice(0, shown) : evidence;
  const reason = `groups are not shown that have fewer than ${String(least)} rows, or would reveal such a group`;
  return { ...verdict, evidence: [...kept, { figure: '', subject: '', value: null, n: 0, reason }] };
}

/**
 * The verdicts of one window as they may leave: evidence of groups that are too small, or would reveal such a group, is
 * replaced by one entry that says so. What was decided stays decided.
 */
export function hideSmallGroups(
  verdicts: readonly Verdict[],
  window: MeasuredWindow,
  privacy: GroupPrivacy,
): readonly Verdict[] {
  const { rules, smallestGroup } = privacy;
  const metrics = new Map(rules.flatMap(({ id, scope, metric }) => (scope === 'groups' ? [[id, metric]] : [])));
  if (smallestGroup <= 1 || metrics.size === 0) return verdicts;
  const { hides } = disclosureOf(metrics.values(), window, privacy);
  return verdicts.map((verdict) => {
    const metric = metrics.get(verdict.rule);
    if (metric === undefined) return verdict;
    const before = rowsBefore(window.referenceFigures, metric);
    const isHidden = ({ n, subject }: Evidence): boolean =>
      isFew(n, smallestGroup) ||
      isFew(before(verdict.segment, subject), smallestGroup) ||
      hides(verdict.segment, subject);
    return withoutHidden(verdict, isHidden, smallestGroup);
  });
}
