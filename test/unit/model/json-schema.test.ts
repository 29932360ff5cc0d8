/** Editors see the same shape that Plumbline checks, with a description at every key. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parse } from 'yaml';
import { definitionJsonSchema } from '../../../src/model/json-schema.js';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(import.meta.dirname, 'definitions');

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly description?: string;
  readonly additionalProperties?: boolean | Schema;
}

/** Every key that may be written, with its schema, by its dotted path. */
function keysOf(schema: Schema, path = ''): [string, Schema][] {
  const here = Object.entries(schema.properties ?? {}).flatMap(([key, inner]): [string, Schema][] => {
    const name = path === '' ? key : `${path}.${key}`;
    return [[name, inner], ...keysOf(inner, name)];
  });
  const inside = [...(schema.anyOf ?? []), ...(schema.items === undefined ? [] : [schema.items])];
  if (typeof schema.additionalProperties === 'object') inside.push(schema.additionalProperties);
  return [...here, ...inside.flatMap((inner) => keysOf(inner, path))];
}

const schema = definitionJsonSchema() as Schema;

it('is what docs/definition.schema.json holds', () => {
  expect(JSON.parse(readFileSync(join(ROOT, 'docs/definition.schema.json'), 'utf8'))).toEqual(schema);
});

describe('every key', () => {
  const keys = keysOf(schema);
  it.each(keys)('%s has a description', (_, inner) => {
    expect(inner.description ?? '').toMatch(/\w/);
  });

  it.each([...new Set(keys.map(([path]) => path))])('%s stands in docs/definition.md', (path) => {
    const page = readFileSync(join(ROOT, 'docs/definition.md'), 'utf8');
    expect(page).toContain(`\`${path.split('.').at(-1) ?? ''}\``);
  });
});

describe('as an editor would use it', () => {
  // Zod reads its own JSON Schema back: another implementation of the keywords than the one that wrote them.
  const editor = z.fromJSONSchema(definitionJsonSchema());
  it('accepts the complete example', () => {
    expect(editor.safeParse(parse(readFileSync(join(FOLDER, 'complete.yaml'), 'utf8'))).error).toBeUndefined();
  });

  it.each(
    readdirSync(FOLDER).filter((name) => /^(bad|unknown-(key|choice)|wrong-type|number|secret|characters)/.test(name)),
  )('refuses %s', (name) => {
    expect(editor.safeParse(parse(readFileSync(join(FOLDER, name), 'utf8'))).success).toBe(false);
  });
});
