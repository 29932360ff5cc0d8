/** Pre-flight of an action: everything that can be refused is refused here, before anybody is asked. */
import { artefactFault } from '../../src/io/artefact.js';
import { changeAction, type StoredAction } from '../../src/io/mysql/actions.js';
import { currentEvaluations } from '../../src/io/mysql/evaluations.js';
import { newestWindowEnd } from '../../src/io/mysql/evaluations.js';
import { findVersion, readServing } from '../../src/io/mysql/registry.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { addSpan } from '../../src/model/window.js';
import { chooseTrainingSpan, type LabelledWindow } from '../../src/response/training-span.js';
import type { ActionPlan, ActionRef } from '../contract.js';
import type { Deps } from '../deps.js';
import { brokenFeedRules, recentEvaluations } from '../incident/remedy.js';
import { loadAction, required } from './load-action.js';

/** Windows that training and gate may look back on. */
const LOOK_BACK = { count: 36, unit: 'month' } as const;

interface Preflight {
  readonly refused: string | null;
  readonly describe: string;
}

async function labelledWindows(deps: Deps, definition: ModelDefinition): Promise<readonly LabelledWindow[]> {
  const { pool } = deps.database;
  const until = await newestWindowEnd(pool, definition.model);
  if (until === null) return [];
  const after = addSpan(until, LOOK_BACK, definition.schedule.timezone, -1);
  const evaluations = await currentEvaluations(pool, definition.model, after, until);
  return evaluations.map(({ window, rows, coverage, state }) => ({
    ...window,
    labelled: Math.round(rows * (coverage ?? 0)),
    final: state === 'final',
  }));
}

async function preflightRetraining(deps: Deps, action: StoredAction, definition: ModelDefinition): Promise<Preflight> {
  const retrain = required(definition.actions.retrain, 'actions.retrain');
  const windows = await labelledWindows(deps, definition);
  const span = chooseTrainingSpan(windows, retrain.gate.minimumRows, retrain.span, definition.schedule.timezone);
  if (span.kind === 'none') return { refused: span.reason, describe: 'Retraining' };
  const iso = ({ from, to }: { from: number; to: number }): { from: string; to: string } => ({
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  });
  const result = { ...action.result, train: iso(span.train), withheld: iso(span.withheld) };
  await changeAction(deps.database.pool, action.id, { result }, Date.now());
  return {
    refused: null,
    describe: `Retrain ${action.model} on ${result.train.from.slice(0, 10)} to ${result.train.to.slice(0, 10)}`,
  };
}

async function preflightRollback(deps: Deps, action: StoredAction, definition: ModelDefinition): Promise<Preflight> {
  const { pool } = deps.database;
  const describe = `Roll ${action.model} back from ${action.from ?? '?'} to ${action.to ?? '?'}`;
  if (action.to === null || action.from === null) return { refused: 'no version to go back to', describe };
  const target = await findVersion(pool, action.model, action.to);
  if (target === null) return { refused: `version ${action.to} is not registered`, describe };
  const fault = await artefactFault(target.artefact, target.sha256);
  if (fault !== null) return { refused: `version ${action.to} cannot be restored: ${fault}`, describe };
  const broken = await brokenFeedRules(
    pool,
    definition,
    await recentEvaluations(pool, definition),
    action.from,
    action.to,
  );
  await changeAction(pool, action.id, { result: { ...action.result, brokenFeedRules: broken } }, Date.now());
  return { refused: null, describe };
}

export function createBeginAction(deps: Deps): (input: ActionRef) => Promise<ActionPlan> {
  const { pool } = deps.database;
  return async (input) => {
    const { action, definition } = await loadAction(deps, input.action);
    const part =
      action.kind === 'retraining'
        ? required(definition.actions.retrain, 'actions.retrain')
        : required(definition.actions.rollback, 'actions.rollback');
    const serving = await readServing(pool, action.model);
    const moved = serving?.generation !== action.generation;
    const preflight: Preflight = moved
      ? {
          refused: `${serving?.version ?? 'nothing'} serves now, another switch went first; ask again`,
          describe: action.kind,
        }
      : action.kind === 'retraining'
        ? await preflightRetraining(deps, action, definition)
        : await preflightRollback(deps, action, definition);
    const refused = preflight.refused;
    if (refused === null) await changeAction(pool, action.id, { state: 'preparing' }, Date.now());
    else await changeAction(pool, action.id, { state: 'refused', outcome: refused, finished: true }, Date.now());
    return {
      action: action.id,
      refused,
      from: action.from,
      to: action.to,
      approval: part.approval,
      timeoutMs: action.kind === 'retraining' ? (definition.actions.retrain?.timeoutMs ?? 0) : 0,
      describe: preflight.describe,
    };
  };
}
