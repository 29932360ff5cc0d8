/** Watches the watcher: models without a completed cycle when one was due, untold transitions, sources that cannot be reached. */
import * as wf from '@temporalio/workflow';
import type { Activities, WatchdogReport } from '../activities/contract.js';
import { SIGNAL } from './activity-options.js';
import { SCHEDULED_START_KEY } from './search-attributes.js';
import { pinned } from './versioning.js';

const watching = wf.proxyActivities<Activities>(SIGNAL);

export async function watchdog(): Promise<WatchdogReport> {
  const info = wf.workflowInfo();
  const now = info.typedSearchAttributes.get(SCHEDULED_START_KEY) ?? info.startTime;
  const report = await watching.watch.executeWithOptions({ summary: 'Look after models, tellings and sources' }, [
    { now: now.toISOString() },
  ]);
  wf.setCurrentDetails(
    [
      `- models without a cycle that was due: ${report.missed.length === 0 ? 'none' : report.missed.join(', ')}`,
      `- transitions told again: ${String(report.untold)}`,
      ...report.problems.map((problem) => `- ${problem}`),
    ].join('\n'),
  );
  return report;
}

wf.setWorkflowOptions(pinned, watchdog);
