/**
 * Brings an earlier version back: pre-flight → approval → hold → switch → read-back → measured windows. Done is said
 * only of a version that was measured; any failure is undone in reverse.
 */
import * as wf from '@temporalio/workflow';
import type { ActionPlan, Activities } from '../activities/contract.js';
import { Acting, Ended } from './acting.js';
import { MEASURE, RECORD, SWITCH } from './activity-options.js';
import { rootMessage } from './failure-message.js';
import { measuredSignal } from './messages.js';
import type { ActingInput } from './retraining.js';
import { upgrading } from './versioning.js';

const record = wf.proxyActivities<Activities>(RECORD);
const measuring = wf.proxyActivities<Activities>(MEASURE);
const switching = wf.proxyActivities<Activities>(SWITCH);

/** A look at the figures even when no cycle sent word, so that a lost signal only costs time. */
const LOOK_ANYWAY = '6 hours';

type Undo = () => Promise<unknown>;

/** Last first, each whatever became of the others; returns what could not be undone. */
async function undoAll(undo: readonly Undo[]): Promise<readonly string[]> {
  return wf.CancellationScope.nonCancellable(async () => {
    const faults: string[] = [];
    for (const step of [...undo].reverse()) {
      try {
        await step();
      } catch (error) {
        faults.push(rootMessage(error));
      }
    }
    return faults;
  });
}

async function compensate(undo: readonly Undo[], error: unknown): Promise<never> {
  const faults = await undoAll(undo);
  const what = `${rootMessage(error)}${undo.length > 1 ? '; the switch was undone' : ''}`;
  throw new Ended(
    error instanceof Ended ? error.end : 'failed',
    faults.length === 0 ? what : `${rootMessage(error)}; it could not be undone: ${faults.join('; ')}`,
  );
}

async function awaitProof(acting: Acting, plan: ActionPlan, measured: { count: number }): Promise<string> {
  const ref = { action: plan.action };
  for (;;) {
    const seen = measured.count;
    const verification = await record.verifyAction.executeWithOptions({ summary: 'Look at the restored version' }, [
      ref,
    ]);
    acting.say(`**${plan.describe}**\n\nSwitched and read back. ${verification.text}`);
    if (verification.state === 'verified') return verification.text;
    if (verification.state === 'failed') throw new Ended('failed', verification.text);
    await wf.condition(() => measured.count > seen, LOOK_ANYWAY, { summary: 'Wait for the next measured window' });
  }
}

async function rollBack(acting: Acting, plan: ActionPlan, measured: { count: number }): Promise<string> {
  const ref = { action: plan.action };
  await acting.requireApproval(plan);
  const undo: Undo[] = [];
  try {
    await switching.holdSwitch.executeWithOptions({ summary: 'Hold retraining and other switches' }, [ref]);
    undo.push(() => switching.releaseSwitch.executeWithOptions({ summary: 'Release the hold' }, [ref]));
    await measuring.storeReference.executeWithOptions({ summary: `Bring back the reference of ${plan.to ?? ''}` }, [
      ref,
    ]);
    const switched = await switching.switchVersion.executeWithOptions({ summary: plan.describe }, [ref]);
    undo.push(() => switching.switchBack.executeWithOptions({ summary: 'Undo the switch' }, [ref]));
    const serving = await switching.readBack.executeWithOptions({ summary: 'Read back what serves' }, [ref]);
    if (serving.version !== switched.version) {
      throw new Ended('failed', `${serving.version} serves after the switch to ${switched.version}`);
    }
  } catch (error) {
    return compensate(undo, error);
  }
  await acting.announce(plan.action);
  try {
    return await awaitProof(acting, plan, measured);
  } finally {
    await undoAll(undo.slice(0, 1));
  }
}

export async function rollback(_input: ActingInput): Promise<string> {
  const acting = new Acting();
  const measured = { count: 0 };
  acting.registerHandlers();
  wf.setHandler(
    measuredSignal,
    () => {
      measured.count += 1;
    },
    { description: 'A window of the restored version was measured: {model}' },
  );
  return acting.run((plan) => rollBack(acting, plan, measured));
}

wf.setWorkflowOptions(upgrading, rollback);
