/**
 * A worker that ends itself with SIGKILL right after one of its activities has done its work, before anybody hears of
 * it: what a crash, a lost machine or an out-of-memory kill look like. As a program, with the worker's own environment
 * and CRASH_AFTER, the name of the activity.
 */
import { NativeConnection, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { createActivities } from '../../activities/create.js';
import { openDatabase } from '../../src/io/mysql/pool.js';
import { openSources } from '../../src/io/mysql/sources.js';
import { resolveSecret } from '../../src/io/secrets.js';
import { readSettings } from '../../src/run/settings.js';

const crashAfter = process.env['CRASH_AFTER'] ?? '';
const address = process.env['TEMPORAL_ADDRESS'] ?? '';
const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
const settings = readSettings();
const database = openDatabase(process.env['MYSQL_URL'] ?? '');

const activities = createActivities({
  ...{ database, resolveSecret, namespace, taskQueue: settings.taskQueue, slackApiUrl: settings.slackApiUrl },
  ...{ command: settings.command, temporalUi: null, artefacts: settings.artefacts },
  sources: openSources(database, resolveSecret),
  log: pino({ level: 'silent' }),
});

function crashing(activity: (input: never) => Promise<unknown>): (input: never) => Promise<unknown> {
  return async (input) => {
    const result = await activity(input);
    process.kill(process.pid, 'SIGKILL');
    return result;
  };
}

const entries = Object.entries(activities) as [string, (input: never) => Promise<unknown>][];
const worker = await Worker.create({
  ...{ connection: await NativeConnection.connect({ address }), namespace, taskQueue: settings.taskQueue },
  workflowBundle: { codePath: settings.workflowBundle ?? '' },
  activities: Object.fromEntries(
    entries.map(([name, activity]) => [name, name === crashAfter ? crashing(activity) : activity]),
  ),
});
process.stderr.write(`a worker that will crash polls ${settings.taskQueue}\n`);
await worker.run();
