/** The end of an action, and the proof that a rollback helped. */
import { Context } from '@temporalio/activity';
import { changeAction } from '../../src/io/mysql/actions.js';
import { audit } from '../../src/io/mysql/audit.js';
import { loadVerdicts, type EvaluationHead } from '../../src/io/mysql/evaluations.js';
import { loadFigures } from '../../src/io/mysql/figures.js';
import { readServing, releaseServing } from '../../src/io/mysql/registry.js';
import {
  judgeRollback,
  type FeedCheck,
  type RestoredWindow,
  type WindowFigure,
} from '../../src/response/verification.js';
import type { ActionRef, FinishActionInput, VerificationState } from '../contract.js';
import type { Deps } from '../deps.js';
import { higherIsBetter, recentEvaluations } from '../incident/remedy.js';
import { signalIncident } from '../signalling.js';
import { loadAction, required } from './load-action.js';

/** Confidence of the figures' intervals. */
const CONFIDENCE = 0.99;
/** Windows beyond those needed that are waited for: empty ones, small ones, late labels. */
const PATIENCE = 6;

async function windowFigure(deps: Deps, evaluation: EvaluationHead, metric: string): Promise<WindowFigure | null> {
  if (evaluation.state !== 'final') return null;
  const figures = await loadFigures(deps.database.pool, evaluation.id);
  const figure = figures.find(
    (one) =>
      one.metric === metric &&
      one.family === 'performance' &&
      one.on === 'current' &&
      one.class === undefined &&
      one.version === undefined,
  );
  if (figure === undefined || figure.value === null || typeof figure.value !== 'number') return null;
  if (figure.degenerate === true || figure.interval === undefined) return null;
  return { ...evaluation.window, value: figure.value, interval: figure.interval, n: figure.n };
}

async function restoredWindow(
  deps: Deps,
  evaluation: EvaluationHead,
  metric: string,
  rules: readonly string[],
): Promise<RestoredWindow> {
  const verdicts = await loadVerdicts(deps.database.pool, evaluation.id);
  const feedChecks: FeedCheck[] = verdicts
    .filter(({ rule, version }) => version === undefined && rules.includes(rule))
    .map(({ rule, status }) => ({ rule, status }));
  const figure = await windowFigure(deps, evaluation, metric);
  return { ...evaluation.window, feedChecks, ...(figure === null ? {} : { figure }) };
}

export function createVerifyAction(deps: Deps): (input: ActionRef) => Promise<VerificationState> {
  return async (input) => {
    const { action, definition } = await loadAction(deps, input.action);
    const { verify } = required(definition.actions.rollback, 'actions.rollback');
    const serving = await readServing(deps.database.pool, action.model);
    const since = Date.parse(action.result.switchedAt ?? new Date(action.dataTime).toISOString());
    const evaluations = await recentEvaluations(deps.database.pool, definition);
    const restored: RestoredWindow[] = [];
    const defective: WindowFigure[] = [];
    for (const evaluation of evaluations) {
      // A window counts for the restored version if the version served all of it.
      if (evaluation.version === action.to && evaluation.window.to > since) {
        restored.push(await restoredWindow(deps, evaluation, verify.metric, action.result.brokenFeedRules ?? []));
      }
      if (evaluation.version === action.from) {
        const figure = await windowFigure(deps, evaluation, verify.metric);
        if (figure !== null) defective.push(figure);
      }
    }
    const verdict = judgeRollback({
      target: action.to ?? '',
      serving: serving?.version ?? 'none',
      metric: verify.metric,
      higherIsBetter: higherIsBetter(verify.metric),
      windowsNeeded: verify.windows,
      patience: verify.windows + PATIENCE,
      confidence: CONFIDENCE,
      restored,
      defective,
    });
    return { state: verdict.state, text: verdict.text };
  };
}

export function createFinishAction(deps: Deps): (input: FinishActionInput) => Promise<void> {
  return async ({ action: id, end, outcome }) => {
    const { pool } = deps.database;
    const { action } = await loadAction(deps, id);
    const now = Date.now();
    await changeAction(pool, id, { state: end, outcome, finished: true }, now);
    await releaseServing(pool, action.model, id);
    await audit(pool, {
      at: now,
      actor: 'plumbline',
      via: 'workflow',
      what: `${action.kind} ${end}`,
      model: action.model,
      subject: id,
      outcome: 'done',
      reason: outcome,
    });
  };
}

export function createAnnounceAction(deps: Deps): (input: ActionRef) => Promise<void> {
  return async (input) => {
    const { action, model } = await loadAction(deps, input.action);
    await signalIncident(Context.current().client, { ...model, taskQueue: deps.taskQueue }, 'actionChanged', {
      action: action.id,
    });
  };
}
