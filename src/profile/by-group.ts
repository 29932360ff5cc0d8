/** The one pass over the rows that all fairness figures rest on: counts and moments for each group. */

import type { BinaryCounts } from './binary-counts.js';
import { mergeMoments, type Moments, noMoments } from '../numeric/moments.js';
import type { Grouping } from '../model/groups.js';

/** Counts of one group. */
export interface GroupTally {
  readonly name: string;
  /** Rows with label and prediction. */
  readonly counts: BinaryCounts;
  /** Rows with a prediction, labelled or not, and how many of them are positive. */
  readonly predicted: number;
  readonly selected: number;
}

/** Tallies of binary labels and predictions (1, 0, -1 missing); a group without any prediction has all zeros. */
export function tallyGroups(labels: Int8Array, predictions: Int8Array, { names, codes }: Grouping): GroupTally[] {
  const cells = new Float64Array(4 * names.length);
  const unlabelled = new Float64Array(2 * names.length);
  for (let row = 0; row < codes.length; row++) {
    const group = codes[row] as number;
    const prediction = predictions[row] as number;
    if (group < 0 || prediction < 0) continue;
    const label = labels[row] as number;
    if (label < 0) unlabelled[2 * group + prediction]! += 1;
    else cells[4 * group + 2 * label + prediction]! += 1;
  }
  return names.map((name, group) => {
    const [tn, fp, fn, tp] = cells.subarray(4 * group, 4 * group + 4) as unknown as [number, number, number, number];
    const [refused, chosen] = unlabelled.subarray(2 * group, 2 * group + 2) as unknown as [number, number];
    return {
      name,
      counts: { tp, fp, fn, tn },
      predicted: tp + fp + fn + tn + refused + chosen,
      selected: tp + fp + chosen,
    };
  });
}

/** Rows of a table of counts. */
export function rowsOf(c: BinaryCounts): number {
  return c.tp + c.fp + c.fn + c.tn;
}

/** All groups but one, together. */
export function addCounts(tallies: readonly GroupTally[]): BinaryCounts {
  const sum = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (const { counts } of tallies) {
    sum.tp += counts.tp;
    sum.fp += counts.fp;
    sum.fn += counts.fn;
    sum.tn += counts.tn;
  }
  return sum;
}

/** Moments of a value in one group, and whether all of its values are the same. */
export interface GroupMoments {
  readonly moments: Moments;
  readonly low: number;
  readonly high: number;
}

const noGroupMoments: GroupMoments = { moments: noMoments, low: Infinity, high: -Infinity };

/**
 * Moments of the values by group, rows with a missing value left out. Two passes: deviations are taken from each group's
 * own mean; a group of equal values has exactly no spread.
 */
export function momentsByGroup(values: Float64Array, { names, codes }: Grouping): GroupMoments[] {
  const count = new Float64Array(names.length);
  const sum = new Float64Array(names.length);
  const low = new Float64Array(names.length).fill(Infinity);
  const high = new Float64Array(names.length).fill(-Infinity);
  for (let row = 0; row < codes.length; row++) {
    const group = codes[row] as number;
    const value = values[row] as number;
    if (group < 0 || Number.isNaN(value)) continue;
    count[group]! += 1;
    sum[group]! += value;
    if (value < (low[group] as number)) low[group] = value;
    if (value > (high[group] as number)) high[group] = value;
  }
  const mean = sum.map((total, group) => total / (count[group] as number));
  const m2 = new Float64Array(names.length);
  const rest = new Float64Array(names.length);
  for (let row = 0; row < codes.length; row++) {
    const group = codes[row] as number;
    const value = values[row] as number;
    if (group < 0 || Number.isNaN(value)) continue;
    const deviation = value - (mean[group] as number);
    m2[group]! += deviation * deviation;
    rest[group]! += deviation;
  }
  return names.map((_, group) => {
    const n = count[group] as number;
    if (n === 0) return noGroupMoments;
    const [from, to] = [low[group] as number, high[group] as number];
    if (from === to) return { moments: { count: n, mean: from, m2: 0 }, low: from, high: to };
    const corrected = (m2[group] as number) - ((rest[group] as number) * (rest[group] as number)) / n;
    return { moments: { count: n, mean: mean[group] as number, m2: Math.max(0, corrected) }, low: from, high: to };
  });
}

/** Moments of two samples together. */
export function mergeGroups(a: GroupMoments, b: GroupMoments): GroupMoments {
  const low = Math.min(a.low, b.low);
  const high = Math.max(a.high, b.high);
  const merged = mergeMoments(a.moments, b.moments);
  return { moments: low === high ? { count: merged.count, mean: low, m2: 0 } : merged, low, high };
}

/** For each group, the moments of all other groups together, by running merges from both ends. */
export function momentsOfRest(groups: readonly GroupMoments[]): GroupMoments[] {
  const behind: GroupMoments[] = new Array<GroupMoments>(groups.length);
  let tail = noGroupMoments;
  for (let at = groups.length - 1; at >= 0; at--) {
    behind[at] = tail;
    tail = mergeGroups(groups[at] as GroupMoments, tail);
  }
  let head = noGroupMoments;
  return groups.map((group, at) => {
    const rest = mergeGroups(head, behind[at] as GroupMoments);
    head = mergeGroups(head, group);
    return rest;
  });
}

/** Rows of each group that have an outcome (1 or 0; -1 where there is none), and how many of them are hits. */
export function hitsByGroup(right: Int8Array, { names, codes }: Grouping): Array<{ rows: number; hits: number }> {
  const groups = names.map(() => ({ rows: 0, hits: 0 }));
  for (let row = 0; row < right.length; row++) {
    const group = groups[codes[row] as number];
    const hit = right[row] as number;
    if (group === undefined || hit < 0) continue;
    group.rows += 1;
    group.hits += hit;
  }
  return groups;
}
