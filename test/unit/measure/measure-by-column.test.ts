/** A window measured column by column has the figures that it has as a whole. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  measureByColumn,
  type Measuring,
  measuringHere,
  type ReferenceByColumn,
} from '../../../src/measure/measure-by-column.js';
import { decodeReference, encodeReference } from '../../../src/measure/encode-reference.js';
import {
  MEASURED_FAMILIES,
  measureReference,
  measureWindow,
  type WindowOptions,
} from '../../../src/measure/measure.js';
import { LONG_FROM } from '../../../src/profile/encode-profile.js';
import { anyRows, frameOfRows, rolesOfTask, TASKS } from '../../properties/any-frame.js';
import { frameOf, numbers, rolesFor, texts } from '../frames.js';

const OPTIONS: WindowOptions = { families: MEASURED_FAMILIES, metrics: 'default', windowSeconds: 60, windowEnd: 1e12 };
const NO_LONG_COLUMN = {
  long: new Map(),
  columnBytes: 0,
  readColumn: () => Promise.reject(new Error('no column is long')),
};

const asked = { metrics: 'default', estimates: true, segments: true, security: true } as const;

describe('short columns', () => {
  it.each(TASKS)('all figures are those of the whole window, in their order: %s', async (task) => {
    const roles = rolesOfTask(task);
    await fc.assert(
      fc.asyncProperty(anyRows, anyRows, async (before, now) => {
        const measured = measureReference(frameOfRows(before, task), roles, asked);
        const reference = { ...measured, ...NO_LONG_COLUMN };
        const current = frameOfRows(now, task);
        for (const families of [MEASURED_FAMILIES, ['drift'], ['quality', 'security'], ['performance']] as const) {
          const options = { ...OPTIONS, families };
          expect(await measureByColumn({ current, reference, roles, options }, measuringHere)).toEqual(
            measureWindow(current, measured, roles, options),
          );
        }
        expect(await measureByColumn({ current, reference: null, roles, options: OPTIONS }, measuringHere)).toEqual(
          measureWindow(current, null, roles, OPTIONS),
        );
      }),
      { numRuns: 25 },
    );
  });
});

describe('long columns', () => {
  const rows = LONG_FROM + 500;
  const many = (valueOf: (row: number) => number) => Array.from({ length: rows }, (_, row) => valueOf(row));
  const frameAt = (shift: number) =>
    frameOf([
      numbers(
        'a',
        many((row) => Math.sin(row * 3 + shift) * 100),
      ),
      numbers(
        'b',
        many((row) => (row * 7 + shift) % 13),
      ),
      numbers(
        'c',
        many((row) => (row % 500 === 0 ? NaN : Math.cos(row + shift))),
      ),
      texts('d', many((row) => (row + shift) % 4).map(String)),
      numbers(
        'score',
        many((row) => ((row * 31 + shift) % 101) / 100),
      ),
      texts('y', many((row) => (row + shift) % 2).map(String)),
    ]);
  const reference = frameAt(0);
  const current = frameAt(1);
  const roles = rolesFor(reference, {
    numeric: ['a', 'b', 'c', 'gone'],
    categorical: ['d'],
    score: 'score',
    label: 'y',
  });
  const measured = measureReference(reference, roles, asked);
  const { bytes, headAt } = encodeReference(measured.profile, measured.estimator, measured.isolation);
  const read: string[] = [];
  const stored: ReferenceByColumn = {
    ...decodeReference(bytes.subarray(headAt)),
    figures: measured.figures,
    columnBytes: rows * 8 + 64,
    readColumn(column, memory) {
      read.push(column.name);
      const target = new Uint8Array(memory, 0, column.bytes);
      target.set(bytes.subarray(column.at, column.at + column.bytes));
      return Promise.resolve(target);
    },
  };

  it('are read one by one, and the figures are those of the whole reference', async () => {
    read.length = 0;
    const window = { current, reference: stored, roles, options: OPTIONS };
    const figures = await measureByColumn(window, measuringHere);
    expect(figures).toEqual(measureWindow(current, measured, roles, OPTIONS));
    expect(figures.filter(({ family }) => family === 'drift').length).toBeGreaterThan(20);
    expect(read).toEqual(['a', 'b', 'c', 'score']);
  });

  it('so do metrics by name, with the drift of the label', async () => {
    const options = { ...OPTIONS, metrics: ['wasserstein', 'chi2_p', 'mean', 'roc_auc'] };
    const figures = await measureByColumn({ current, reference: stored, roles, options }, measuringHere);
    expect(figures).toEqual(measureWindow(current, measured, roles, options));
    expect(figures.map(({ id }) => id)).toContain('drift/y/chi2_p');
  });

  it('are held in memory a few at a time, which is used again', async () => {
    const memories = new Set<ArrayBuffer>();
    let held = 0;
    let most = 0;
    const counting: Measuring = {
      ...measuringHere,
      width: 2,
      async column(column) {
        const stands = column.reference?.kind === 'stored';
        if (stands) memories.add(column.reference.bytes.buffer as ArrayBuffer);
        held += Number(stands);
        most = Math.max(most, held);
        await new Promise(setImmediate);
        const done = await measuringHere.column(column);
        held -= Number(stands);
        return done;
      },
    };
    await measureByColumn({ current, reference: stored, roles, options: OPTIONS }, counting);
    expect(most).toBeLessThanOrEqual(2);
    expect(memories.size).toBeLessThanOrEqual(3);
  });

  it('fail the window where one cannot be read, and where one cannot be measured', async () => {
    const broken = { ...stored, readColumn: () => Promise.reject(new Error('the server is gone')) };
    const window = { current, reference: broken, roles, options: OPTIONS };
    await expect(measureByColumn(window, measuringHere)).rejects.toThrow('the server is gone');
    const failing = { ...measuringHere, column: () => Promise.reject(new Error('out of memory')) };
    await expect(measureByColumn({ ...window, reference: stored }, failing)).rejects.toThrow('out of memory');
  });

  it.each(['pearson', 'duplicate_rows', 'dataset_share', 'pca_reconstruction_error'])(
    'do not go with a metric of all columns: %s',
    async (metric) => {
      const window = { current, reference: stored, roles, options: { ...OPTIONS, metrics: ['mean', metric] } };
      await expect(measureByColumn(window, measuringHere)).rejects.toThrow(
        `${metric}: not to be measured one column at a time`,
      );
    },
  );
});
