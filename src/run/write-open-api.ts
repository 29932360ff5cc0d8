/** Writes the endpoint's OpenAPI document to the file named on the command line; `docs/openapi.json` is made so. */
import { writeFile } from 'node:fs/promises';
import { openApiDocument } from './serve/open-api.js';

const [, , path] = process.argv;
if (path === undefined) {
  process.stderr.write('usage: write-open-api FILE\n');
  process.exitCode = 2;
} else {
  await writeFile(path, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
}
