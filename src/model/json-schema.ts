/** The shape of a definition file as JSON Schema, for editors: completion, descriptions, and most faults while typing. */
import { z } from 'zod';
import { definitionSchema } from './definition-schema.js';

/** Letters and digits of any script, as the patterns have them inside JSON. */
const LETTERS = String.raw`\\p{L}\\p{N}`;
/** The same, a little wider, for editors that read patterns without the `u` flag, where `\p` means nothing. */
const PLAIN_LETTERS = String.raw`0-9A-Za-z\\u00aa-\\uffff`;

/** Plain JSON, JSON Schema draft 2020-12. Checks across keys cannot be said in it; `plumbline apply --dry-run` makes them. */
export function definitionJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(definitionSchema, { io: 'input', target: 'draft-2020-12' });
  return JSON.parse(JSON.stringify(schema).replaceAll(LETTERS, PLAIN_LETTERS)) as Record<string, unknown>;
}
