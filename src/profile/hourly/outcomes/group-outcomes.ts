/** Outcomes by the groups of the sensitive attributes. */

import { type Grouping, groupRows, MOST_GROUPS } from '../../../model/groups.js';
import type { Frame } from '../../../model/frame.js';
import { byCodePoint } from '../../../model/text-order.js';
import { type GroupMoments, mergeGroups } from '../../by-group.js';
import { addLists } from './sums.js';

/** One group. What is counted and what has moments is up to the task; all groups of a profile have the same. */
export interface GroupOutcome {
  readonly name: string;
  readonly counts: Float64Array;
  readonly moments: readonly GroupMoments[];
}

/** The groups of an attribute, sorted by code point; none where there is no such column, or too many groups to keep. */
export interface AttributeOutcomes {
  readonly attribute: string;
  readonly state: 'kept' | 'no column' | 'too many';
  readonly groups: readonly GroupOutcome[];
}

/** What is kept of each group, in the order of the grouping. */
export type OutcomesByGroup = (grouping: Grouping) => ReadonlyArray<Omit<GroupOutcome, 'name'>>;

export function attributeOutcomes(frame: Frame, columns: readonly string[], of: OutcomesByGroup): AttributeOutcomes {
  const attribute = columns.join(' x ');
  const grouping = groupRows(frame, columns);
  if (grouping === undefined) return { attribute, state: 'no column', groups: [] };
  if (grouping.names.length > MOST_GROUPS) return { attribute, state: 'too many', groups: [] };
  const outcomes = of(grouping);
  const groups = grouping.names.map((name, at) => ({ name, ...(outcomes[at] as Omit<GroupOutcome, 'name'>) }));
  return { attribute, state: 'kept', groups };
}

/** A part may lack the column whose moments another has. */
function mergeMoments(a: readonly GroupMoments[], b: readonly GroupMoments[]): readonly GroupMoments[] {
  if (a.length === 0) return b;
  return b.length === 0 ? a : a.map((moments, at) => mergeGroups(moments, b[at] as GroupMoments));
}

function mergeTwo(a: GroupOutcome, b: GroupOutcome): GroupOutcome {
  return {
    name: a.name,
    counts: addLists(a.counts, b.counts),
    moments: mergeMoments(a.moments, b.moments),
  };
}

/** Adds up the same attribute of several parts. Too many groups stay too many, whatever is added in which order. */
export class AttributeAdder {
  readonly #attribute: string;
  readonly #groups = new Map<string, GroupOutcome>();
  #known = false;
  #tooMany = false;

  constructor(first: AttributeOutcomes) {
    this.#attribute = first.attribute;
    this.add(first);
  }

  add({ state, groups }: AttributeOutcomes): void {
    this.#known ||= state !== 'no column';
    this.#tooMany ||= state === 'too many';
    if (this.#tooMany) return;
    for (const group of groups) {
      const known = this.#groups.get(group.name);
      this.#groups.set(group.name, known === undefined ? group : mergeTwo(known, group));
    }
    this.#tooMany = this.#groups.size > MOST_GROUPS;
  }

  sum(): AttributeOutcomes {
    const attribute = this.#attribute;
    if (!this.#known) return { attribute, state: 'no column', groups: [] };
    if (this.#tooMany) return { attribute, state: 'too many', groups: [] };
    return { attribute, state: 'kept', groups: [...this.#groups.values()].sort((a, b) => byCodePoint(a.name, b.name)) };
  }
}
