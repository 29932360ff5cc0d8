/** The question to people and their answer: the hash of what is asked, the allow-list, the one final decision. */
import { createHash, randomUUID } from 'node:crypto';
import {
  changeAction,
  findDecision,
  insertDecision,
  lockAction,
  type StoredAction,
} from '../../src/io/mysql/actions.js';
import { audit } from '../../src/io/mysql/audit.js';
import { currentDefinition } from '../../src/io/mysql/definitions.js';
import { inTransaction } from '../../src/io/mysql/pool.js';
import { readServing } from '../../src/io/mysql/registry.js';
import type { Queryable } from '../../src/io/mysql/rows.js';
import {
  approvalText,
  judgeDecision,
  type DecidableAction,
  type DecisionVerdict,
} from '../../src/response/approval.js';
import type { ActionRef, ApprovalQuestion, DecisionInput, DecisionOutcome } from '../contract.js';
import type { Deps } from '../deps.js';
import { loadAction, required } from './load-action.js';

function hashOf(action: StoredAction): string {
  const subject = {
    action: action.id,
    kind: action.kind,
    model: action.model,
    from: action.from ?? '',
    to: action.to ?? '',
    generation: action.generation ?? 0,
    definitionRevision: action.revision,
    incident: action.incident,
  };
  return createHash('sha256').update(approvalText(subject)).digest('hex');
}

export function createAskApproval(deps: Deps): (input: ActionRef) => Promise<ApprovalQuestion> {
  return async (input) => {
    const { action, definition } = await loadAction(deps, input.action);
    const part =
      action.kind === 'retraining'
        ? required(definition.actions.retrain, 'actions.retrain')
        : required(definition.actions.rollback, 'actions.rollback');
    // A repeated attempt asks the same question, with the same end.
    const expiresAt = action.expiresAt ?? Date.now() + part.approval.expiresMs;
    const hash = action.hash ?? hashOf(action);
    await changeAction(deps.database.pool, action.id, { state: 'waiting', hash, expiresAt }, Date.now());
    return { action: action.id, hash, expiresAt: new Date(expiresAt).toISOString(), askedOf: definition.approvers };
  };
}

/** Allow-list and serving version are looked at again now, not when the question was asked. */
async function decidable(db: Queryable, action: StoredAction): Promise<DecidableAction> {
  const stored = await currentDefinition(db, action.model);
  const serving = await readServing(db, action.model);
  const decided = await findDecision(db, action.id);
  const moved = serving?.generation !== action.generation;
  return {
    id: action.id,
    state: action.state,
    // Another switch went first: what was shown is no longer what would be done.
    hash: moved ? '' : (action.hash ?? ''),
    approvers: stored?.definition.approvers ?? [],
    expiresAt: action.expiresAt ?? 0,
    ...(decided === null
      ? {}
      : { decided: { decisionId: decided.decision, decision: decided.verdict, by: decided.by } }),
  };
}

async function settle(
  db: Queryable,
  input: DecisionInput,
  verdict: DecisionVerdict,
  action: StoredAction | null,
  now: number,
): Promise<DecisionOutcome> {
  const accepted = verdict.outcome === 'accepted';
  if (accepted && action !== null) {
    const { decision, verdict: said, by, hash, via } = input;
    await insertDecision(db, {
      action: action.id,
      decision,
      verdict: said,
      by,
      at: now,
      hash,
      note: input.note ?? null,
      via,
    });
    await changeAction(db, action.id, { state: said === 'approve' ? 'approved' : 'rejected' }, now);
  }
  const final = action === null ? null : await findDecision(db, action.id);
  const text = accepted
    ? `${input.action} was ${input.verdict === 'approve' ? 'approved' : 'rejected'} by ${input.by}`
    : verdict.text;
  await audit(db, {
    at: now,
    actor: input.by,
    via: input.via,
    what: input.verdict,
    model: action?.model ?? null,
    subject: input.action,
    outcome: accepted || verdict.outcome === 'repeated' ? 'done' : 'refused',
    reason: text,
  });
  return {
    accepted: accepted || verdict.outcome === 'repeated',
    text,
    verdict: final?.verdict ?? null,
    by: final?.by ?? null,
  };
}

const LONGEST_DECISION_ID = 64;

/** Faults of the form that a signal may have; an update's validator has refused them before. Null: none. */
function formFault(input: DecisionInput): string | null {
  const texts = [input.action, input.by, input.hash, input.decision, input.via, input.note ?? ''];
  if (texts.some((text) => typeof text !== 'string') || !['approve', 'reject'].includes(input.verdict)) {
    return 'a decision needs action, decision, verdict ("approve" or "reject"), by and hash';
  }
  return input.decision.length > LONGEST_DECISION_ID ? 'the id of a decision has at most 64 characters' : null;
}

/** Refused and audited like any other: a signal that nobody can use must not end the action that waits. */
async function refuseMalformed(db: Queryable, input: DecisionInput, fault: string): Promise<DecisionOutcome> {
  const { action, by, via } = input as { readonly action: unknown; readonly by: unknown; readonly via: unknown };
  const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
  await audit(db, {
    at: Date.now(),
    actor: textOr(by, 'unknown'),
    via: textOr(via, 'signal'),
    what: 'decide',
    model: null,
    subject: textOr(action, ''),
    outcome: 'refused',
    reason: fault,
  });
  return { accepted: false, text: fault, verdict: null, by: null };
}

export function createRecordDecision(deps: Pick<Deps, 'database'>): (input: DecisionInput) => Promise<DecisionOutcome> {
  return async (raw) => {
    const fault = formFault(raw);
    if (fault !== null) return refuseMalformed(deps.database.pool, raw, fault);
    const input = raw.decision === '' ? { ...raw, decision: randomUUID() } : raw;
    return inTransaction(deps.database.pool, async (db) => {
      const now = Date.now();
      const action = await lockAction(db, input.action);
      const proposed = {
        decisionId: input.decision,
        action: input.action,
        decision: input.verdict,
        by: input.by,
        hash: input.hash,
      };
      const verdict = judgeDecision(action === null ? undefined : await decidable(db, action), proposed, now);
      return settle(db, input, verdict, action, now);
    });
  };
}
