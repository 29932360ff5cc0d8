/** The search: which slices look worst on the rows that were set aside for searching. */

import type { FeatureSlices } from './slices.js';
import { NO_SLICE } from './slices.js';

/** A feature's narrow slices, and the wider ones by which it is crossed with others. */
export interface SearchedFeature {
  readonly single: FeatureSlices;
  readonly paired: FeatureSlices;
}

/** Features whose pairs are searched: with twenty slices each, 435 tables of 400 cells. */
const PAIRED_FEATURES = 30;
/** Standard errors that are taken off a gap before slices are compared, so that a small lucky slice does not lead. */
const CAUTION = 2;

/** Standard errors by which a crossing must be worse than what is left of either of its slices, to be told instead of it. */
const CROSSING_CAUTION = 3;

/** Where a row belongs: a slice of one feature, or of two at once. */
export interface Slice {
  readonly name: string;
  readonly parts: ReadonlyArray<{ readonly codes: Uint8Array; readonly slice: number }>;
}

/** Count, sum and sum of squares of the losses of some rows. */
export interface Losses {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
}

export interface Found extends Slice {
  /** The gap to all other rows, less two of its standard errors, on the searched rows. */
  readonly score: number;
}

const meanOf = ({ n, sum }: Losses): number => sum / n;
const varianceOf = ({ n, sum, squares }: Losses): number => Math.max(0, (squares - (sum * sum) / n) / (n - 1));

/** 1 for each of the rows that stand in the slice, else 0. */
export function membersOf({ parts }: Slice, rows: Uint32Array): Uint8Array {
  const members = new Uint8Array(rows.length).fill(1);
  for (const { codes, slice } of parts) {
    for (let at = 0; at < members.length; at++) if (codes[rows[at] as number] !== slice) members[at] = 0;
  }
  return members;
}

/** By how much a part loses more than all the rest, less so many standard errors. */
function scoreOf(own: Losses, all: Losses, caution: number): number {
  const rest = { n: all.n - own.n, sum: all.sum - own.sum, squares: all.squares - own.squares };
  const error = Math.sqrt(varianceOf(own) / own.n + varianceOf(rest) / rest.n);
  return meanOf(own) - meanOf(rest) - caution * error;
}

interface Table {
  readonly n: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

/** The losses of `count` cells from `start` on, `step` apart. */
function lossesIn({ n, sum, squares }: Table, start: number, step: number, count: number): Losses {
  const total = { n: 0, sum: 0, squares: 0 };
  for (let at = 0; at < count; at++) {
    const cell = start + at * step;
    total.n += n[cell] as number;
    total.sum += sum[cell] as number;
    total.squares += squares[cell] as number;
  }
  return total;
}

interface Searched {
  /** Rows to search, as places in the codes. */
  readonly rows: Uint32Array;
  readonly losses: Float64Array;
  readonly all: Losses;
  /** Fewest rows of a slice, and of all others. */
  readonly least: number;
}

/** Losses by slice (`width` 1), or by pairs of slices: cell `first * width + second`. */
function tally({ rows, losses }: Searched, first: FeatureSlices, second: FeatureSlices | undefined): Table {
  const width = second?.names.length ?? 1;
  const size = first.names.length * width;
  const table = { n: new Float64Array(size), sum: new Float64Array(size), squares: new Float64Array(size) };
  for (const row of rows) {
    const a = first.codes[row] as number;
    const b = second === undefined ? 0 : (second.codes[row] as number);
    if (a === NO_SLICE || b === NO_SLICE) continue;
    const loss = losses[row] as number;
    const cell = a * width + b;
    table.n[cell]! += 1;
    table.sum[cell]! += loss;
    table.squares[cell]! += loss * loss;
  }
  return table;
}

function singles(searched: Searched, feature: FeatureSlices): Found[] {
  const { all, least } = searched;
  const table = tally(searched, feature, undefined);
  return feature.names.flatMap((name, slice): Found[] => {
    const own = lossesIn(table, slice, 1, 1);
    if (own.n < least || all.n - own.n < least) return [];
    const score = scoreOf(own, all, CAUTION);
    // Squares of huge losses overflow: those cannot be compared.
    return Number.isFinite(score) ? [{ name, parts: [{ codes: feature.codes, slice }], score }] : [];
  });
}

/** The narrow and the wide slices of a feature; those of categories are the same. */
function ownSlices(searched: Searched, { single, paired }: SearchedFeature): Found[] {
  const wide = paired.names.some((name) => !single.names.includes(name)) ? singles(searched, paired) : [];
  return [...singles(searched, single), ...wide.filter(({ name }) => !single.names.includes(name))];
}

/** Crossings that look weak, and weaker than either slice by itself. */
function crossings(searched: Searched, first: FeatureSlices, second: FeatureSlices): Found[] {
  const { all, least } = searched;
  const [height, width] = [first.names.length, second.names.length];
  const table = tally(searched, first, second);
  const rows = first.names.map((_, a) => lossesIn(table, a * width, 1, width));
  const columns = second.names.map((_, b) => lossesIn(table, b, width, height));
  const found: Found[] = [];
  for (let cell = 0; cell < table.n.length; cell++) {
    const a = Math.floor(cell / width);
    const b = cell % width;
    const own = lossesIn(table, cell, 1, 1);
    if (own.n < least || all.n - own.n < least) continue;
    const score = scoreOf(own, all, CAUTION);
    const sharper = [rows[a], columns[b]].every((slice) => scoreOf(own, slice as Losses, CROSSING_CAUTION) > 0);
    if (!Number.isFinite(score) || score <= 0 || !sharper) continue;
    found.push({
      name: `${first.names[a] as string} and ${second.names[b] as string}`,
      parts: [
        { codes: first.codes, slice: a },
        { codes: second.codes, slice: b },
      ],
      score,
    });
  }
  return found;
}

const worstFirst = (a: Found, b: Found): number => b.score - a.score;

/**
 * All slices of one and of two features with enough rows, the worst first; of equal ones, that of the earlier features.
 * With more than thirty features the pairs are taken among the thirty whose own slices look worst.
 */
export function searchSlices(
  features: readonly SearchedFeature[],
  rows: Uint32Array,
  losses: Float64Array,
  least: number,
): readonly Found[] {
  let [sum, squares] = [0, 0];
  for (const row of rows) {
    const loss = losses[row] as number;
    sum += loss;
    squares += loss * loss;
  }
  const searched = { rows, losses, all: { n: rows.length, sum, squares }, least };
  const single = features.map((feature) => ownSlices(searched, feature));
  const worst = (found: readonly Found[]): number =>
    found.reduce((most, { score }) => Math.max(most, score), -Infinity);
  const order = features
    .map((feature, at) => ({ feature, at, score: worst(single[at] as Found[]) }))
    .sort((a, b) => b.score - a.score || a.at - b.at);
  const paired = order
    .slice(0, PAIRED_FEATURES)
    .sort((a, b) => a.at - b.at)
    .map(({ feature }) => feature.paired);
  const pairs = paired.flatMap((first, at) =>
    paired.slice(at + 1).flatMap((second) => crossings(searched, first, second)),
  );
  return [...single.flat(), ...pairs].sort(worstFirst);
}
