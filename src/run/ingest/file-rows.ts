/** Records of files as rows of predictions and labels, strict about what a cell may be. */
import type { LabelRow, PredictionRow } from '../../io/mysql/prediction-log.js';
import type { ModelDefinition } from '../../model/definition.js';
import { parseInstant } from '../../model/definition-build.js';
import { didYouMean, didYouMeanSentence } from '../../model/nearest.js';
import { IngestFault, type NumberedRecord } from './file-records.js';
import { AHEAD_CURE, aheadOf, instantOf } from './instants.js';
import { EARLIEST_MILLISECONDS } from './row-schema.js';

function textCell({ line, cells }: NumberedRecord, name: string): string | null {
  const value = cells[name];
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new IngestFault(line, `${name} is ${Array.isArray(value) ? 'a list' : 'an object'} where a text is expected`);
}

function requiredCell(record: NumberedRecord, name: string): string {
  const value = textCell(record, name);
  if (value !== null && value !== '') return value;
  const there = name in record.cells;
  throw new IngestFault(
    record.line,
    there ? `${name} is empty` : `${name} is missing. ${didYouMean(name, Object.keys(record.cells), 'It has')}`,
  );
}

function numberCell(record: NumberedRecord, name: string): number | null {
  const text = textCell(record, name);
  if (text === null) return null;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new IngestFault(record.line, `${name} is no number: "${text}"`);
  return value;
}

/** An instant with its zone, a day, `2026-01-31 08:00:00` in UTC, or milliseconds since the epoch. */
function timeCell(record: NumberedRecord, name: string, now: number): number {
  const text = requiredCell(record, name);
  const isNumber = /^\d{10,14}$/.test(text);
  const at = isNumber ? Number(text) : timeOf(text);
  if (at === undefined && instantOf(`${text}Z`) !== undefined)
    throw new IngestFault(record.line, `${name} has no zone: "${text}"; write for example ${text}Z or ${text}+01:00`);
  if (at === undefined)
    throw new IngestFault(record.line, `${name} is no time: "${text}"; write for example 2026-01-31T08:00:00Z`);
  if (isNumber && at < EARLIEST_MILLISECONDS)
    throw new IngestFault(record.line, `${name} looks like seconds: ${text}; write milliseconds`);
  const ahead = aheadOf(now, at);
  if (ahead !== undefined) throw new IngestFault(record.line, `${name} ${ahead}; ${AHEAD_CURE}`);
  return at;
}

function timeOf(text: string): number | undefined {
  if (text[10] !== ' ') return instantOf(text) ?? parseInstant(text, 'UTC');
  const isWall = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$/.test(text);
  return isWall ? instantOf(`${text.replace(' ', 'T')}Z`) : parseInstant(text, 'UTC');
}

type Features = Readonly<Record<string, string | number | boolean | null>>;

const PREDICTION_COLUMNS: ReadonlySet<string> = new Set([
  'id',
  'time',
  'version',
  'prediction',
  'score',
  'scores',
  'features',
  'latency_ms',
  'error_code',
]);
const LABEL_COLUMNS = ['id', 'time', 'label', 'arrived_at'];

/** A text of a numeric feature becomes its number; what is none stays a text, and is counted as a mismatch later. */
function typed(value: unknown, numeric: boolean): Features[string] {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const number = numeric && text.trim() !== '' ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : text;
}

function jsonObject({ line, cells }: NumberedRecord, name: string): Readonly<Record<string, unknown>> | null {
  const cell = cells[name];
  if (cell === null || cell === undefined) return null;
  let value: unknown = cell;
  try {
    if (typeof cell === 'string') value = JSON.parse(cell);
  } catch {
    value = null;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new IngestFault(line, `${name} is no JSON object`);
}

/** What becomes of a feature that the definition does not know. */
export type UnknownFeatures = 'refuse' | 'keep' | 'skip';
export const UNKNOWN_FEATURES: readonly UnknownFeatures[] = ['refuse', 'keep', 'skip'];

interface KnownFeatures {
  readonly numeric: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
  readonly unknown: UnknownFeatures;
}

function unknownFeature({ line }: NumberedRecord, name: string, all: readonly string[]): IngestFault {
  const guess = didYouMeanSentence(name, all, 'There are');
  const cure = 'Add it to the definition, or say --unknown skip or --unknown keep.';
  return new IngestFault(line, `the definition has no feature "${name}". ${guess} ${cure}`);
}

/** Features are an object `features`, or every column that is no other part of a prediction. */
function featuresOf(record: NumberedRecord, { numeric, all, unknown }: KnownFeatures): Features | null {
  const nested = jsonObject(record, 'features');
  const given = nested ?? record.cells;
  const features: Record<string, Features[string]> = {};
  let isEmpty = true;
  for (const name of Object.keys(given)) {
    if (nested === null && PREDICTION_COLUMNS.has(name)) continue;
    if (!all.has(name)) {
      if (unknown === 'refuse') {
        // Beside features a row has the other columns, and one of those may be mistyped.
        throw unknownFeature(record, name, nested === null ? [...all, ...PREDICTION_COLUMNS] : [...all]);
      }
      if (unknown === 'skip') continue;
    }
    const value = typed(given[name], numeric.has(name));
    // Set like the others, it would be the object's prototype and not a feature.
    if (name === '__proto__') Object.defineProperty(features, name, { value, enumerable: true });
    else features[name] = value;
    isEmpty = false;
  }
  return isEmpty ? null : features;
}

function scoresOf(record: NumberedRecord): Readonly<Record<string, number>> | null {
  const scores = jsonObject(record, 'scores');
  if (scores === null) return null;
  const fault = Object.entries(scores).find(([, value]) => typeof value !== 'number' || !Number.isFinite(value));
  if (fault !== undefined) throw new IngestFault(record.line, `the score of class "${fault[0]}" is no number`);
  return scores as Record<string, number>;
}

export function predictionReader(
  definition: ModelDefinition,
  now: number,
  unknown: UnknownFeatures,
): (record: NumberedRecord) => PredictionRow {
  const { numeric, categorical, other = [] } = definition.features;
  const known: KnownFeatures = {
    numeric: new Set(numeric),
    all: new Set([...numeric, ...categorical, ...other]),
    unknown,
  };
  return (record) => ({
    id: requiredCell(record, 'id'),
    time: timeCell(record, 'time', now),
    version: textCell(record, 'version'),
    prediction: textCell(record, 'prediction'),
    score: numberCell(record, 'score'),
    scores: scoresOf(record),
    features: featuresOf(record, known),
    latencyMs: numberCell(record, 'latency_ms'),
    errorCode: textCell(record, 'error_code'),
  });
}

export function labelReader(now: number): (record: NumberedRecord) => LabelRow {
  return (record) => {
    const unknown = Object.keys(record.cells).find((name) => !LABEL_COLUMNS.includes(name));
    if (unknown !== undefined) {
      const guess = didYouMean(unknown, LABEL_COLUMNS, 'Columns');
      throw new IngestFault(record.line, `labels have no column "${unknown}". ${guess}`);
    }
    const arrived = record.cells['arrived_at'];
    return {
      id: requiredCell(record, 'id'),
      time: timeCell(record, 'time', now),
      label: textCell(record, 'label'),
      ...(arrived === null || arrived === undefined ? {} : { arrivedAt: timeCell(record, 'arrived_at', now) }),
    };
  };
}
