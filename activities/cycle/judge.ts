/**
 * Judges a measured window and records everything about it in one transaction that holds the model's row: evaluation,
 * figures, verdicts, alert states, transitions. Repeating it finds its own evaluation and returns the same answer.
 */
import { createHash } from 'node:crypto';
import type { PoolConnection } from '../../src/io/mysql/pool.js';
import { advance, type VerdictEvent } from '../../src/alerts/state-machine.js';
import { NEW_ALERT, type AlertState } from '../../src/alerts/alert.js';
import {
  hasSomebodyToTell,
  insertTransition,
  loadAlertsToAdvance,
  saveAlerts,
  type ChangedAlert,
  type StoredAlert,
} from '../../src/io/mysql/alerts.js';
import { lockModel } from '../../src/io/mysql/definitions.js';
import { evaluationsOfWindow, insertEvaluation, insertVerdicts, loadVerdicts } from '../../src/io/mysql/evaluations.js';
import { insertFigures } from '../../src/io/mysql/figures.js';
import { insertNote } from '../../src/io/mysql/incidents.js';
import { recordPerformance } from '../../src/io/mysql/performance-data.js';
import { inTransaction } from '../../src/io/mysql/pool.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { Figure } from '../../src/model/figure.js';
import type { Verdict } from '../../src/model/verdict.js';
import { addSpan, windowOf } from '../../src/model/window.js';
import { cycleVerdict, unknownVerdicts, type RulesInput } from '../../src/rules/evaluate.js';
import { failureVerdict, isPlatformRule, noDataVerdict, PLATFORM_RULES } from '../../src/rules/platform-rules.js';
import { windowWords } from '../../src/alerts/wording.js';
import type { Judged, JudgeTask } from '../contract.js';
import type { Deps } from '../deps.js';
import type { DefinitionStore } from './definition-store.js';
import { earlierSizes, judgedWithEarlier, rowsInSameSlot, volumesLike } from './earlier-windows.js';
import { dropParked, forgetJudged, gatherJudgeInput, type JudgeInput, type JudgeStores } from './judge-input.js';
import { withSeries } from './series.js';
import { alarming, judgeOthers, retireGoneVersions } from './judge-versions.js';
import { reasonOf, verdictLines } from './verdict-text.js';

interface Judgement {
  readonly verdicts: readonly Verdict[];
  readonly figures: readonly Figure[];
  readonly final: boolean;
  readonly coverage: number | null;
  readonly reason: string;
}

function failedJudgement(definition: ModelDefinition, task: JudgeTask): Judgement {
  const failure = task.failure ?? { stage: 'collect', message: 'nothing was collected' };
  return {
    verdicts: [
      ...unknownVerdicts(definition, 'error', failure.message),
      failureVerdict(failure.stage, failure.message),
    ],
    figures: [],
    final: false,
    coverage: null,
    reason: `error while trying to ${failure.stage}: ${failure.message}`,
  };
}

async function judgedWindow(
  connection: PoolConnection,
  definition: ModelDefinition,
  task: JudgeTask,
  judging: JudgeInput,
): Promise<Judgement> {
  const { collected, figures: measured, reference } = judging;
  const window = windowOf(task);
  const now = Date.parse(task.scheduledAt);
  const { labels, schedule } = definition;
  const coverage = collected.rows === 0 ? 1 : collected.labelled / collected.rows;
  const final =
    labels === undefined ||
    coverage >= labels.minimumCoverage ||
    now >= addSpan(window.to, labels.deadline, schedule.timezone);
  const figures = await withSeries(connection, definition, { window, version: collected.version }, measured);
  const history = await earlierSizes(connection, definition, window);
  const input: RulesInput = {
    definition,
    // First the version that served last, then each of the others.
    figures: figures.filter((figure) => figure.version === undefined),
    referenceFigures: reference?.figures ?? [],
    rows: collected.rows,
    referenceRows: reference?.rows ?? null,
    labels: { present: collected.labelled > 0, coverage, final },
    volumeHistory: volumesLike(definition, window, history),
  };
  const { version } = collected;
  const ofLast = await judgedWithEarlier(connection, definition, { window, version, revision: task.revision, input });
  const verdicts = [...ofLast, ...judgeOthers(definition, judging, final)];
  const noData = noDataVerdict(collected.rows, rowsInSameSlot(definition, window, history));
  return {
    verdicts: [...verdicts, failureVerdict(null, null), noData],
    figures,
    final,
    coverage: labels === undefined ? null : coverage,
    reason: reasonOf(verdicts, collected.rows),
  };
}

/** One for each attempt of the same cycle at the same window, so that repeating the activity records nothing twice. */
function failureDigest(task: JudgeTask): string {
  return createHash('sha256')
    .update(JSON.stringify(['failed', task.cycle, task.from, task.to]))
    .digest('hex');
}

interface AlertWork {
  readonly alerts: readonly StoredAlert[];
  readonly definition: ModelDefinition;
  readonly task: JudgeTask;
  readonly evaluation: number;
  readonly version: string | null;
  readonly now: number;
}

/** Returns how many transitions there were. */
async function advanceAlerts(
  connection: PoolConnection,
  verdicts: readonly Verdict[],
  work: AlertWork,
): Promise<number> {
  const { definition, task } = work;
  const window = windowOf(task);
  const stored = new Map(work.alerts.map((alert) => [`${alert.rule}\n${alert.segment}`, alert]));
  const rules = new Map([...definition.rules, ...PLATFORM_RULES].map((rule) => [rule.id, rule]));
  const changed: ChangedAlert[] = [];
  let transitions = 0;
  for (const verdict of verdicts) {
    const rule = rules.get(verdict.rule);
    if (rule === undefined) continue;
    const before = stored.get(`${verdict.rule}\n${verdict.segment}`);
    const version = verdict.version ?? work.version;
    const event: VerdictEvent = { kind: 'verdict', verdict, rule, window, version, past: task.past };
    const step = advance(before?.state ?? NEW_ALERT, event);
    const key = { model: task.model, rule: verdict.rule, segment: verdict.segment };
    if (step.note === 'recorded: contradicts' && before?.incident != null) {
      const text = `${windowWords(window, definition.schedule.timezone)} was judged again: ${rule.title} is now ${verdict.status}`;
      await insertNote(connection, before.incident, 'window revised', 'plumbline', text, work.now);
    }
    if (!sameState(before?.state, step.state)) changed.push({ ...key, state: step.state });
    if (step.transition === null) continue;
    transitions += 1;
    await insertTransition(connection, key, work.evaluation, step.transition, work.now);
  }
  await saveAlerts(connection, changed, work.now);
  return transitions;
}

function sameState(before: AlertState | undefined, after: AlertState): boolean {
  if (before === undefined || before === after) return before === after;
  // Nearly always the newest window moves the cursor, and says so at once.
  return before.cursor?.to === after.cursor?.to && JSON.stringify(before) === JSON.stringify(after);
}

/** Everything about a judged window, in the caller's transaction. */
async function record(
  connection: PoolConnection,
  definition: ModelDefinition,
  task: JudgeTask,
  input: JudgeInput | null,
): Promise<Judged> {
  const window = windowOf(task);
  const digest = input?.collected.digest ?? failureDigest(task);
  const { newest, current } = await evaluationsOfWindow(connection, task.model, window);
  const repeated = [current, newest].find((evaluation) => evaluation?.digest === digest);
  if (repeated) {
    const { id, verdict, reason } = repeated;
    const lines = verdictLines(definition, await loadVerdicts(connection, id));
    return { evaluation: id, verdict, reason, lines, toTell: await hasSomebodyToTell(connection, task.model) };
  }
  const judgement =
    input === null ? failedJudgement(definition, task) : await judgedWindow(connection, definition, task, input);
  const { verdicts, figures, reason } = judgement;
  const verdict = cycleVerdict(verdicts.filter(({ rule }) => !isPlatformRule(rule)));
  const now = Date.now();
  const version = task.collected?.version ?? null;
  const { id } = await insertEvaluation(connection, {
    model: task.model,
    window,
    revision: task.revision,
    digest,
    cycle: task.cycle,
    scheduledAt: Date.parse(task.scheduledAt),
    version,
    rows: task.collected?.rows ?? 0,
    coverage: judgement.coverage,
    state: judgement.final ? 'final' : 'provisional',
    past: task.past,
    verdict,
    reason,
    intake: { labelled: task.collected?.labelled ?? 0 },
    sourceState: task.collected?.sourceState ?? null,
    failed: input === null,
    lastSequence: newest?.sequence ?? 0,
    now,
  });
  await insertFigures(connection, id, figures);
  await insertVerdicts(connection, id, verdicts);
  if (judgement.final) await recordPerformance(connection, task.model, id, figures, now);
  const moving = input === null ? verdicts : alarming(verdicts, input, window);
  const { alerts, somebodyToTell } = await loadAlertsToAdvance(connection, task.model);
  let moved = await advanceAlerts(connection, moving, { alerts, definition, task, evaluation: id, version, now });
  if (input !== null && input.collected.rows > 0) {
    moved += await retireGoneVersions(connection, moving, { alerts, task, window, now });
  }
  if (task.collected !== null) await dropParked(connection, task.model, task.collected);
  const lines = verdictLines(definition, verdicts);
  return { evaluation: id, verdict, reason, lines, toTell: somebodyToTell || moved > 0 };
}

export function createJudge(
  deps: Deps,
  stores: JudgeStores & { readonly definitions: DefinitionStore },
): (task: JudgeTask) => Promise<Judged> {
  return async (task) => {
    const { collected } = task;
    const { definition } = await stores.definitions.load(task.model, task.revision);
    const input =
      collected === null || task.failure !== null
        ? null
        : await gatherJudgeInput(deps, stores, definition, task, collected);
    const judged = await inTransaction(deps.database.pool, async (connection) => {
      await lockModel(connection, task.model);
      return record(connection, definition, task, input);
    });
    forgetJudged(stores, task);
    return judged;
  };
}
