/**
 * Broken twins of all workflows, under their names: each takes one step that no recorded execution has taken, as a
 * careless change would. Replay has to notice it, or it would notice nothing.
 */
import * as wf from '@temporalio/workflow';
import type { Activities, WatchdogReport } from '../../../activities/contract.js';
import { incident as soundIncident, type IncidentInput } from '../../../workflows/incident.js';
import { monitoringCycle as soundCycle, type CycleInput } from '../../../workflows/monitoring-cycle.js';
import { retraining as soundRetraining, type ActingInput } from '../../../workflows/retraining.js';
import { rollback as soundRollback } from '../../../workflows/rollback.js';
import type { CycleResult } from '../../../workflows/cycle-result.js';

const { tell, watch } = wf.proxyActivities<Activities>({ startToCloseTimeout: '1 minute' });

/** An activity before the first. */
export async function monitoringCycle(input: CycleInput): Promise<CycleResult> {
  await tell(input);
  return soundCycle(input);
}

/** A timer that nobody waits for. */
export async function incident(input: IncidentInput): Promise<string> {
  void wf.sleep('1 hour');
  return soundIncident(input);
}

export async function retraining(input: ActingInput): Promise<string> {
  void wf.sleep('1 hour');
  return soundRetraining(input);
}

export async function rollback(input: ActingInput): Promise<string> {
  void wf.sleep('1 hour');
  return soundRollback(input);
}

/** The same activity with a pause before it. */
export async function watchdog(): Promise<WatchdogReport> {
  await wf.sleep('1 second');
  return watch({ now: new Date().toISOString() });
}
