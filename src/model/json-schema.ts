/** The shape of a definition file as JSON Schema, for editors: completion, descriptions, and most faults while typing. */
import { z } from 'zod';
import { definitionSchema } from './definition-schema.js';

/** Plain JSON, JSON Schema draft 2020-12. Checks across keys cannot be said in it; `plumbline apply --dry-run` makes them. */
export function definitionJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(definitionSchema, { io: 'input', target: 'draft-2020-12' });
  return JSON.parse(JSON.stringify(schema)) as Record<string, unknown>;
}
