/** The groups of one sensitive attribute with the rows that a figure rests on, and how crossings lie inside of others. */

import type { Figure } from '../model/figure.js';
import { figuresOfMetric } from '../model/figures-by-metric.js';

export interface Group {
  readonly name: string;
  /** Rows that the figure of this group rests on: its own denominator. */
  readonly size: number;
}

export interface GroupTable {
  /** Name of the attribute; crossings are written `sex x race`. */
  readonly attribute: string;
  readonly groups: readonly Group[];
  /** Tables of single attributes, or of lesser crossings, that this one divides further. */
  readonly margins: readonly Margin[];
}

export interface Margin {
  readonly attribute: string;
  /** For each group of this table, the group of the margin that it lies in; -1 where that one has no figures. */
  readonly groupOf: readonly number[];
}

/** Figures whose `n` is not the group's own denominator, and the figure that has it. */
const OWN_DENOMINATOR: Readonly<Record<string, string>> = {
  selection_rate_to_rest: 'group_rows',
  selection_rate_to_rest_p: 'group_rows',
  tpr_to_rest: 'tpr',
  tpr_to_rest_p: 'tpr',
};

/** How crossings of attributes and of groups are written. */
const ATTRIBUTES = ' x ';
const GROUPS = '|';

/** All ways in which a crossed name can be cut into `count` names; values of the data may hold the separator. */
function cuts(name: string, count: number): readonly (readonly string[])[] {
  if (count === 1) return [[name]];
  const found: (readonly string[])[] = [];
  for (let at = name.indexOf(GROUPS); at !== -1; at = name.indexOf(GROUPS, at + 1)) {
    for (const rest of cuts(name.slice(at + 1), count - 1)) found.push([name.slice(0, at), ...rest]);
  }
  return found;
}

function marginOf(
  columns: readonly string[],
  groups: readonly Group[],
  lesser: { readonly columns: readonly string[]; readonly groups: readonly Group[] },
): Margin {
  const places = lesser.columns.map((column) => columns.indexOf(column));
  const numberOf = new Map(lesser.groups.map(({ name }, at) => [name, at]));
  const groupOf = groups.map(({ name }) => {
    for (const parts of cuts(name, columns.length)) {
      const found = numberOf.get(places.map((place) => parts[place] ?? '').join(GROUPS));
      if (found !== undefined) return found;
    }
    return -1;
  });
  return { attribute: lesser.columns.join(ATTRIBUTES), groupOf };
}

/** The tables of a metric: one for each sensitive attribute and crossing that has figures of it. */
export function groupTables(
  figures: readonly Figure[],
  sensitive: ReadonlyArray<readonly string[]>,
  metric: string,
): readonly GroupTable[] {
  const sizes = sizesOf(figures, metric);
  const tables = sensitive.flatMap((columns) => {
    const groups = sizes.get(columns.join(ATTRIBUTES));
    return groups === undefined ? [] : [{ columns, groups: [...groups].map(([name, size]) => ({ name, size })) }];
  });
  return tables.map(({ columns, groups }) => ({
    attribute: columns.join(ATTRIBUTES),
    groups,
    margins: tables
      .filter((other) => other.columns.length < columns.length && other.columns.every((one) => columns.includes(one)))
      .map((other) => marginOf(columns, groups, other)),
  }));
}

/** Attribute → group → rows. Where the own denominator was not measured, the figure's `n` has to do. */
function sizesOf(figures: readonly Figure[], metric: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const sizes = new Map<string, Map<string, number>>();
  const own = OWN_DENOMINATOR[metric];
  for (const name of own === undefined ? [metric] : [metric, own]) {
    for (const { attribute, group, n, on, version } of figuresOfMetric(figures, name)) {
      if (attribute === undefined || group === undefined) continue;
      if (on === 'reference' || version !== undefined) continue;
      const groups = sizes.get(attribute) ?? new Map<string, number>();
      sizes.set(attribute, groups.set(group, n));
    }
  }
  return sizes;
}
