/** All activities, made of their dependencies. */
import { Context } from '@temporalio/activity';
import { findModel } from '../src/io/mysql/definitions.js';
import { createAskApproval, createRecordDecision } from './acting/approval.js';
import { createBeginAction } from './acting/begin-action.js';
import { createAnnounceAction, createFinishAction, createVerifyAction } from './acting/finish-action.js';
import { recordActionRequest } from './acting/request-action.js';
import { createJudgeCandidate, createTrain } from './acting/retraining.js';
import { createSwitching } from './acting/switching.js';
import type { Activities } from './contract.js';
import { createCollect } from './cycle/collect.js';
import { DefinitionStore } from './cycle/definition-store.js';
import { FigureStore } from './cycle/figure-store.js';
import { createJudge } from './cycle/judge.js';
import { createMeasure } from './cycle/measure.js';
import { createPlanCycle } from './cycle/plan-cycle.js';
import { ReferenceStore } from './cycle/reference.js';
import { createTell } from './cycle/tell.js';
import { createWindowInputs } from './cycle/window-input.js';
import type { Deps } from './deps.js';
import { createDeliver } from './incident/deliver.js';
import { createUpdateIncident } from './incident/update-incident.js';
import { signalActing } from './signalling.js';
import { createWatch } from './watch.js';

function createRequestAction(deps: Deps): Activities['requestAction'] {
  return async (input) => {
    const requested = await recordActionRequest(deps.database, input);
    if (requested.action === null) return requested;
    const model = await findModel(deps.database.pool, input.model);
    if (model !== null) {
      const to = { ...model, taskQueue: deps.taskQueue };
      await signalActing(Context.current().client, to, input.kind, requested.action);
    }
    return requested;
  };
}

export function createActivities(deps: Deps): Activities {
  const references = new ReferenceStore(deps);
  const definitions = new DefinitionStore(deps);
  const figures = new FigureStore();
  const inputs = createWindowInputs(deps, { references, definitions });
  return {
    planCycle: createPlanCycle(deps, definitions),
    collect: createCollect(deps, { inputs, definitions }),
    measure: createMeasure(deps, { inputs, figures }),
    judgeAndRecord: createJudge(deps, { references, definitions, inputs, figures }),
    tell: createTell(deps),
    updateIncident: createUpdateIncident(deps),
    deliver: createDeliver(deps),
    requestAction: createRequestAction(deps),
    beginAction: createBeginAction(deps),
    announceAction: createAnnounceAction(deps),
    train: createTrain(deps),
    judgeCandidate: createJudgeCandidate(deps),
    askApproval: createAskApproval(deps),
    recordDecision: createRecordDecision(deps),
    ...createSwitching(deps, references),
    verifyAction: createVerifyAction(deps),
    finishAction: createFinishAction(deps),
    watch: createWatch(deps),
  };
}
