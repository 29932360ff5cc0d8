import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discloseGroups } from '../../../src/privacy/disclosure.js';
import { groupTables, type GroupTable } from '../../../src/privacy/group-table.js';
import type { Figure } from '../../../src/model/figure.js';
import { figure } from '../rules/builders.js';
import { groupsOf, revealed, sum, transposed, type Counts } from './attacker.js';

const LEAST = 10;

const cell = (metric: string, attribute: string, group: string, n: number): Figure =>
  figure(metric, 0.5, { family: 'fairness', attribute, group, n });

/** Figures of both attributes and of their crossing, as far as there is anybody in a group. */
function figuresOf(counts: Counts): readonly Figure[] {
  const rows = counts.map((row, a) => ['sex', `a${String(a)}`, sum(row)] as const);
  const columns = transposed(counts).map((column, b) => ['race', `b${String(b)}`, sum(column)] as const);
  const cells = counts.flatMap((row, a) =>
    row.map((n, b) => ['sex x race', `a${String(a)}|b${String(b)}`, n] as const),
  );
  return [...rows, ...columns, ...cells]
    .filter(([, , n]) => n > 0)
    .map(([attribute, group, n]) => cell('selection_rate', attribute, group, n));
}

const SENSITIVE = [['sex'], ['race'], ['sex', 'race']];
const tablesOf = (counts: Counts): readonly GroupTable[] => groupTables(figuresOf(counts), SENSITIVE, 'selection_rate');

function shownOf(
  tables: readonly GroupTable[],
  totals?: ReadonlyMap<string, number>,
): (attribute: string, group: string) => boolean {
  const { hides } = discloseGroups(tables, LEAST, totals);
  return (attribute, group) => !hides(attribute, group);
}

const people = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 10, max: 400 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 12 }) },
);
const tables = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([height, width]) =>
    fc.array(fc.array(people, { minLength: width, maxLength: width }), { minLength: height, maxLength: height }),
  )
  .filter((counts) => sum(counts.map(sum)) >= LEAST);

describe('which groups are shown', () => {
  it('no small group can be computed from those that are', () => {
    fc.assert(
      fc.property(tables, (counts) => {
        expect(revealed(counts, LEAST, shownOf(tablesOf(counts)))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('what is left of a shown whole is nobody, or enough people', () => {
    fc.assert(
      fc.property(tables, (counts) => {
        const shows = shownOf(tablesOf(counts));
        const left = (rows: number, parts: readonly (readonly [string, string, number])[]): number =>
          rows - sum(parts.filter(([attribute, group]) => shows(attribute, group)).map(([, , n]) => n));
        const wholes = [
          left(
            sum(counts.map(sum)),
            counts.map((row, a) => ['sex', `a${String(a)}`, sum(row)]),
          ),
          ...counts.flatMap((row, a) =>
            shows('sex', `a${String(a)}`)
              ? [
                  left(
                    sum(row),
                    row.map((n, b) => ['sex x race', `a${String(a)}|b${String(b)}`, n]),
                  ),
                ]
              : [],
          ),
        ];
        for (const rest of wholes) expect(rest === 0 || rest >= LEAST).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('tables without small groups are shown whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: LEAST, max: 90 }), { minLength: 3, maxLength: 3 }), {
          minLength: 2,
          maxLength: 4,
        }),
        (counts) => {
          const shows = shownOf(tablesOf(counts));
          expect(groupsOf(counts).every(({ name }) => shows(...(name.split('/') as [string, string])))).toBe(true);
        },
      ),
    );
  });

  it.each<[string, readonly number[], readonly number[]]>([
    ['a small group takes the next smallest with it', [300, 200, 5], [300]],
    ['two small groups that are large enough together hide nobody else', [300, 200, 5, 6], [300, 200]],
    ['two small groups that are small together hide one more', [300, 200, 3, 4], [300]],
    ['with two groups, both are hidden', [990, 5], []],
    ['a group of exactly the least size is shown', [10, 20], [10, 20]],
    ['an empty group tells nothing', [10, 20, 0], [10, 20, 0]],
  ])('%s', (_, sizes, shown) => {
    const figures = sizes.map((n, at) => cell('tpr', 'sex', String(at), n));
    const shows = shownOf(groupTables(figures, [['sex']], 'tpr'));
    expect(sizes.filter((_size, at) => shows('sex', String(at)))).toEqual(shown);
  });

  it('people whose attribute is missing are a group too, where their number follows', () => {
    const figures = [300, 200].map((n, at) => cell('tpr', 'sex', String(at), n));
    const tables = groupTables(figures, [['sex']], 'tpr');
    const shown = (total: number): readonly boolean[] => {
      const shows = shownOf(tables, new Map([['sex', total]]));
      return ['0', '1'].map((group) => shows('sex', group));
    };
    expect(shown(500)).toEqual([true, true]);
    expect(shown(504)).toEqual([true, false]);
    expect(shown(510)).toEqual([true, true]);
  });

  it('a ratio to the rest is judged by the group’s own rows, not by the smaller side', () => {
    // Of the large group the figure says how many the others are.
    const figures = [
      ...[
        ['a', 40],
        ['b', 40],
      ].map(([group, n]) => cell('selection_rate_to_rest', 'sex', String(group), Number(n))),
      ...[
        ['a', 960],
        ['b', 40],
      ].map(([group, n]) => cell('group_rows', 'sex', String(group), Number(n))),
    ];
    const [table] = groupTables(figures, [['sex']], 'selection_rate_to_rest');
    expect(table?.groups).toEqual([
      { name: 'a', size: 960 },
      { name: 'b', size: 40 },
    ]);
  });

  it('names that hold the separators of crossings are matched to their parts', () => {
    const figures = [
      cell('tpr', 'sex', 'a|b', 50),
      cell('tpr', 'race', 'c', 50),
      cell('tpr', 'sex x race', 'a|b|c', 50),
    ];
    const crossing = groupTables(figures, SENSITIVE, 'tpr').find(({ attribute }) => attribute === 'sex x race');
    expect(crossing?.margins.map(({ groupOf }) => groupOf)).toEqual([[0], [0]]);
  });
});
