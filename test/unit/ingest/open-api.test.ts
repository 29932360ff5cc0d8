/** The OpenAPI document is the endpoint: what it permits is stored, what it forbids is refused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { labelRows, predictionRows, RowFaults, type RowReader } from '../../../src/run/ingest/json-rows.js';
import { labelSchema, predictionSchema } from '../../../src/run/ingest/row-schema.js';
import { forbidden, REFUSALS, unknownModel, unreadable } from '../../../src/run/serve/answers.js';
import { openApiDocument } from '../../../src/run/serve/open-api.js';
import { parseDefinition } from '../../../src/model/parse-definition.js';
import { defaultRules } from '../../../src/rules/default-rules.js';

const document = openApiDocument() as unknown as Document;
const NOW = Date.UTC(2026, 5, 1);

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly unknown[];
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Parameters<typeof z.fromJSONSchema>[0]>>;
    readonly responses: Readonly<Record<string, unknown>>;
  };
}

const parsed = parseDefinition(
  `plumbline: 1
model: cats
team: pets
task: binary
positive: 'yes'
features: { numeric: [age], categorical: [job], other: [sex, region] }
sensitive: [sex]
`,
  'cats.yaml',
  { defaultRules },
);
if (!parsed.ok) throw new Error(parsed.faults.map(({ path, message }) => `${path} ${message}`).join('\n'));
const { definition } = parsed;

it('is what docs/openapi.json holds', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/openapi.json'), 'utf8');
  expect(JSON.parse(page)).toEqual(document);
});

it('names every status that the endpoint gives, and leads every reference somewhere', () => {
  const given = [...Object.values(REFUSALS), forbidden, unknownModel, unreadable].map(({ status }) => status);
  for (const [path, methods] of Object.entries(document.paths).filter(([name]) => name.includes('{model}'))) {
    const named = Object.keys(methods['post']?.responses ?? {}).map(Number);
    expect([path, named]).toEqual([path, expect.arrayContaining([...given, 200, 400, 413, 422])]);
    expect(methods['post']?.security).toEqual([{ token: [] }]);
  }
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
  expect(references.length).toBeGreaterThan(10);
  for (const [, kind = '', name = ''] of references) {
    expect(document.components[kind as 'schemas'][name], name).toBeDefined();
  }
});

/** Values for each field, sound and unsound; 0 leaves it out. */
const TIMES = [
  '2026-01-31T08:00:00Z',
  '2026-01-31T08:00:00.123456+02:00',
  1_769_846_400_000,
  1_769_846_400,
  '2026-01-31',
  null,
];
const IDS = ['a', 'ü 👍', 'x'.repeat(128), 'x'.repeat(129), '', 'a ', ' a', 7, null];
const OUTCOMES = ['yes', '', 1, 0.5, true, null, ['yes'], 'x'.repeat(256)];
const PREDICTIONS: Readonly<Record<string, readonly unknown[]>> = {
  ...{
    id: IDS,
    time: TIMES,
    prediction: OUTCOMES,
    version: ['v1', null, 3, 'v'.repeat(65)],
    score: [0.5, null, '0.5'],
  },
  ...{ scores: [{ a: 1 }, {}, null, { a: '1' }, [1]], latency_ms: [0, 3.5, null, -1, '3'], error_code: ['E', null, 5] },
  features: [
    { age: 1 },
    { age: null, job: 'x', sex: 'm', region: 3 },
    {},
    null,
    'x',
    { job: { deep: 1 } },
    { job: [1] },
  ],
  label: ['yes'],
};
const LABELS: Readonly<Record<string, readonly unknown[]>> = {
  ...{ id: IDS, time: TIMES, label: OUTCOMES, arrived_at: [...TIMES, undefined], prediction: ['yes'] },
};

/** Most of the fields of a row are sound, so that most faults stand alone. */
const rowOf = (fields: Readonly<Record<string, readonly unknown[]>>, required: readonly string[]) =>
  fc.record(
    Object.fromEntries(
      Object.entries(fields).map(([name, values]) => {
        const isOwn = name !== 'label' && name !== 'prediction';
        const first = fc.constant(required.includes(name) || isOwn ? values[0] : undefined);
        return [
          name,
          fc.oneof({ weight: 6, arbitrary: first }, { weight: 2, arbitrary: fc.constantFrom(...values, undefined) }),
        ];
      }),
    ),
  );

describe.each([
  ['Prediction', predictionRows(definition), PREDICTIONS, predictionSchema(null)],
  ['Label', labelRows(definition), LABELS, labelSchema(null)],
] as const)('%s', (name, reader, fields, schema) => {
  // Zod reads the document by its own understanding of JSON Schema.
  const permitted = z.fromJSONSchema(document.components.schemas[name] ?? {});

  const isStored = (row: unknown): boolean => {
    try {
      return (
        (reader as RowReader<unknown>).read(new TextEncoder().encode(JSON.stringify([row])), 'array', NOW).length === 1
      );
    } catch (error) {
      if (error instanceof RowFaults) return false;
      throw error;
    }
  };

  it('is stored where the document permits it, and refused where it does not', () => {
    const seen = { stored: 0, refused: 0 };
    fc.assert(
      fc.property(rowOf(fields, schema.required ?? []), (given) => {
        const row: unknown = JSON.parse(JSON.stringify(given));
        const stored = isStored(row);
        seen[stored ? 'stored' : 'refused'] += 1;
        expect(permitted.safeParse(row).success).toBe(stored);
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(seen.stored, seen.refused)).toBeGreaterThan(50);
  });

  it('has a description or an example at every field', () => {
    for (const [field, inner] of Object.entries(schema.properties ?? {})) {
      expect([field, inner.description ?? '']).toEqual([field, expect.stringMatching(/\w/)]);
      for (const example of inner.examples ?? []) {
        expect(
          isStored({
            ...Object.fromEntries((schema.required ?? []).map((key) => [key, fields[key]?.[0]])),
            [field]: example,
          }),
        ).toBe(true);
      }
    }
  });
});
