/** Windows measured by threads, from the product's modules as any Node runs them. */
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as measuringHere from '../../../src/io/measuring-thread/measuring-threads.js';
import { shareFrame } from '../../../src/io/measuring-thread/share.js';
import type { WindowToMeasure } from '../../../src/io/measuring-thread/task.js';
import type { ReferenceByColumn, WindowByColumn } from '../../../src/measure/measure-by-column.js';
import {
  MEASURED_FAMILIES,
  measureReference,
  measureWindow,
  type WindowOptions,
} from '../../../src/measure/measure.js';
import { encodeReference, decodeReference } from '../../../src/measure/encode-reference.js';
import { compileInto } from '../../end-to-end/compiled.js';
import { anyRows, frameOfRows, rolesOfTask, TASKS } from '../../properties/any-frame.js';
import { frameOf, numbers, rolesFor, texts } from '../frames.js';

type Threads = Pick<typeof measuringHere, 'measuringThreads' | 'measureByThreads' | 'measureBesideThread'> &
  Pick<typeof measuringHere, 'prepareThreads' | 'WORTH_A_THREAD_ROWS' | 'WORTH_SHARING_ROWS'>;

/** What `measureWindow` is made of. */
const ROOMS = ['numeric', 'model', 'profile', 'quality', 'drift', 'metrics', 'fairness', 'runtime', 'estimation'];
const NEEDED = [...ROOMS, 'anomaly', 'segments', 'security', 'measure', 'io/measuring-thread'].map(
  (room) => `src/${room}`,
);

const checkout = join(import.meta.dirname, '../../..');
let compiled: string;
let threads: Threads;

beforeAll(async () => {
  // Below the checkout, so that packages are found from there.
  mkdirSync(join(checkout, '.plumbline'), { recursive: true });
  compiled = mkdtempSync(join(checkout, '.plumbline/measuring-thread-'));
  compileInto(compiled, NEEDED);
  const module = pathToFileURL(join(compiled, 'src/io/measuring-thread/measuring-threads.js'));
  threads = (await import(/* @vite-ignore */ module.href)) as Threads;
});
afterAll(() => {
  rmSync(compiled, { recursive: true, force: true });
});

const OPTIONS: WindowOptions = { families: MEASURED_FAMILIES, metrics: 'default', windowSeconds: 60, windowEnd: 1e12 };

function windowOf(task: (typeof TASKS)[number], seed: number): WindowToMeasure {
  const [before, now] = fc.sample(anyRows, { seed, numRuns: 2 }) as [never, never];
  const roles = rolesOfTask(task);
  const asked = { metrics: 'default', estimates: true, segments: true, security: true } as const;
  const reference = measureReference(frameOfRows(before, task), roles, asked);
  return [frameOfRows(now, task), reference, roles, OPTIONS];
}

const shared = ([frame, ...others]: WindowToMeasure): WindowToMeasure => [shareFrame(frame), ...others];

describe('a window measured by a thread', () => {
  it.each(TASKS)('has the figures that it has here, from shared memory and from copies: %s', async (task) => {
    const window = windowOf(task, 7);
    const here = measureWindow(...window);
    expect(here.length).toBeGreaterThan(50);
    const { window: measure } = threads.measuringThreads();
    expect(await measure(...shared(window))).toEqual(here);
    expect(await measure(...window)).toEqual(here);
  });

  it('takes its turn: more windows than threads are all measured, each for itself', async () => {
    const windows = [1, 2, 3, 4, 5, 6, 7].map((seed) => windowOf('binary', seed));
    const measured = await Promise.all(windows.map((window) => threads.measuringThreads().window(...window)));
    expect(measured).toEqual(windows.map((window) => measureWindow(...window)));
  });

  it('fails with what went wrong in the thread, and the next one has its turn', async () => {
    const [frame, reference, roles, options] = windowOf('binary', 1);
    const { window: measure } = threads.measuringThreads();
    for (let i = 0; i < 5; i += 1)
      await expect(measure(frame, reference, { ...roles, numeric: null as never }, options)).rejects.toThrow(TypeError);
    expect(await measure(frame, null, roles, options)).toHaveLength(measureWindow(frame, null, roles, options).length);
  });

  it('is given up when that is asked for, before it has begun and while it is being measured', async () => {
    const reason = new Error('no longer wanted');
    const given = threads.measuringThreads(AbortSignal.abort(reason)).window(...windowOf('binary', 1));
    await expect(given).rejects.toBe(reason);
    const stop = new AbortController();
    const begun = threads.measuringThreads(stop.signal).window(...windowOf('binary', 1));
    setImmediate(() => {
      stop.abort(reason);
    });
    await expect(begun).rejects.toBe(reason);
    expect(await threads.measuringThreads().window(...windowOf('binary', 1))).not.toEqual([]);
  });
});

describe('a window whose reference has long columns', () => {
  const rows = 70_000;
  const frameAt = (shift: number, count: number) => {
    const many = (valueOf: (row: number) => number) => Array.from({ length: count }, (_, row) => valueOf(row));
    return frameOf([
      ...['a', 'b', 'c'].map((name, at) =>
        numbers(
          name,
          many((row) => Math.sin(row * (at + 1) + shift) * 100),
        ),
      ),
      numbers(
        'few',
        many((row) => (row * 7 + shift) % 13),
      ),
      texts('d', many((row) => (row + shift) % 4).map(String)),
      numbers(
        'score',
        many((row) => ((row * 31 + shift) % 101) / 100),
      ),
      texts('y', many((row) => (row + shift) % 2).map(String)),
    ]);
  };
  const before = frameAt(0, rows);
  const roles = rolesFor(before, { numeric: ['a', 'b', 'c', 'few'], categorical: ['d'], score: 'score', label: 'y' });
  const measured = measureReference(before, roles, { metrics: 'default', estimates: true });
  const { bytes, headAt } = encodeReference(measured.profile, measured.estimator);
  let reads = 0;
  const reference: ReferenceByColumn = {
    ...decodeReference(bytes.subarray(headAt)),
    figures: measured.figures,
    columnBytes: rows * 8 + 64,
    readColumn(column, memory) {
      reads += 1;
      const target = new Uint8Array(memory, 0, column.bytes);
      target.set(bytes.subarray(column.at, column.at + column.bytes));
      return Promise.resolve(target);
    },
  };
  const windowOfRows = (count: number): WindowByColumn => ({
    ...{ current: shareFrame(frameAt(1, count)), reference, roles, options: OPTIONS },
  });

  it.each([
    ['few rows', 500],
    ['more', 6_000],
    ['many', 60_000],
  ])('has the figures that it has here: %s', async (_, count) => {
    const window = windowOfRows(count);
    const here = measureWindow(window.current, measured, roles, OPTIONS);
    reads = 0;
    expect(await threads.measureByThreads(window)).toEqual(here);
    expect(await threads.measureBesideThread(window)).toEqual(here);
    expect(reads).toBe(10);
  });

  it('and without them, too', async () => {
    const short = { ...measured, long: new Map(), columnBytes: 0, readColumn: reference.readColumn };
    for (const count of [500, 6_000, 60_000]) {
      const window = { ...windowOfRows(count), reference: short };
      const here = measureWindow(window.current, measured, roles, OPTIONS);
      expect(await threads.measureByThreads(window)).toEqual(here);
      expect(await threads.measureByThreads({ ...window, reference: null })).toEqual(
        measureWindow(window.current, null, roles, OPTIONS),
      );
    }
  });

  it('is given up in the middle, and several at a time are measured each for itself', async () => {
    const reason = new Error('no longer wanted');
    const stop = new AbortController();
    const given = threads.measureByThreads(windowOfRows(60_000), stop.signal);
    setTimeout(() => {
      stop.abort(reason);
    }, 20);
    const others = Promise.all([60_000, 55_000, 7_000].map((count) => threads.measureByThreads(windowOfRows(count))));
    await expect(given).rejects.toBe(reason);
    const lengths = (await others).map((figures) => figures.length);
    expect(new Set(lengths)).toEqual(
      new Set([measureWindow(windowOfRows(7_000).current, measured, roles, OPTIONS).length]),
    );
  });
});

it('threads that are prepared keep nobody waiting, and no process alive', async () => {
  await threads.prepareThreads();
  const script = `
    const { prepareThreads, measuringThreads } = await import('./src/io/measuring-thread/measuring-threads.js');
    await prepareThreads();
    await measuringThreads().window({ rows: 0, intake: { read: 0, duplicateIds: 0, poison: 0 }, columns: new Map() }, null,
      { task: 'binary', numeric: [], categorical: [], sensitive: [], scoresAreProbabilities: true },
      { families: [], metrics: 'default' });
    console.log('measured');`;
  const file = join(compiled, 'prepares.js');
  writeFileSync(file, script);
  const ran = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 30_000 });
  expect([ran.status, ran.stdout, ran.stderr]).toEqual([0, 'measured\n', '']);
});

describe('shared memory', () => {
  it('holds the same rows, as narrow as they were', () => {
    const [frame] = windowOf('binary', 3);
    const copy = shareFrame(frame);
    expect(copy).toEqual(frame);
    for (const column of copy.columns.values()) {
      const cells = column.kind === 'numeric' ? column.values : column.codes;
      expect(cells.buffer).toBeInstanceOf(SharedArrayBuffer);
    }
  });

  it.each([
    ['bytes', Int8Array],
    ['words of two bytes', Int16Array],
    ['words of four bytes', Int32Array],
  ])('keeps codes as %s', (_, Codes) => {
    const codes = Codes.of(0, -1, 1);
    const column = { kind: 'category', name: 'c', codes, levels: ['a', 'b'] } as const;
    const frame = { rows: 3, columns: new Map([['c', column]]), intake: { read: 3, duplicateIds: 0, poison: 0 } };
    expect(shareFrame(frame).columns.get('c')).toEqual(column);
  });
});
