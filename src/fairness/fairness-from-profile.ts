/** Fairness from the profile of a window's outcomes, whose rows need not be there any more. */

import { selectedMetrics } from '../metrics/catalogue.js';
import { reasonWithoutLabels } from '../metrics/measure-performance.js';
import { absent } from '../model/estimate.js';
import type { Figure, Period } from '../model/figure.js';
import type { Roles } from '../model/frame.js';
import { MOST_GROUPS } from '../model/groups.js';
import { DEFAULT_CONFIDENCE } from '../numeric/intervals.js';
import type { GroupMoments, GroupTally } from '../profile/by-group.js';
import { NEEDS_ROWS } from '../profile/hourly/needs-rows.js';
import type { AttributeOutcomes, GroupOutcome } from '../profile/hourly/outcomes/group-outcomes.js';
import type { OutcomeProfile } from '../profile/hourly/outcomes/outcome-profile.js';
import { anovaOfMoments } from './analysis-of-variance.js';
import { fairnessCatalogue } from './catalogue.js';
import { type AttributeFigures, attributeFigures } from './fairness-figures.js';
import { binaryFairnessOf } from './measure-binary-fairness.js';
import { accuracyFairnessOf, errorFairnessOf } from './measure-error-fairness.js';
import { type FairnessOptions, OVERALL } from './measure-fairness.js';

function tallyOf({ name, counts }: GroupOutcome): GroupTally {
  const [tp, fp, fn, tn, predicted, selected] = counts as unknown as [number, number, number, number, number, number];
  return { name, counts: { tp, fp, fn, tn }, predicted, selected };
}

/** The moments at one place of each group; none where a group has none there. */
const momentsAt = (groups: readonly GroupOutcome[], at: number): GroupMoments[] =>
  groups.flatMap(({ moments }) => moments.slice(at, at + 1));

interface Given {
  readonly profile: OutcomeProfile;
  readonly roles: Roles;
  readonly options: FairnessOptions;
}

function measureAttribute(list: AttributeFigures, { attribute, groups }: AttributeOutcomes, given: Given): void {
  const { profile, roles, options } = given;
  const confidence = options.confidence ?? DEFAULT_CONFIDENCE;
  const unlabelled = reasonWithoutLabels(profile.rows, profile.labelled);
  switch (profile.task.kind) {
    case 'binary': {
      const { scores } = profile.task;
      const rows = scores === null ? 0 : groups.reduce((sum, { moments: [own] }) => sum + (own?.moments.count ?? 0), 0);
      const ofScores = scores && { moments: momentsAt(groups, 0), gini: () => absent(rows, NEEDS_ROWS) };
      const privileged = roles.privileged?.[attribute];
      const context = { privileged, evidence: options, confidence, unlabelled };
      binaryFairnessOf(list, groups.map(tallyOf), ofScores ?? undefined, context);
      break;
    }
    case 'multiclass': {
      const counted = groups.map(({ name, counts: [rows = 0, hits = 0] }) => ({ name, rows, hits }));
      accuracyFairnessOf(list, counted, { confidence, unlabelled });
      break;
    }
    case 'regression': {
      const [signed, absolute] = [momentsAt(groups, 0), momentsAt(groups, 1)];
      const names = groups.map(({ name }) => name);
      errorFairnessOf(list, { names, signed, absolute }, () => anovaOfMoments(signed), { confidence, unlabelled });
    }
  }
}

/**
 * The figures of `measureFairness`, with the same ids and in the same order. What comes from counts is equal, intervals
 * included; what comes from moments (t tests, mean errors, analysis of variance) is equal but for rounding. The Gini
 * coefficient of the scores has no value.
 */
export function measureFairnessFromProfile(
  profile: OutcomeProfile,
  roles: Roles,
  on: Period,
  options: FairnessOptions,
): Figure[] {
  if (roles.prediction === undefined) return [];
  const wanted = selectedMetrics(fairnessCatalogue, roles.task, options.metrics);
  const figures: Figure[] = [];
  roles.sensitive.forEach((columns, at) => {
    const attribute = columns.join(' x ');
    const list = attributeFigures(on, attribute, wanted, figures);
    const known = profile.attributes[at];
    if (known === undefined || known.state === 'no column') {
      list.addAbsent([OVERALL[roles.task]], 0, `no column ${columns.join(' or ')}`);
    } else if (known.state === 'too many') {
      list.addAbsent([OVERALL[roles.task]], profile.rows, `more than ${String(MOST_GROUPS)} groups`);
    } else measureAttribute(list, known, { profile, roles, options });
  });
  return figures;
}
