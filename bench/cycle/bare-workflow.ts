/**
 * What a cycle is compared with: the same activities in the same order, with the same options, summaries and payloads, and
 * nothing in them. What is left is the price of durable execution itself.
 */
import * as wf from '@temporalio/workflow';
import type { Activities } from '../../activities/contract.js';
import { MEASURE, RECORD } from '../../workflows/activity-options.js';
import type { CycleInput } from '../../workflows/monitoring-cycle.js';
import type { CycleResult } from '../../workflows/cycle-result.js';
import { CYCLE_VERDICT_KEY, SCHEDULED_START_KEY } from '../../workflows/search-attributes.js';

const record = wf.proxyActivities<Activities>(RECORD);
const measuring = wf.proxyActivities<Activities>(MEASURE);

export async function bareCycle(input: CycleInput): Promise<CycleResult> {
  const info = wf.workflowInfo();
  const scheduledAt = (info.typedSearchAttributes.get(SCHEDULED_START_KEY) ?? info.startTime).toISOString();
  const plan = await record.planCycle.executeWithOptions({ summary: 'Load the definition, find the due windows' }, [
    { model: input.model, scheduledAt, startedAt: info.startTime.toISOString() },
  ]);
  const windows: CycleResult['windows'][number][] = [];
  const lines: string[] = [];
  for (const { name, from, to } of plan.windows) {
    const task = { model: input.model, revision: plan.revision, scheduledAt, from, to };
    const collected = await measuring.collect.executeWithOptions({ summary: `Collect ${name}` }, [task]);
    const { digest } = collected;
    await Promise.all([
      measuring.measure.executeWithOptions({ summary: `Measure data of ${name}: quality, drift, run time` }, [
        { ...task, digest, part: 'data' },
      ]),
      measuring.measure.executeWithOptions({ summary: `Measure outcome of ${name}: performance, fairness` }, [
        { ...task, digest, part: 'outcome' },
      ]),
    ]);
    const judged = await record.judgeAndRecord.executeWithOptions({ summary: `Judge and record ${name}` }, [
      { ...task, cycle: info.workflowId, past: plan.past, collected, failure: null },
    ]);
    windows.push({ window: name, verdict: judged.verdict, reason: judged.reason });
    lines.push(...judged.lines.map((line) => `| ${name} ${line}`));
  }
  wf.upsertSearchAttributes([{ key: CYCLE_VERDICT_KEY, value: 'pass' }]);
  wf.setCurrentDetails(lines.join('\n'));
  return { verdict: 'pass', windows };
}
