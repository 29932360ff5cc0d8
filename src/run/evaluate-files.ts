/** The files that `evaluate` takes: both periods, what their columns mean, the model. Every fault is told, with its file and line. */
import { readFile } from 'node:fs/promises';
import { rolesFromColumnsFile } from '../io/csv/columns-file.js';
import { readTableHeader, type TableHeader } from '../io/table-file.js';
import { parseTime } from '../io/csv/parse-cell.js';
import type { AskedModel } from '../model/asked-model.js';
import { type ExplainedModel, modelFromFile } from '../model/explained-model.js';
import type { Roles } from '../model/frame.js';
import { nearest } from '../model/nearest.js';
import { REQUEST_NUMBERS } from '../model/roles.js';
import type { AskedMetrics } from './asked-metrics.js';
import { wrongUse } from './command-fault.js';
import { readTables } from './tables/read-in-thread.js';
import type { MeasurableTable } from './tables/read-table.js';
import { tableFault } from './tables/table-fault.js';

export interface EvaluateFiles {
  readonly reference: string;
  readonly current: string;
  readonly columns: string;
  readonly model?: string;
}

export interface EvaluateInput {
  readonly roles: Roles;
  readonly reference: MeasurableTable;
  readonly current: MeasurableTable;
  /** Rows of a chunk, where the columns file says it. */
  readonly chunkRows?: number;
  /** End of the current window, where the columns file says it: freshness counts from there. */
  readonly windowEnd?: number;
  /** The model whose answers are to be explained. */
  readonly model?: ExplainedModel | AskedModel;
}

/** The fault of a file in one line; what is no fault of the file is thrown on. */
function lineOf(path: string, error: unknown): string {
  const told = tableFault(path, error);
  if (told === undefined) throw error;
  return told;
}

function refuse(faults: readonly string[], cure: string | null): never {
  throw wrongUse(faults.join('\n'), cure, { faults });
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** `chunk_size` beside the columns, or in the parameters of an estimate that a golden document expects. */
function chunkRowsOf(document: unknown): number | undefined {
  const whole = record(document);
  const own = record(whole['columns'] ?? whole)['chunk_size'];
  const figures = Array.isArray(whole['figures']) ? (whole['figures'] as unknown[]).map(record) : [];
  const told = figures.map((figure) => figure['family'] === 'estimate' && record(figure['params'])['chunk_size']);
  return [own, ...told].find((size) => typeof size === 'number' && Number.isInteger(size) && size > 0) as
    number | undefined;
}

/** `window_end` beside the columns: a time as in the files, or milliseconds since the epoch. */
function windowEndOf(document: unknown): number | undefined {
  const whole = record(document);
  const told = record(whole['columns'] ?? whole)['window_end'];
  if (told === undefined || (typeof told === 'number' && Number.isFinite(told))) return told;
  const time = typeof told === 'string' ? parseTime(told) : undefined;
  if (time === undefined) throw new Error('window_end: it is no time; write for example 2026-05-01T00:00:00Z');
  return time;
}

/** Where JSON breaks off, as Node words it: "… at position 12". */
function placeIn(text: string, message: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return `line ${String(before.length)}, column ${String((before.at(-1) ?? '').length + 1)}: `;
}

/** A JSON file as `take` understands it; its faults line by line, with the file before each. */
async function readDocument<T>(path: string, take: (document: unknown) => T): Promise<T> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return refuse([lineOf(path, error)], null);
  }
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return refuse([`${path}: ${placeIn(text, message)}it is no JSON: ${message}`], null);
  }
  try {
    return take(document);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return refuse(
      error.message.split('\n').map((line) => `${path}: ${line}`),
      'what the file may hold: docs/evaluate.md',
    );
  }
}

function columnsOf(roles: Roles): string[] {
  const single = [
    roles.prediction,
    roles.score,
    roles.label,
    roles.error,
    roles.caller,
    roles.time,
    roles.arrived,
    roles.planted,
  ];
  return [
    ...new Set([
      ...roles.numeric,
      ...roles.categorical,
      ...[...single, ...REQUEST_NUMBERS.map((role) => roles[role])].filter((name) => name !== undefined),
      ...(roles.scores ?? []).map(([, name]) => name),
      ...roles.sensitive.flat(),
    ]),
  ];
}

/** A line for each column that the file does not have, with the name that was probably meant. */
function missingColumns(path: string, { names, place }: TableHeader, wanted: readonly string[]): string[] {
  const there = new Set(names);
  const free = names.filter((name) => !wanted.includes(name));
  return wanted
    .filter((name) => !there.has(name))
    .map((name) => {
      const guess = nearest(name, free);
      return `${path}: ${place}no column "${name}"${guess === undefined ? '' : `; is "${guess}" meant?`}`;
    });
}

function withoutLabel(roles: Roles): Roles {
  const { label, arrived: _, ...rest } = roles;
  return label === undefined ? roles : rest;
}

/** Both headers against the columns file; the current period may lack labels, and then gets its roles without them. */
async function rolesByPeriod(files: EvaluateFiles, roles: Roles): Promise<readonly [Roles, Roles]> {
  const paths = [files.reference, files.current];
  const read = await Promise.allSettled(paths.map(readTableHeader));
  const header = read[1]?.status === 'fulfilled' ? read[1].value.names : [];
  const ofCurrent = roles.label !== undefined && !header.includes(roles.label) ? withoutLabel(roles) : roles;
  const faults = read.flatMap((result, at) => {
    const path = paths[at] ?? '';
    if (result.status === 'rejected') return [lineOf(path, result.reason)];
    return missingColumns(path, result.value, columnsOf(at === 0 ? roles : ofCurrent));
  });
  if (faults.length > 0) refuse(faults, `correct the file, or the names in ${files.columns}`);
  return [roles, ofCurrent];
}

/** Reads all files. Whatever is wrong with both tables is told at once. `ofRows`: the rows of features are asked for. */
export async function readEvaluateFiles(
  files: EvaluateFiles,
  { metrics, ofRows }: Pick<AskedMetrics, 'metrics' | 'ofRows'>,
): Promise<EvaluateInput> {
  const { roles, chunkRows, windowEnd } = await readDocument(files.columns, (document) => ({
    roles: rolesFromColumnsFile(document),
    chunkRows: chunkRowsOf(document),
    windowEnd: windowEndOf(document),
  }));
  const model = files.model === undefined ? undefined : await readDocument(files.model, modelFromFile);
  const [ofReference, ofCurrent] = await rolesByPeriod(files, roles);
  // The errors of a regression without labels are estimated from its features, and only reading shows whether there are labels.
  const keepFeatures = ofRows || model !== undefined || roles.task === 'regression';
  const asked = { metrics, keepFeatures, ...(windowEnd !== undefined && { windowEnd }) };
  const [reference, current] = await readTables(
    { ...asked, on: 'reference', path: files.reference, roles: ofReference },
    { ...asked, on: 'current', path: files.current, roles: ofCurrent },
  );
  if (reference.table === undefined || current.table === undefined) {
    return refuse(
      [reference.fault, current.fault].filter((fault) => fault !== undefined),
      null,
    );
  }
  return {
    roles,
    reference: reference.table,
    current: current.table,
    ...(chunkRows !== undefined && { chunkRows }),
    ...(windowEnd !== undefined && { windowEnd }),
    ...(model !== undefined && { model }),
  };
}
