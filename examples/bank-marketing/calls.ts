/** The calls of the bank's campaigns as the file has them, in the order in which they were made. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { csvRecordsOf } from '../../src/io/csv/csv-records.js';

export const MODEL = 'bank-marketing';
export const POSITIVE = 'yes';

/** What the model sees. `duration` is left out: it is known only after the call. */
export const FEATURES = {
  numeric: ['age', 'balance', 'campaign', 'pdays', 'previous'],
  categorical: ['job', 'marital', 'education', 'default', 'housing', 'loan', 'contact', 'poutcome'],
} as const;

export interface Call {
  /** `call-00001` and so on: the row's place in the file. */
  readonly id: string;
  /** Midnight UTC of the day of the call, milliseconds since the epoch; the file knows no hours. */
  readonly time: number;
  readonly fields: Readonly<Record<string, string>>;
  /** What came of it, known weeks later: `yes` or `no`. */
  readonly label: string;
}

/** @param file `bank-marketing.csv.gz` of this example's `data` folder. */
export function readCalls(file: string): readonly Call[] {
  const text = gunzipSync(readFileSync(file)).toString('utf8');
  const data = csvRecordsOf(text);
  return data.map((fields, i) => ({
    id: `call-${String(i + 1).padStart(5, '0')}`,
    time: Date.parse(`${fields['date'] ?? ''}T00:00:00Z`),
    fields,
    label: fields['y'] ?? '',
  }));
}

/** Calls of `[from, to)`, both as dates such as `2008-08-01`. */
export function callsBetween(calls: readonly Call[], from: string, to: string): readonly Call[] {
  const start = Date.parse(`${from}T00:00:00Z`);
  const end = Date.parse(`${to}T00:00:00Z`);
  return calls.filter((call) => call.time >= start && call.time < end);
}
