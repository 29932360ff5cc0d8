/** Computes the demo's summary anew from MySQL, Temporal and the message stores, and compares it with the file. */
import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { openDatabase } from '../../src/io/mysql/pool.js';
import { connectClient, findStack } from '../../src/run/connection.js';
import { readSettings } from '../../src/run/settings.js';
import { demoFolder } from './stage.js';
import { computeSummary, type DemoSummary } from './summary.js';

async function verify(): Promise<number> {
  const settings = readSettings();
  const folder = demoFolder(settings);
  if (!existsSync(folder.summary)) {
    process.stderr.write('There is no summary to verify: run npm run demo first\n');
    return 2;
  }
  const { seconds, ...told } = JSON.parse(readFileSync(folder.summary, 'utf8')) as DemoSummary;
  const stack = await findStack(settings);
  const connected = await connectClient(stack);
  const database = openDatabase(stack.mysqlUrl);
  try {
    const { client } = connected;
    const { temporalUi, startedAt } = told;
    const found = await computeSummary({ client, database, folder, temporalUi, startedAt });
    const differences = (Object.keys(found) as (keyof typeof found)[]).filter(
      (key) => !isDeepStrictEqual(found[key], told[key]),
    );
    for (const key of differences) {
      process.stderr.write(`${key}: the file says ${JSON.stringify(told[key])}, found ${JSON.stringify(found[key])}\n`);
    }
    if (differences.length > 0) return 1;
    process.stdout.write(`${String(Object.keys(found).length)} fields computed anew, all as in ${folder.summary}\n`);
    process.stdout.write(`the run took ${String(seconds)} s\n`);
    return 0;
  } finally {
    await database.close();
    await connected.close();
  }
}

process.exitCode = await verify().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 3;
});
