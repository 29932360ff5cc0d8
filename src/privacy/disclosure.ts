/**
 * Which groups of people may be named. A group of few rows may not, and neither may groups from which the rows of such a
 * group follow: whoever knows the whole and all parts but one knows that one. Cells of a table are suppressed in this way
 * by statistical offices: L. Willenborg and T. de Waal, Elements of Statistical Disclosure Control (2001), chapter 7.
 */

import { isCombination } from './combination.js';
import type { GroupTable } from './group-table.js';

export interface Disclosure {
  /** Whether the group may not be named. */
  readonly hides: (attribute: string, group: string) => boolean;
}

/** A table while groups are being hidden. */
interface Work {
  readonly table: GroupTable;
  readonly hidden: boolean[];
  /** Rows of all groups, and of those without one where the whole is known. */
  readonly total: number;
}

const sizeAt = ({ table }: Work, at: number): number => (table.groups[at] as GroupTable['groups'][number]).size;

/** The smallest group among those that are shown; `undefined` where none is. */
function smallestShown(work: Work, among: (at: number) => boolean = () => true): number | undefined {
  let smallest: number | undefined;
  work.hidden.forEach((hidden, at) => {
    if (hidden || !among(at)) return;
    if (smallest === undefined || sizeAt(work, at) < sizeAt(work, smallest)) smallest = at;
  });
  return smallest;
}

/** Rows that are left when what is shown is taken from the whole. */
function remainder(work: Work, whole: number, inside: (at: number) => boolean = () => true): number {
  return work.table.groups.reduce((left, { size }, at) => (work.hidden[at] || !inside(at) ? left : left - size), whole);
}

const isSmall = (rows: number, least: number): boolean => rows > 0 && rows < least;

/** A margin of the table, with what is shown of it. */
interface ShownMargin {
  readonly groupOf: readonly number[];
  readonly of: Work;
}

function marginsOf({ table }: Work, works: ReadonlyMap<string, Work>): readonly ShownMargin[] {
  return table.margins.flatMap(({ attribute, groupOf }) => {
    const of = works.get(attribute);
    return of === undefined ? [] : [{ groupOf, of }];
  });
}

/** The group that has to be hidden next because a small remainder is left, of the whole or of one of its parts. */
function byRemainder(work: Work, margins: readonly ShownMargin[], least: number): number | undefined {
  if (isSmall(remainder(work, work.total), least)) return smallestShown(work);
  for (const { groupOf, of } of margins) {
    for (let part = 0; part < of.hidden.length; part++) {
      const inside = (at: number): boolean => groupOf[at] === part;
      if (of.hidden[part] || !isSmall(remainder(work, sizeAt(of, part), inside), least)) continue;
      const next = smallestShown(work, inside);
      if (next !== undefined) return next;
    }
  }
  return undefined;
}

/** What must not follow from what is shown: small groups of the table, and of its margins, as sums of hidden groups. */
function secrets(
  work: Work,
  margins: readonly ShownMargin[],
  unknown: readonly number[],
  least: number,
): readonly (readonly number[])[] {
  const own = unknown.filter((at) => isSmall(sizeAt(work, at), least)).map((secret) => [secret]);
  const parts = margins.flatMap(({ groupOf, of }) =>
    of.hidden.flatMap((hidden, part) =>
      hidden && isSmall(sizeAt(of, part), least) ? [unknown.filter((at) => groupOf[at] === part)] : [],
    ),
  );
  return [...own, ...parts.filter((cells) => cells.length > 0)];
}

/**
 * … or because a small group follows from several parts together, by adding and subtracting. Where nothing of the table
 * is shown any more, a part of it has to go.
 */
function byEquations(work: Work, margins: readonly ShownMargin[], least: number): (() => void) | undefined {
  const unknown = work.hidden.flatMap((hidden, at) => (hidden ? [at] : []));
  const known = [
    unknown.map(() => 1),
    ...margins.flatMap(({ groupOf, of }) =>
      of.hidden.flatMap((hidden, part) => (hidden ? [] : [unknown.map((at) => Number(groupOf[at] === part))])),
    ),
  ];
  for (const secret of secrets(work, margins, unknown, least)) {
    const sum = unknown.map((at) => Number(secret.includes(at)));
    if (!isCombination(known, sum)) continue;
    const beside = (other: number): boolean =>
      margins.some(({ groupOf }) => secret.some((at) => groupOf[other] === groupOf[at]));
    const next = smallestShown(work, beside) ?? smallestShown(work);
    if (next !== undefined) return () => (work.hidden[next] = true);
    for (const { groupOf, of } of margins) {
      const part = smallestShown(of, (one) => secret.some((at) => groupOf[at] === one)) ?? smallestShown(of);
      if (part !== undefined) return () => (of.hidden[part] = true);
    }
  }
  return undefined;
}

/** Cells of a hidden group would add up to it. */
function hideInside(work: Work, margins: readonly ShownMargin[]): void {
  for (const { groupOf, of } of margins) {
    groupOf.forEach((part, at) => {
      if (of.hidden[part]) work.hidden[at] = true;
    });
  }
}

/** Hides one more group where what is shown says too much; false where it does not. */
function tighten(work: Work, works: ReadonlyMap<string, Work>, least: number): boolean {
  const margins = marginsOf(work, works);
  hideInside(work, margins);
  const next = byRemainder(work, margins, least);
  const hide = next === undefined ? byEquations(work, margins, least) : () => (work.hidden[next] = true);
  hide?.();
  return hide !== undefined;
}

/**
 * Decides for all tables together. Hidden are groups of 1 to `least - 1` rows, and then the smallest shown ones as long as
 *
 * - the rows of all hidden groups together, of the whole (`totals`, attribute → rows, where it is known that more rows
 *   exist than the groups have) or within a group that is shown, are 1 to `least - 1`; or
 * - the rows of such a group follow from shown groups, crossings and the whole by adding and subtracting.
 *
 * A crossing shows no part of a hidden group. Groups without rows tell nothing and are not hidden.
 */
export function discloseGroups(
  tables: readonly GroupTable[],
  least: number,
  totals: ReadonlyMap<string, number> = new Map(),
): Disclosure {
  const works = new Map<string, Work>();
  for (const table of tables) {
    const sum = table.groups.reduce((rows, { size }) => rows + size, 0);
    const hidden = table.groups.map(({ size }) => isSmall(size, least));
    works.set(table.attribute, { table, hidden, total: Math.max(sum, totals.get(table.attribute) ?? 0) });
  }
  // Every round hides a group, so there is an end.
  for (let again = true; again;) {
    again = false;
    for (const work of works.values()) again = tighten(work, works, least) || again;
  }
  const hidden = new Map(
    [...works].map(([attribute, work]) => [
      attribute,
      new Set(work.table.groups.flatMap(({ name }, at) => (work.hidden[at] ? [name] : []))),
    ]),
  );
  return { hides: (attribute, group) => hidden.get(attribute)?.has(group) ?? false };
}
