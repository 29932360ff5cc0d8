/** Windows measured by threads, from the product's modules as any Node runs them. */
import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as measuringHere from '../../../src/io/measuring-thread/measure-in-thread.js';
import { shareFrame, shareProfile } from '../../../src/io/measuring-thread/share.js';
import {
  MEASURED_FAMILIES,
  measureReference,
  measureWindow,
  type WindowOptions,
} from '../../../src/measure/measure.js';
import { compileInto } from '../../end-to-end/compiled.js';
import { anyRows, frameOfRows, rolesOfTask, TASKS } from '../../properties/any-frame.js';

type Threads = Pick<typeof measuringHere, 'measureInThread'>;

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
  const module = pathToFileURL(join(compiled, 'src/io/measuring-thread/measure-in-thread.js'));
  threads = (await import(/* @vite-ignore */ module.href)) as Threads;
});
afterAll(() => {
  rmSync(compiled, { recursive: true, force: true });
});

const OPTIONS: WindowOptions = { families: MEASURED_FAMILIES, metrics: 'default', windowSeconds: 60, windowEnd: 1e12 };

function windowOf(task: (typeof TASKS)[number], seed: number): measuringHere.WindowToMeasure {
  const [before, now] = fc.sample(anyRows, { seed, numRuns: 2 }) as [never, never];
  const roles = rolesOfTask(task);
  const asked = { metrics: 'default', estimates: true, segments: true, security: true } as const;
  const reference = measureReference(frameOfRows(before, task), roles, asked);
  return [frameOfRows(now, task), reference, roles, OPTIONS];
}

const shared = ([frame, reference, roles, options]: measuringHere.WindowToMeasure): measuringHere.WindowToMeasure => [
  shareFrame(frame),
  reference && { ...reference, profile: shareProfile(reference.profile) },
  roles,
  options,
];

describe('a window measured by a thread', () => {
  it.each(TASKS)('has the figures that it has here, from shared memory and from copies: %s', async (task) => {
    const window = windowOf(task, 7);
    const here = measureWindow(...window);
    expect(here.length).toBeGreaterThan(50);
    expect(await threads.measureInThread(shared(window))).toEqual(here);
    expect(await threads.measureInThread(window)).toEqual(here);
  });

  it('takes its turn: more windows than threads are all measured, each for itself', async () => {
    const windows = [1, 2, 3, 4, 5, 6, 7].map((seed) => windowOf('binary', seed));
    const measured = await Promise.all(windows.map((window) => threads.measureInThread(window)));
    expect(measured).toEqual(windows.map((window) => measureWindow(...window)));
  });

  it('fails with what went wrong in the thread, and the next one has its turn', async () => {
    const [frame, reference, roles, options] = windowOf('binary', 1);
    const broken: measuringHere.WindowToMeasure = [frame, reference, { ...roles, numeric: null as never }, options];
    for (let i = 0; i < 5; i += 1) await expect(threads.measureInThread(broken)).rejects.toThrow(TypeError);
    expect(await threads.measureInThread([frame, null, roles, options])).toHaveLength(
      measureWindow(frame, null, roles, options).length,
    );
  });

  it('is given up when that is asked for, before it has begun and while it is being measured', async () => {
    const reason = new Error('no longer wanted');
    await expect(threads.measureInThread(windowOf('binary', 1), AbortSignal.abort(reason))).rejects.toBe(reason);
    const stop = new AbortController();
    const given = threads.measureInThread(windowOf('binary', 1), stop.signal);
    setImmediate(() => {
      stop.abort(reason);
    });
    await expect(given).rejects.toBe(reason);
    expect(await threads.measureInThread(windowOf('binary', 1))).not.toEqual([]);
  });
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
