/** Asking for an action: joins the one under way, or makes one if cool-down and budget allow. */
import { createAction, listActions, openAction, recordRequest } from '../../src/io/mysql/actions.js';
import { audit } from '../../src/io/mysql/audit.js';
import { currentDefinition, lockModel } from '../../src/io/mysql/definitions.js';
import { inTransaction, type Database } from '../../src/io/mysql/pool.js';
import { findVersion, readServing, servingHistory } from '../../src/io/mysql/registry.js';
import type { Queryable } from '../../src/io/mysql/rows.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { RequestActionInput } from '../contract.js';
import { predecessorOf } from '../incident/remedy.js';
import { limitsOf } from './limits.js';

export interface RequestedAction {
  /** Null when it was refused. */
  readonly action: string | null;
  readonly text: string;
}

async function targetOf(
  db: Queryable,
  input: RequestActionInput,
): Promise<{ to: string | null; fault: string | null }> {
  if (input.kind === 'retraining') return { to: null, fault: null };
  const to = input.to ?? predecessorOf(await servingHistory(db, input.model));
  if (to === null) return { to, fault: `${input.model} has no earlier version to go back to` };
  const known = await findVersion(db, input.model, to);
  return { to, fault: known === null ? `${input.model} has no version ${to}` : null };
}

async function refusalOf(
  db: Queryable,
  input: RequestActionInput,
  definition: ModelDefinition,
  to: string | null,
): Promise<string | null> {
  const defined = input.kind === 'retraining' ? definition.actions.retrain : definition.actions.rollback;
  if (defined === undefined)
    return `the definition of ${input.model} has no ${input.kind === 'retraining' ? 'actions.retrain' : 'actions.rollback'}`;
  const serving = await readServing(db, input.model);
  if (serving === null) return `${input.model} has no serving version in the registry`;
  if (to !== null && to === serving.version) return `version ${to} serves already`;
  const request = {
    kind: input.kind,
    dataTime: Date.parse(input.dataTime),
    overriddenBy: input.override === true ? input.by : null,
  };
  const limits = limitsOf(definition, request, await listActions(db, input.model, 200));
  return limits.allowed ? null : limits.text;
}

async function decideRequest(db: Queryable, input: RequestActionInput, now: number): Promise<RequestedAction> {
  await lockModel(db, input.model);
  const stored = await currentDefinition(db, input.model);
  if (stored === null) return { action: null, text: `${input.model} has no definition` };
  const running = await openAction(db, input.model, input.kind);
  const request = { requester: input.by, incident: input.incident, reason: input.reason, now };
  if (running !== null) {
    await recordRequest(db, { ...request, action: running.id, joined: true });
    return {
      action: running.id,
      text: `${running.id} is under way already (${running.state}); you will hear how it ends`,
    };
  }
  const target = await targetOf(db, input);
  const refusal = target.fault ?? (await refusalOf(db, input, stored.definition, target.to));
  if (refusal !== null) return { action: null, text: refusal };
  const serving = await readServing(db, input.model);
  const action = await createAction(db, {
    model: input.model,
    kind: input.kind,
    incident: input.incident,
    by: input.by,
    dataTime: Date.parse(input.dataTime),
    reason: input.reason,
    from: serving?.version ?? null,
    to: target.to,
    generation: serving?.generation ?? null,
    revision: stored.revision,
    now,
  });
  await recordRequest(db, { ...request, action, joined: false });
  return { action, text: `${action} was asked for` };
}

/** The record of a request, in one transaction under the model's row; who calls then signals the acting workflow. */
export async function recordActionRequest(database: Database, input: RequestActionInput): Promise<RequestedAction> {
  return inTransaction(database.pool, async (db) => {
    const now = Date.now();
    const requested = await decideRequest(db, input, now);
    await audit(db, {
      at: now,
      actor: input.by,
      via: 'request',
      what: input.kind,
      model: input.model,
      subject: requested.action,
      outcome: requested.action === null ? 'refused' : 'done',
      reason: requested.action === null ? requested.text : input.reason,
    });
    return requested;
  });
}
