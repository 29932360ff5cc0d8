/** The endpoint as an OpenAPI 3.1 document: made of the schemas that its rows are checked by. */
import { labelSchema, MOST_ROWS, predictionSchema, type ValueSchema } from '../ingest/row-schema.js';

type Json = Readonly<Record<string, unknown>>;

const ref = (kind: 'schemas' | 'responses', name: string): Json => ({ $ref: `#/components/${kind}/${name}` });

const json = (schema: Json): Json => ({ 'application/json': { schema } });

function batchBody(schema: string): Json {
  const lines = {
    schema: { type: 'string', description: `One row a line, each as ${schema}; at most ${String(MOST_ROWS)} lines.` },
  };
  return {
    required: true,
    content: {
      ...json({ type: 'array', maxItems: MOST_ROWS, items: ref('schemas', schema) }),
      'application/x-ndjson': lines,
      'application/jsonl': lines,
    },
  };
}

const REFUSED: Readonly<Record<string, string>> = {
  400: 'The body is no JSON, no list, no UTF-8, or broke off. Nothing was stored.',
  401: 'The bearer token is missing or not known.',
  403: 'The token may not write rows of this model.',
  404: 'There is no such model.',
  413: `The body is larger than the limit, or has more than ${String(MOST_ROWS)} rows. Nothing was stored.`,
  415: 'The body is of a type or an encoding that is not read.',
  429: 'As many batches as are taken at once are being stored. Nothing was stored: send the same rows again.',
  500: 'The rows could not be stored; the log of the endpoint says why.',
  503: 'The database or this endpoint is not available. Send the same rows again; none is doubled.',
};

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } };

const errorResponses = Object.fromEntries(
  Object.entries(REFUSED).map(([status, description]) => [
    `Refused${status}`,
    {
      description,
      ...(status === '429' || status === '503' ? { headers: RETRY_AFTER } : {}),
      content: json(ref('schemas', 'Refusal')),
    },
  ]),
);

function batchOperation(kind: 'predictions' | 'labels', schema: string, description: string): Json {
  return {
    post: {
      operationId: `send_${kind}`,
      summary: `Stores a batch of ${kind}: all of it, or nothing`,
      description,
      security: [{ token: [] }],
      parameters: [
        { name: 'model', in: 'path', required: true, schema: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,63}$' } },
      ],
      requestBody: batchBody(schema),
      responses: {
        200: { description: 'Every row of the batch is stored.', content: json(ref('schemas', 'Stored')) },
        422: {
          description: 'Some rows cannot be stored, and none was. Each fault names its row.',
          content: json(ref('schemas', 'RefusedRows')),
        },
        ...Object.fromEntries(Object.keys(REFUSED).map((status) => [status, ref('responses', `Refused${status}`)])),
      },
    },
  };
}

const text = (description: string): ValueSchema => ({ type: 'string', description });
const count = (description: string): ValueSchema => ({ type: 'integer', description });

const ERROR = { message: text('What is wrong.'), cure: text('What to do about it.') };

const FAULT: ValueSchema = {
  type: 'object',
  required: ['index', 'field', 'message', 'cure'],
  properties: {
    index: count('Row of the request, from 0.'),
    line: count('Of JSON lines: the line of the body, from 1.'),
    field: text('`features.age`; empty for the row as a whole.'),
    ...ERROR,
  },
};

function answerSchemas(): Json {
  const faults = { type: 'array', items: FAULT, description: 'The first hundred, in the order of the rows.' };
  const rows = { rows: count('Rows of the request.'), faults, more: count('Faults beyond those.') };
  const wrapped = (properties: Json): Json => ({
    type: 'object',
    required: ['error'],
    properties: { error: { type: 'object', required: Object.keys(properties), properties } },
  });
  return {
    Stored: {
      type: 'object',
      required: ['accepted'],
      properties: {
        accepted: count('Rows of the request that are stored now, whether or not they were before.'),
        unmatched: count('Labels whose prediction is not there, or not yet; they are kept.'),
        note: text('Where the model does not read what is stored here.'),
      },
    },
    Refusal: wrapped(ERROR),
    RefusedRows: wrapped({ ...ERROR, ...rows }),
  };
}

export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plumbline ingest',
      version: '1',
      description:
        'Predictions and labels for models that Plumbline watches. A row is known by its id and time: sent again, it changes nothing.',
    },
    paths: {
      '/v1/models/{model}/predictions': batchOperation(
        'predictions',
        'Prediction',
        'Beyond this schema, features must be those of the model’s definition, and predictions of a regression are numbers.',
      ),
      '/v1/models/{model}/labels': batchOperation(
        'labels',
        'Label',
        'A label may come before or long after its prediction, and be corrected: the one that arrived last counts.',
      ),
      '/v1/health': {
        get: {
          operationId: 'health',
          summary: 'Whether rows can be stored now',
          responses: { 200: { description: 'They can.' }, 503: ref('responses', 'Refused503') },
        },
      },
      '/v1/openapi.json': {
        get: { operationId: 'description', summary: 'This document', responses: { 200: { description: 'It.' } } },
      },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Prediction: predictionSchema(null), Label: labelSchema(null), ...answerSchemas() },
      responses: errorResponses,
    },
  };
}
