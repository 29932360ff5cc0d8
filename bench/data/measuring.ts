/**
 * The measuring process: `node measuring.js`, started with an IPC channel, so that its CPU time and its memory are those of
 * reading and measuring alone. It reads and measures with what the product's cycles read and measure with.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openDatabase, type Database } from '../../src/io/mysql/pool.js';
import {
  measureBesideThread,
  measureByThreads,
  prepareThreads,
  WORTH_SHARING_ROWS,
} from '../../src/io/measuring-thread/measuring-threads.js';
import { shareFrame } from '../../src/io/measuring-thread/share.js';
import { byColumn } from '../../src/io/mysql/reference-columns.js';
import { findReference, storeReference } from '../../src/io/mysql/references.js';
import { windowQuery } from '../../src/io/mysql/window-query.js';
import { readWindow } from '../../src/io/mysql/window-reader.js';
import { encodeReference } from '../../src/measure/encode-reference.js';
import type { ReferenceByColumn } from '../../src/measure/measure-by-column.js';
import { measureFeaturesUsingUp, type MeasuredFeatures } from '../../src/measure/measure-features.js';
import { type MeasuredReference, measureReference, measureWindow } from '../../src/measure/measure.js';
import type { Figure, FigureFamily } from '../../src/model/figure.js';
import type { Frame } from '../../src/model/frame.js';
import { splitByVersion } from '../../src/model/frame-rows.js';
import { ROLE_COLUMNS, rolesOf } from '../../src/model/roles.js';
import type { Window } from '../../src/model/window.js';
import type { FromMeasuring, Measured, MeasuringTask, ToMeasuring } from './measuring-task.js';

/** What the scripts measure, too; the others have benchmarks of their own. */
const FAMILIES: readonly FigureFamily[] = ['quality', 'drift', 'performance', 'fairness', 'runtime'];
const REVISION = 1;
/** As in a worker: while the server looks for the rows of one model, those of another are measured. */
const AT_A_TIME = 3;

type KeptReference = ReferenceByColumn & Pick<MeasuredReference, 'figures'>;

let databases: { readonly tables: Database; readonly store: Database } | null = null;
/** Decoded references by model, as a worker keeps them. */
const kept = new Map<string, KeptReference>();

interface Tally {
  rows: number;
  readSeconds: number;
  storedBytes: number;
}

function opened(): { readonly tables: Database; readonly store: Database } {
  if (databases === null) throw new Error('the databases are not open');
  return databases;
}

/** Reads a window of one version. */
async function read(task: MeasuringTask, window: Window, tally: Tally): Promise<Frame> {
  const begun = performance.now();
  const query = windowQuery(task.definition, window, window.to);
  const frame = await readWindow(opened().tables.pool, query);
  tally.readSeconds += (performance.now() - begun) / 1000;
  tally.rows += frame.rows;
  const [part, ...others] = splitByVersion(frame, ROLE_COLUMNS.version);
  if (part === undefined || others.length > 0) throw new Error('the window is not of one version');
  return part.frame;
}

interface Taken {
  readonly features: MeasuredFeatures;
  readonly rest: Frame;
}

/** Reads a window; its features are measured, and their rows used up. */
async function take(task: MeasuringTask, window: Window, on: 'reference' | 'current', tally: Tally): Promise<Taken> {
  const { definition, metrics } = task;
  const frame = await read(task, window, tally);
  const flow = { metrics, ...(on === 'current' && { windowEnd: window.to }) };
  return measureFeaturesUsingUp(frame, rolesOf(definition), on, flow);
}

const secondsOf = ({ from, to }: Window): number => (to - from) / 1000;

async function takeReference(task: MeasuringTask, tally: Tally): Promise<MeasuredReference> {
  const { definition, metrics } = task;
  if (definition.reference.kind !== 'span') throw new Error('the reference is no span of the table');
  const span = { from: Date.parse(definition.reference.from), to: Date.parse(definition.reference.to) };
  const { features, rest } = await take(task, span, 'reference', tally);
  return measureReference(rest, rolesOf(definition), { metrics, ...features, windowSeconds: secondsOf(span) });
}

async function storedReference({ definition }: MeasuringTask): Promise<KeptReference> {
  const known = kept.get(definition.model);
  if (known !== undefined) return known;
  const where = { model: definition.model, version: '', revision: REVISION };
  const { pool } = opened().store;
  const stored = await findReference(pool, where);
  if (stored === null) throw new Error(`${definition.model} has no stored reference`);
  const reference = byColumn(pool, stored);
  kept.set(definition.model, reference);
  return reference;
}

async function store(task: MeasuringTask, tally: Tally): Promise<void> {
  const { profile, figures } = await takeReference(task, tally);
  const encoded = encodeReference(profile);
  const digest = createHash('sha256').update(encoded.bytes).digest('hex');
  const reference = { digest, description: 'the first day', rows: profile.rows, figures, profile: encoded };
  const where = { model: task.definition.model, version: '', revision: REVISION };
  await storeReference(opened().store.pool, where, reference, task.window.to);
  tally.storedBytes += encoded.bytes.length;
}

/** The figures that a cycle judges, those of a reference that was read with it among them. */
async function figuresOf(task: MeasuringTask, tally: Tally): Promise<readonly Figure[]> {
  const { definition, window, metrics, way } = task;
  if (way === 'hours') {
    // What a cycle needs besides is not to stand in the memory of those that read rows.
    const { hourlyFigures } = await import('./hourly-figures.js');
    const { rows, figures } = await hourlyFigures(opened(), task, FAMILIES);
    tally.rows += rows;
    return figures;
  }
  const roles = rolesOf(definition);
  const options = { families: FAMILIES, metrics, windowSeconds: secondsOf(window), windowEnd: window.to };
  if (way === 'stored reference') {
    const reference = await storedReference(task);
    const current = await read(task, window, tally);
    const measured =
      current.rows < WORTH_SHARING_ROWS
        ? measureByThreads({ current, reference, roles, options })
        : measureBesideThread({ current: shareFrame(current), reference, roles, options });
    return [...reference.figures, ...(await measured)];
  }
  const reference = await takeReference(task, tally);
  const { features, rest } = await take(task, window, 'current', tally);
  const figures = measureWindow(rest, reference, roles, { ...options, ...features, usesProfileUp: true });
  return [...reference.figures, ...figures];
}

/** The kernel's other count begins with that of the process that started this one. */
function peakMib(): number {
  try {
    const line = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line?.[1] !== undefined) return Number(line[1]) / 1024;
  } catch {
    // Only Linux has it.
  }
  return process.resourceUsage().maxRSS / 1024;
}

async function measure(tasks: readonly MeasuringTask[]): Promise<Measured> {
  const tally: Tally = { rows: 0, readSeconds: 0, storedBytes: 0 };
  const cpu = process.cpuUsage();
  const begun = performance.now();
  let figures: readonly Figure[] = [];
  const waiting = tasks.values();
  const workOff = async (): Promise<void> => {
    for (const task of waiting) {
      if (task.way === 'store reference') await store(task, tally);
      else {
        const found = await figuresOf(task, tally);
        if (task === tasks.at(-1)) figures = found;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, workOff));
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...tally,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakMib: peakMib(),
    figures: figures.flatMap(({ id, value }) => (typeof value === 'number' ? [[id, value] as const] : [])),
    bounds: figures.flatMap((figure) => {
      return figure.value === null || figure.bound === undefined ? [] : [[figure.id, figure.bound] as const];
    }),
  };
}

const tell = (message: FromMeasuring): void => void process.send?.(message);

async function obey(message: ToMeasuring): Promise<void> {
  switch (message.kind) {
    case 'open':
      databases = { tables: openDatabase(message.tablesUrl), store: openDatabase(message.storeUrl) };
      if (message.thread) await prepareThreads(1);
      tell({ kind: 'opened' });
      return;
    case 'measure':
      tell({ kind: 'measured', measured: await measure(message.tasks) });
      return;
    case 'stop':
      await databases?.tables.close();
      await databases?.store.close();
      process.disconnect();
  }
}

process.on('message', (message: ToMeasuring) => {
  obey(message).catch((error: unknown) => {
    tell({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
