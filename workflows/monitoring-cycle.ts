/**
 * One monitoring cycle: plan → (per window: collect → measure in parallel → judge and record) → tell. It completes
 * with a verdict; trouble with the source is a verdict (`unknown: error`), not a failure.
 */
import * as wf from '@temporalio/workflow';
import type {
  Activities,
  Collected,
  CycleFailure,
  CyclePlan,
  Judged,
  PlannedWindow,
  WindowTask,
} from '../activities/contract.js';
import { MEASURE, RECORD, SIGNAL } from './activity-options.js';
import { CYCLE_VERDICT_KEY, SCHEDULED_START_KEY } from './search-attributes.js';
import { rootMessage } from './failure-message.js';
import { cycleDetails } from './current-details.js';
import type { CycleResult, WindowResult } from './cycle-result.js';
import { pinned } from './versioning.js';

const record = wf.proxyActivities<Activities>(RECORD);
const measuring = wf.proxyActivities<Activities>(MEASURE);
const signalling = wf.proxyActivities<Activities>(SIGNAL);

export interface CycleInput {
  readonly model: string;
}

/** The cycle's *now*: never the clock, so that a backfilled slot sees what the slot would have seen. */
function scheduledTime(): Date {
  const info = wf.workflowInfo();
  return info.typedSearchAttributes.get(SCHEDULED_START_KEY) ?? info.startTime;
}

type CollectOutcome = { readonly collected: Collected } | { readonly failure: CycleFailure };

async function collectAndMeasure(task: WindowTask, window: PlannedWindow, attempt = 1): Promise<CollectOutcome> {
  const { name, isNew, counted, why } = window;
  const reason = why === 'rows or labels came late' ? `: ${why}` : '';
  let stage = 'collect';
  try {
    const collected = await measuring.collect.executeWithOptions({ summary: `Collect ${name}${reason}` }, [
      { ...task, ...(isNew && { isNew }), ...(counted !== undefined && { counted }) },
    ]);
    if (!collected.unchanged && collected.rows > 0) {
      stage = 'measure';
      const { digest } = collected;
      await Promise.all([
        measuring.measure.executeWithOptions({ summary: `Measure data of ${name}: quality, drift, run time` }, [
          { ...task, digest, part: 'data' },
        ]),
        measuring.measure.executeWithOptions({ summary: `Measure outcome of ${name}: performance, fairness` }, [
          { ...task, digest, part: 'outcome' },
        ]),
      ]);
    }
    return { collected };
  } catch (error) {
    if (wf.isCancellation(error)) throw error;
    if (attempt < COLLECT_ATTEMPTS && changedMeanwhile(error)) return collectAndMeasure(task, window, attempt + 1);
    return { failure: { stage, message: rootMessage(error) } };
  }
}

/** Rows may come in while a window is measured by several workers; then it is collected anew. */
const COLLECT_ATTEMPTS = 3;

function changedMeanwhile(error: unknown): boolean {
  return (
    error instanceof wf.ActivityFailure &&
    error.cause instanceof wf.ApplicationFailure &&
    error.cause.type === 'WindowChanged'
  );
}

async function judgeWindow(
  plan: CyclePlan,
  window: PlannedWindow,
  scheduledAt: string,
  attempt = 1,
): Promise<Judged | null> {
  const task: WindowTask = {
    model: plan.model,
    revision: plan.revision,
    scheduledAt,
    from: window.from,
    to: window.to,
  };
  const outcome = await collectAndMeasure(task, window);
  if ('collected' in outcome && outcome.collected.unchanged) return null;
  const judge = (found: CollectOutcome): Promise<Judged> =>
    record.judgeAndRecord.executeWithOptions({ summary: `Judge and record ${window.name}` }, [
      {
        ...task,
        cycle: wf.workflowInfo().workflowId,
        past: plan.past,
        collected: 'collected' in found ? found.collected : null,
        failure: 'failure' in found ? found.failure : null,
      },
    ]);
  try {
    return await judge(outcome);
  } catch (error) {
    if (!changedMeanwhile(error)) throw error;
    if (attempt < COLLECT_ATTEMPTS) return judgeWindow(plan, window, scheduledAt, attempt + 1);
    return judge({ failure: { stage: 'judge', message: rootMessage(error) } });
  }
}

/** The cycle's one word: that of its own window, unless an older window turned out to breach. */
function overall(results: readonly WindowResult[]): CycleResult['verdict'] {
  if (results.some((result) => result.verdict === 'breach')) return 'breach';
  const own = results[0]?.verdict;
  return own === undefined || own === 'unchanged' ? 'pass' : own;
}

/**
 * Bounded: at most 25 windows a cycle, about twenty events each.
 */
export async function monitoringCycle(input: CycleInput): Promise<CycleResult> {
  const scheduledAt = scheduledTime().toISOString();
  const plan = await record.planCycle.executeWithOptions({ summary: 'Load the definition, find the due windows' }, [
    { model: input.model, scheduledAt, startedAt: wf.workflowInfo().startTime.toISOString() },
  ]);

  const results: WindowResult[] = [];
  const lines: string[] = [];
  let toTell = false;
  for (const window of plan.windows) {
    const judged = await judgeWindow(plan, window, scheduledAt);
    if (judged === null) {
      results.push({
        window: window.name,
        verdict: 'unchanged',
        reason: 'the same rows and labels were judged before',
      });
      continue;
    }
    results.push({ window: window.name, verdict: judged.verdict, reason: judged.reason });
    lines.push(...judged.lines.map((line) => `| ${window.name} ${line}`));
    toTell ||= judged.toTell;
  }

  const verdict = overall(results);
  wf.upsertSearchAttributes([{ key: CYCLE_VERDICT_KEY, value: verdict }]);
  wf.setCurrentDetails(cycleDetails(plan.title, verdict, results, lines));
  if (toTell) {
    await signalling.tell.executeWithOptions({ summary: 'Tell the incident what changed' }, [{ model: input.model }]);
  }
  return { verdict, windows: results };
}

wf.setWorkflowOptions(pinned, monitoringCycle);
