/** Figures come back from MySQL and MariaDB as they were measured. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dropStagedFigures,
  insertFigures,
  loadFigures,
  loadFiguresOf,
  stagedFigures,
  stageFigures,
} from '../../src/io/mysql/figures.js';
import { change } from '../../src/io/mysql/rows.js';
import type { Figure } from '../../src/model/figure.js';
import { NOW, storeEvaluation } from './judged.js';
import { onEachServer } from './servers.js';

const figureOf = (value: Figure['value'], more: object = {}): Figure =>
  ({
    ...{ id: 'performance/current/roc_auc', family: 'performance', metric: 'roc_auc', on: 'current', n: 120, value },
    ...more,
  }) as Figure;

const FIGURES: readonly { title: string; figure: Figure }[] = [
  { title: 'a number with its interval', figure: figureOf(0.1 + 0.2, { interval: [0.1, 1 / 3] }) },
  { title: 'an interval of no width', figure: figureOf(0, { interval: [0, 0] }) },
  { title: 'the largest numbers', figure: figureOf(Number.MAX_VALUE, { interval: [-Number.MAX_VALUE, 1e308] }) },
  { title: 'the smallest numbers', figure: figureOf(5e-324, { interval: [-5e-324, 2.2250738585072014e-308] }) },
  { title: 'a large n', figure: figureOf(1, { n: Number.MAX_SAFE_INTEGER }) },
  { title: 'n = 0', figure: figureOf(1, { n: 0, degenerate: true }) },
  { title: 'no value with a reason', figure: figureOf(null, { reason: 'no positive label' }) },
  { title: 'a text', figure: figureOf('größe\n"👍"\\', { metric: 'mode' }) },
  { title: 'an empty text', figure: figureOf('') },
  { title: 'a truth value', figure: figureOf(false) },
  { title: 'a table', figure: figureOf([['yes', 1, 2.5], ['no', -1e308, 5e-324], []]) },
  { title: 'an empty list', figure: figureOf([]) },
  { title: 'a long list', figure: figureOf(Array.from({ length: 20_000 }, (_, i) => `category ${String(i)}`)) },
  { title: 'a feature and a version', figure: figureOf(1, { column: 'größe "x"', version: 'v2' }) },
  { title: 'a pair', figure: figureOf(1, { on: 'reference', pair: ['a', 'b'] }) },
  {
    title: 'a class and a group',
    figure: figureOf(1, { on: 'both', class: 'yes|no', attribute: 'sex x race', group: 'f|"x"' }),
  },
  {
    title: 'a group as long as data may be',
    figure: figureOf(1, { id: `fairness/${'g'.repeat(900)}`, group: '"'.repeat(5000) }),
  },
];

onEachServer((database) => {
  describe('figures come back as they were stored', () => {
    it.each(FIGURES)('$title', async ({ figure }) => {
      const { pool } = database();
      const { id } = await storeEvaluation(pool, `figure-${String(Math.random())}`);
      await insertFigures(pool, id, [figure]);
      expect(await loadFigures(pool, id)).toEqual([figure]);
    });

    it('any finite number, bit for bit (but for the sign of zero)', async () => {
      const { pool } = database();
      const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
      const samples = fc
        .sample(finite, 2000)
        .map((value, i) => figureOf(value, { id: `f${String(i)}`, interval: [value, value] }));
      const { id } = await storeEvaluation(pool, 'doubles');
      await insertFigures(pool, id, samples);
      expect(await loadFigures(pool, id)).toEqual(samples);
    });

    it.each([NaN, Infinity, -Infinity])('%d is refused, never stored as something else', async (value) => {
      const { pool } = database();
      const { id } = await storeEvaluation(pool, `refused-${String(value)}`);
      await expect(insertFigures(pool, id, [figureOf(value)])).rejects.toThrow();
      expect(await loadFigures(pool, id)).toEqual([]);
    });

    it('more than one statement holds, in their order', async () => {
      const { pool } = database();
      const many = Array.from({ length: 1203 }, (_, i) => figureOf(i, { id: `quality/current/f${String(i)}/missing` }));
      const { id } = await storeEvaluation(pool, 'many');
      await insertFigures(pool, id, many);
      expect(await loadFigures(pool, id)).toEqual(many);
    });

    it('of some metrics only, and of several evaluations at once', async () => {
      const { pool } = database();
      const ids: number[] = [];
      for (const value of [1, 2]) {
        const { id } = await storeEvaluation(pool, `some-${String(value)}`);
        ids.push(id);
        await insertFigures(pool, id, [
          figureOf(value, { id: 'a', metric: 'wanted' }),
          figureOf(value, { id: 'b', metric: 'other' }),
          figureOf(value, { id: 'c', metric: 'wanted' }),
        ]);
      }
      const found = await loadFiguresOf(pool, [...ids, -1], ['wanted', 'absent']);
      expect([...found].map(([id, figures]) => [id, figures.map((figure) => figure.id)])).toEqual([
        [ids[0], ['a', 'c']],
        [ids[1], ['a', 'c']],
        [-1, []],
      ]);
      expect((await loadFiguresOf(pool, ids, [])).get(ids[0] ?? 0)).toEqual([]);
    });

    it('a row with neither value nor reason is a fault, not a zero', async () => {
      const { pool } = database();
      const { id } = await storeEvaluation(pool, 'neither');
      await insertFigures(pool, id, [figureOf(1)]);
      await change(pool, 'UPDATE figures SET value = NULL WHERE evaluation = ?', [id]);
      await expect(loadFigures(pool, id)).rejects.toThrow('stored without a value and without a reason');
    });
  });

  it('staged figures wait for their part, are replaced when measured again, and go when judged', async () => {
    const { pool } = database();
    const digest = 'c'.repeat(64);
    await stageFigures(pool, 'staged', digest, 'data', [figureOf(1)], NOW);
    await stageFigures(
      pool,
      'staged',
      digest,
      'outcome',
      FIGURES.map(({ figure }) => figure),
      NOW,
    );
    await stageFigures(pool, 'staged', digest, 'data', [figureOf(0.1 + 0.2)], NOW + 1);
    await stageFigures(pool, 'staged', 'e'.repeat(64), 'data', [], NOW);
    expect(await stagedFigures(pool, 'staged', digest)).toEqual(
      new Map([
        ['data', [figureOf(0.1 + 0.2)]],
        ['outcome', FIGURES.map(({ figure }) => figure)],
      ]),
    );
    await dropStagedFigures(pool, 'staged', digest);
    expect(await stagedFigures(pool, 'staged', digest)).toEqual(new Map());
    expect(await stagedFigures(pool, 'staged', 'e'.repeat(64))).toEqual(new Map([['data', []]]));
  });
});
