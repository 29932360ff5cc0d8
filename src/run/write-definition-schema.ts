/** Writes the definition's JSON Schema to the file named on the command line; `docs/definition.schema.json` is made so. */
import { writeFile } from 'node:fs/promises';
import { definitionJsonSchema } from '../model/json-schema.js';

const [, , path] = process.argv;
if (path === undefined) {
  process.stderr.write('usage: write-definition-schema FILE\n');
  process.exitCode = 2;
} else {
  await writeFile(path, `${JSON.stringify(definitionJsonSchema(), null, 2)}\n`);
}
