/**
 * What a row of predictions or labels looks like as JSON: JSON Schema of a few words, which the endpoint checks rows by and
 * which stands in its OpenAPI document. With a definition it is as narrow as that definition; without one it is what all
 * models have in common.
 */
import type { ModelDefinition } from '../../model/definition.js';

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'object';

export interface ValueSchema {
  readonly type: JsonType | readonly JsonType[];
  readonly description?: string;
  readonly examples?: readonly unknown[];
  /** Code points, of texts. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Of texts. */
  readonly pattern?: string;
  /** Of numbers. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly additionalProperties?: false | ValueSchema;
}

/** Rows of one request. */
export const MOST_ROWS = 5_000;

/** As milliseconds an earlier instant would lie before 1973: such a number is most likely seconds. */
export const EARLIEST_MILLISECONDS = 100_000_000_000;
const LAST_MILLISECOND = Date.UTC(9999, 11, 30);

const ISO_TIME = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?([Zz]|[+-]\\d{2}:\\d{2})$';

const instant = (description: string): ValueSchema => ({
  type: ['string', 'integer'],
  description: `${description} ISO 8601 with its zone, or milliseconds since the epoch; kept to the millisecond, at most an hour ahead of the server's clock.`,
  pattern: ISO_TIME,
  minimum: EARLIEST_MILLISECONDS,
  maximum: LAST_MILLISECOND,
  examples: ['2026-01-31T08:00:00.000Z', 1769846400000],
});

const ID: ValueSchema = {
  type: 'string',
  description: 'Id of the prediction, the same whenever the row is sent again.',
  minLength: 1,
  maxLength: 128,
  pattern: '[^ ]$',
  examples: ['order-4711'],
};

const SCALAR: readonly JsonType[] = ['string', 'number', 'boolean', 'null'];
const ANY_FEATURE: ValueSchema = { type: SCALAR, examples: ['baker', 41, null] };
const NUMERIC_FEATURE: ValueSchema = { type: ['number', 'null'], examples: [41.5] };

const outcome = (description: string, definition: ModelDefinition | null): ValueSchema =>
  definition?.task === 'regression'
    ? { type: ['number', 'null'], description, examples: [12.5] }
    : { type: SCALAR, description, maxLength: 255, examples: [definition?.positive ?? 'yes'] };

function featuresSchema(definition: ModelDefinition | null): ValueSchema {
  const base: ValueSchema = {
    type: ['object', 'null'],
    description: 'Features by the names of the definition; numeric ones as numbers, null where missing.',
    examples: [{ age: 41, job: 'baker' }],
  };
  if (definition === null) return { ...base, additionalProperties: ANY_FEATURE };
  const { numeric, categorical, other = [] } = definition.features;
  const properties = new Map<string, ValueSchema>();
  for (const name of [...other, ...categorical]) properties.set(name, ANY_FEATURE);
  for (const name of numeric) properties.set(name, NUMERIC_FEATURE);
  return { ...base, properties: Object.fromEntries(properties), additionalProperties: false };
}

export function predictionSchema(definition: ModelDefinition | null): ValueSchema {
  return {
    type: 'object',
    required: ['id', 'time', 'prediction'],
    properties: {
      id: ID,
      time: instant('When the model was asked.'),
      version: { type: ['string', 'null'], description: 'Version of the model.', maxLength: 64, examples: ['v7'] },
      prediction: outcome('What the model said: a class, or a number. Null where it failed.', definition),
      score: { type: ['number', 'null'], description: 'Score of the positive class.', examples: [0.83] },
      scores: {
        type: ['object', 'null'],
        description: 'More than two classes: the score of each.',
        additionalProperties: { type: 'number', examples: [0.6] },
        examples: [{ cat: 0.6, dog: 0.4 }],
      },
      features: featuresSchema(definition),
      latency_ms: { type: ['number', 'null'], description: 'Duration of the request.', minimum: 0, examples: [12.5] },
      error_code: {
        type: ['string', 'null'],
        description: 'Why the request failed; null where it did not.',
        maxLength: 64,
        examples: ['TIMEOUT'],
      },
    },
    additionalProperties: false,
  };
}

export function labelSchema(definition: ModelDefinition | null): ValueSchema {
  return {
    type: 'object',
    required: ['id', 'time', 'label'],
    properties: {
      id: ID,
      time: instant("The prediction's own `time`, exactly as it was sent with the prediction."),
      label: outcome('What turned out to be true; null takes a label back.', definition),
      arrived_at: instant('When it became known; now where it is not said.'),
    },
    additionalProperties: false,
  };
}
