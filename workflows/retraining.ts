/** Trains a candidate, measures it against the champion on rows it has not seen, asks, promotes. One run a model. */
import * as wf from '@temporalio/workflow';
import type { ActionPlan, Activities } from '../activities/contract.js';
import { Acting, Ended } from './acting.js';
import { MEASURE, SWITCH, TRAIN } from './activity-options.js';
import { rootMessage } from './failure-message.js';
import { upgrading } from './versioning.js';

const training = wf.proxyActivities<Activities>(TRAIN);
const measuring = wf.proxyActivities<Activities>(MEASURE);
const switching = wf.proxyActivities<Activities>(SWITCH);

export interface ActingInput {
  readonly model: string;
}

async function retrain(acting: Acting, plan: ActionPlan): Promise<string> {
  const ref = { action: plan.action };
  const trained = await training.train.executeWithOptions({ summary: plan.describe }, [ref]);
  const gate = await training.judgeCandidate.executeWithOptions(
    { summary: `Measure ${trained.version} against the version that serves` },
    [ref],
  );
  if (!gate.promote) throw new Ended('refused', gate.reason);
  await acting.requireApproval(plan);
  await measuring.storeReference.executeWithOptions({ summary: `Store the reference of ${trained.version}` }, [ref]);
  const switched = await switching.switchVersion.executeWithOptions({ summary: `Promote ${trained.version}` }, [ref]);
  const serving = await switching.readBack.executeWithOptions({ summary: 'Read back what serves' }, [ref]);
  if (serving.version !== switched.version) {
    const what = `${serving.version} serves after the promotion of ${switched.version}`;
    try {
      await switching.switchBack.executeWithOptions({ summary: 'Undo the promotion' }, [ref]);
    } catch (error) {
      throw new Ended('failed', `${what}; it could not be undone: ${rootMessage(error)}`);
    }
    throw new Ended('failed', `${what}; the switch was undone`);
  }
  return `${switched.version} serves since generation ${String(switched.generation)}: ${gate.reason}`;
}

export async function retraining(_input: ActingInput): Promise<string> {
  const acting = new Acting();
  acting.registerHandlers();
  return acting.run((plan) => retrain(acting, plan));
}

wf.setWorkflowOptions(upgrading, retraining);
