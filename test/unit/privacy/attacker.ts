/** Somebody who adds and subtracts what is shown; exact, and without a line of the code that is attacked. */

/** Counts of people by two attributes: `counts[a][b]`; groups are called `a0`, `a1` … and `b0`, `b1` …. */
export type Counts = readonly (readonly number[])[];

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
export const transposed = (counts: Counts): Counts => (counts[0] ?? []).map((_, b) => counts.map((row) => row[b] ?? 0));

interface Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
}

const whole = (value: number): Fraction => ({ top: BigInt(value), bottom: 1n });
const minusTimes = (a: Fraction, b: Fraction, factor: Fraction): Fraction => {
  const top = a.top * b.bottom * factor.bottom - b.top * factor.top * a.bottom;
  const bottom = a.bottom * b.bottom * factor.bottom;
  return top === 0n ? whole(0) : { top, bottom };
};
const over = (a: Fraction, b: Fraction): Fraction => ({ top: a.top * b.bottom, bottom: a.bottom * b.top });

/** Rank of whole-number vectors in exact arithmetic: the attacker shares no code with what is attacked. */
function rankOf(vectors: readonly (readonly number[])[]): number {
  const rows = vectors.map((vector) => vector.map(whole));
  let rank = 0;
  for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
    const pivot = rows.findIndex((row, at) => at >= rank && row[column]?.top !== 0n);
    if (pivot === -1) continue;
    [rows[rank], rows[pivot]] = [rows[pivot]!, rows[rank]!];
    const from = rows[rank]!;
    for (let at = rank + 1; at < rows.length; at++) {
      const row = rows[at]!;
      const factor = over(row[column]!, from[column]!);
      rows[at] = row.map((value, i) => minusTimes(value, from[i]!, factor));
    }
    rank++;
  }
  return rank;
}

interface Group {
  readonly name: string;
  /** Which cells of the crossing it adds up. */
  readonly cells: readonly number[];
  readonly rows: number;
}

/** Every group as a sum of the people in the finest cells that exist. */
export function groupsOf(counts: Counts): readonly Group[] {
  const atoms = counts.flatMap((row, a) => row.flatMap((n, b) => (n > 0 ? [{ a, b, n }] : [])));
  const set = (name: string, inside: (atom: { a: number; b: number }) => boolean): Group => ({
    name,
    cells: atoms.map((atom) => Number(inside(atom))),
    rows: sum(atoms.filter(inside).map(({ n }) => n)),
  });
  return [
    ...counts.map((_, at) => set(`sex/a${String(at)}`, ({ a }) => a === at)),
    ...transposed(counts).map((_, at) => set(`race/b${String(at)}`, ({ b }) => b === at)),
    ...atoms.map(({ a, b }) =>
      set(`sex x race/a${String(a)}|b${String(b)}`, (other) => other.a === a && other.b === b),
    ),
  ].filter(({ rows }) => rows > 0);
}

/** Names of small groups whose size an attacker can compute from what is shown and the number of all people. */
export function revealed(
  counts: Counts,
  least: number,
  shows: (attribute: string, group: string) => boolean,
): readonly string[] {
  const groups = groupsOf(counts);
  const shown = groups.filter(({ name }) => {
    const at = name.indexOf('/');
    return shows(name.slice(0, at), name.slice(at + 1));
  });
  const known = [(groups[0]?.cells ?? []).map(() => 1), ...shown.map(({ cells }) => cells)];
  const rank = rankOf(known);
  return groups
    .filter(({ rows }) => rows < least)
    .filter(({ cells }) => rankOf([...known, cells]) === rank)
    .map(({ name }) => name);
}
