/** What a served model says, as numbers; and everything that may be wrong with it, in words. */

import { ModelUnavailable } from '../../model/asked-model.js';

/** Characters of a foreign text that are shown. */
const SHOWN = 120;

/** The beginning of a text in one line, for people. */
export function beginning(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this takes out
  const line = text.replace(/[\u0000-\u001f\u007f\s]+/g, ' ').trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
}

function parsed(text: string, shown: (text: string) => string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    if (/^\s*</.test(text))
      throw new ModelUnavailable('the answer is a web page, no JSON: is this the address of the model itself?');
    if (/(?<![\w"])-?(?:NaN|Infinity)(?![\w"])/.test(text))
      throw new ModelUnavailable(
        'the answer holds NaN or Infinity, which JSON does not have: a prediction is no number',
      );
    throw new ModelUnavailable(text.trim() === '' ? 'the answer is empty' : `the answer is no JSON: ${shown(text)}`);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return 'beyond the range of numbers';
  if (Array.isArray(value)) return `a list of ${String(value.length)}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** One row's answer: a number; a list of one; of two classes' probabilities the second, which is the positive class's. */
function numberIn(value: unknown, at: number): number {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  const told = list.length === 1 || list.length === 2 ? list.at(-1) : undefined;
  if (typeof told === 'number' && Number.isFinite(told)) return told;
  const place = `prediction ${String(at)} is ${kindOf(value)}`;
  if (list.length > 2)
    throw new ModelUnavailable(`${place}; one number a row is needed, or the probabilities of two classes`);
  throw new ModelUnavailable(
    Array.isArray(value) && list.length > 0 ? `${place} that holds ${kindOf(told)}` : `${place}, not a number`,
  );
}

/**
 * The predictions in `{"predictions": [...]}`, one finite number for each of `rows` rows. `shown` makes a foreign text fit to
 * be shown. Throws `ModelUnavailable`.
 */
export function predictionsIn(text: string, rows: number, shown: (text: string) => string): number[] {
  const document = parsed(text, shown);
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
  const list = isObject && 'predictions' in document ? document.predictions : undefined;
  if (!Array.isArray(list)) {
    const keys = isObject ? shown(Object.keys(document).join(', ')) : '';
    throw new ModelUnavailable(`the answer has no list \`predictions\`${keys === '' ? '' : `, only ${keys}`}`);
  }
  if (list.length !== rows)
    throw new ModelUnavailable(`${String(list.length)} predictions came for ${String(rows)} rows`);
  return list.map(numberIn);
}
