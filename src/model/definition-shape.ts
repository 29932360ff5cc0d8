/** What the schema says of a place in a definition file: which keys belong there, what is expected, an example. */
import { z } from 'zod';
import { expectations, type Expectation } from './definition-leaves.js';
import type { Path } from './definition-yaml.js';

/** The schema itself and what it wraps: optional, piped, and the options of a union. */
function layers(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional) return [schema, ...layers(schema.def.innerType)];
  if (schema instanceof z.ZodPipe) return [schema, ...layers(schema.def.in)];
  if (schema instanceof z.ZodUnion) return [schema, ...schema.def.options.flatMap((option) => layers(option))];
  return [schema];
}

function step(schema: z.core.$ZodType, key: string | number): z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.def.shape;
    const next = Object.hasOwn(shape, String(key)) ? shape[String(key)] : undefined;
    return next === undefined ? [] : [next];
  }
  if (schema instanceof z.ZodArray) return [schema.def.element];
  if (schema instanceof z.ZodTuple) return schema.def.items.slice(Number(key), Number(key) + 1);
  if (schema instanceof z.ZodRecord) return [schema.def.valueType];
  return [];
}

export interface PlaceInShape {
  /** Keys of the mappings that may stand here. */
  readonly keys: readonly string[];
  readonly expectation: Expectation | undefined;
  /** What the keys of a record must be, such as the columns of `where`. */
  readonly keyExpectation: Expectation | undefined;
  readonly example: unknown;
  readonly accepts: (value: unknown) => boolean;
}

function firstExample(schema: z.core.$ZodType): unknown {
  const examples = z.globalRegistry.get(schema)?.['examples'];
  return Array.isArray(examples) ? examples[0] : undefined;
}

export function placeInShape(root: z.core.$ZodType, path: Path): PlaceInShape {
  let outer: z.core.$ZodType[] = [root];
  for (const key of path) outer = outer.flatMap(layers).flatMap((schema) => step(schema, key));
  const schemas = outer.flatMap(layers);
  const record = schemas.find((schema) => schema instanceof z.ZodRecord);
  return {
    keys: schemas.flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.def.shape) : [])),
    expectation: schemas.map((schema) => expectations.get(schema)).find((found) => found !== undefined),
    keyExpectation: record instanceof z.ZodRecord ? expectations.get(record.def.keyType) : undefined,
    example: schemas.map(firstExample).find((found) => found !== undefined),
    accepts: (value) => outer.some((schema) => z.safeParse(schema, value).success),
  };
}
