/** Many rows, asked in requests of a size that servers take. */

import { type ModelCell, type ModelEndpoint, ModelUnavailable } from '../../model/asked-model.js';
import { predictionsIn } from './predictions.js';

/** Rows and characters of one request: below what servers take by default (nginx: 1 MB). */
const MOST_ROWS = 500;
const MOST_CHARACTERS = 500_000;

/** A row as a list in the order of the features, or as an object by their names. */
export type RowForm = 'lists' | 'objects';

/** The way to a model and back. */
export interface Exchange {
  /** One request with its answer. Throws `RequestTooLarge` where fewer rows might do, and `ModelUnavailable`. */
  readonly send: (body: string) => Promise<string>;
  /** The beginning of a foreign text, without secrets, for people. */
  readonly shown: (text: string) => string;
}

/** The server takes no request of this size. */
export class RequestTooLarge extends Error {
  override readonly name = 'RequestTooLarge';
}

/** Requests' worth of rows, each row as JSON. */
function batchesOf(rows: readonly string[]): string[][] {
  const batches: string[][] = [];
  let characters = Infinity;
  for (const row of rows) {
    const last = batches.at(-1);
    if (last === undefined || last.length >= MOST_ROWS || characters + row.length > MOST_CHARACTERS) {
      batches.push([row]);
      characters = row.length;
    } else {
      last.push(row);
      characters += row.length + 1;
    }
  }
  return batches;
}

async function askedFor(rows: readonly string[], exchange: Exchange): Promise<number[]> {
  try {
    return predictionsIn(await exchange.send(`{"instances":[${rows.join(',')}]}`), rows.length, exchange.shown);
  } catch (error) {
    if (!(error instanceof RequestTooLarge)) throw error;
    if (rows.length === 1) throw new ModelUnavailable('even a single row is too large a request for it');
    const half = rows.length >> 1;
    const first = await askedFor(rows.slice(0, half), exchange);
    return [...first, ...(await askedFor(rows.slice(half), exchange))];
  }
}

/**
 * An endpoint whose rows go out as `{"instances": [...]}` and come back as `{"predictions": [...]}`. Once it has failed it is
 * not asked again: every later question gets the same reason.
 */
export function endpointOf(exchange: Exchange, features: readonly string[], form: RowForm): ModelEndpoint {
  let broken: ModelUnavailable | undefined;
  const written = (row: readonly ModelCell[]): string =>
    JSON.stringify(form === 'lists' ? row : Object.fromEntries(features.map((name, i) => [name, row[i]])));
  return {
    async answer(rows) {
      if (broken !== undefined) throw broken;
      const answers: number[] = [];
      try {
        for (const batch of batchesOf(rows.map(written))) answers.push(...(await askedFor(batch, exchange)));
      } catch (error) {
        if (error instanceof ModelUnavailable) broken = error;
        throw error;
      }
      return Float64Array.from(answers);
    },
  };
}
