/** Asking for a retraining or a rollback, as the command line does. */
import { recordActionRequest, type RequestedAction } from '../../activities/acting/request-action.js';
import { signalActing } from '../../activities/signalling.js';
import { findAction, type StoredAction } from '../../src/io/mysql/actions.js';
import { findModel } from '../../src/io/mysql/definitions.js';
import { eventually } from './poll.js';
import type { Stage } from './stage.js';
import type { WatchedModel } from './watched-model.js';

export interface Request {
  readonly kind: 'retraining' | 'rollback';
  readonly by?: string;
  /** Version to go back to. */
  readonly to?: string;
  /** The *now* of the data is this day's slot. */
  readonly day: number;
  readonly override?: boolean;
}

export async function askFor(stage: Stage, watched: WatchedModel, request: Request): Promise<RequestedAction> {
  const { id } = watched;
  const { kind, by = 'ana', to = null, override = false } = request;
  const requested = await recordActionRequest(stage.database, {
    ...{ model: id, kind, by, to, override, incident: null, reason: 'asked for in a test' },
    dataTime: new Date(watched.slot(request.day)).toISOString(),
  });
  const model = await findModel(stage.database.pool, id);
  if (requested.action !== null && model !== null) {
    await signalActing(stage.client, { ...model, taskQueue: stage.taskQueue }, kind, requested.action);
  }
  return requested;
}

/** Waits until the action is in one of the states. */
export async function actionIn(
  stage: Stage,
  id: string,
  states: readonly StoredAction['state'][],
): Promise<StoredAction> {
  return eventually(`${id} is ${states.join(' or ')}`, async () => {
    const action = await findAction(stage.database.pool, id);
    return action !== null && states.includes(action.state) ? action : null;
  });
}
