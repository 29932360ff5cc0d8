/** Writes the page of all metrics to the file named on the command line; `docs/metrics.md` is made so. */
import { writeFile } from 'node:fs/promises';
import { metricsPage } from './metrics-page.js';

const [, , path] = process.argv;
if (path === undefined) {
  process.stderr.write('usage: write-metrics-page FILE\n');
  process.exitCode = 2;
} else {
  await writeFile(path, metricsPage());
}
