/** The census file as a stream of decisions: its rows have no time, so they are dealt out over a few days. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { csvRecordsOf } from '../../src/io/csv/csv-records.js';
import type { FeatureValue, FeatureValues } from '../trainer/encoding.js';

export const MODEL = 'adult-income';
export const POSITIVE = '>50K';

/**
 * What the model sees: neither `sex` nor `race`. `relationship` is left out too, since two of its levels (husband, wife)
 * are a sex; `fnlwgt` is a weight of the survey and says nothing of the person.
 */
export const FEATURES = {
  numeric: ['age', 'education-num', 'capital-gain', 'capital-loss', 'hours-per-week'],
  categorical: ['workclass', 'marital-status', 'occupation', 'native-country'],
} as const;

/** Logged beside the features, so that the groups can be compared; the model is not given them. */
export const SENSITIVE = ['sex', 'race'] as const;

/** Rows that the model is fitted on; the rest is scored, day by day. */
const TRAINING_ROWS = 12_000;

/** Windows that the rest is dealt out to. The days are made up: the file has none. */
export const FIRST_DAY = '2024-03-04';
export const DAYS = 5;
const DAY_MS = 86_400_000;

export interface Person {
  readonly id: string;
  /** Milliseconds since the epoch, UTC. */
  readonly time: number;
  /** Features and sensitive attributes; `?` of the file is missing. */
  readonly values: FeatureValues;
  readonly label: string;
}

export interface People {
  readonly training: readonly Person[];
  readonly served: readonly Person[];
}

/**
 * Rows to train on, dated to the day before, and rows to serve: each following row goes to the next day in turn, so that
 * every day is a sample of the same people and shows what chance alone does.
 *
 * @param file `adult.csv.gz` of this example's `data` folder.
 */
export function readPeople(file: string): People {
  const text = gunzipSync(readFileSync(file)).toString('utf8');
  const data = csvRecordsOf(text);
  const first = Date.parse(`${FIRST_DAY}T00:00:00Z`);
  const people = data.map((fields, i) => {
    const served = i - TRAINING_ROWS;
    const day = served < 0 ? -1 : served % DAYS;
    // One row a second from midnight: no day has as many rows as seconds.
    const second = served < 0 ? i : Math.floor(served / DAYS);
    const time = first + day * DAY_MS + second * 1000;
    return {
      id: `person-${String(i + 1).padStart(5, '0')}`,
      time,
      values: valuesOf(fields),
      label: fields['income'] ?? '',
    };
  });
  return { training: people.slice(0, TRAINING_ROWS), served: people.slice(TRAINING_ROWS) };
}

function valuesOf(fields: Readonly<Record<string, string>>): FeatureValues {
  const values: Record<string, FeatureValue> = {};
  for (const name of FEATURES.numeric) values[name] = Number(fields[name]);
  for (const name of [...FEATURES.categorical, ...SENSITIVE]) {
    const value = fields[name];
    values[name] = value === undefined || value === '?' ? null : value;
  }
  return values;
}
