/** Versions that served beside the one that served last: their verdicts, and the end of their alerts when they are gone. */
import { advance } from '../../src/alerts/state-machine.js';
import { isOpen } from '../../src/alerts/alert.js';
import { insertTransition, saveAlert, type StoredAlert } from '../../src/io/mysql/alerts.js';
import type { PoolConnection } from '../../src/io/mysql/pool.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { segmentOf, versionOfSegment } from '../../src/model/segment.js';
import type { Verdict } from '../../src/model/verdict.js';
import type { Window } from '../../src/model/window.js';
import { judgeVersion, stillServes } from '../../src/rules/judge-version.js';
import type { JudgeTask } from '../contract.js';
import type { JudgeInput } from './judge-input.js';

/** One after the other, the rules' verdicts of every other version in the window. */
export function judgeOthers(
  definition: ModelDefinition,
  { collected, figures, others }: JudgeInput,
  final: boolean,
): Verdict[] {
  const coverage = collected.rows === 0 ? 0 : collected.labelled / collected.rows;
  return [...others].flatMap(([version, reference]) =>
    judgeVersion(definition, {
      ...{ version, figures, final, coverage },
      referenceFigures: reference?.figures ?? [],
      referenceRows: reference?.rows ?? null,
    }),
  );
}

/** Verdicts that may move an alert: a version that was replaced within the window alarms nobody. */
export function alarming(verdicts: readonly Verdict[], { figures }: JudgeInput, window: Window): readonly Verdict[] {
  const serving = new Map<string, boolean>();
  return verdicts.filter(({ version }) => {
    if (version === undefined) return true;
    const known = serving.get(version) ?? stillServes(figures, version, window.to - window.from);
    serving.set(version, known);
    return known;
  });
}

interface Gone {
  /** The model's alerts as they were before this window: those of versions that are gone it has not moved. */
  readonly alerts: readonly StoredAlert[];
  readonly task: JudgeTask;
  readonly window: Window;
  readonly now: number;
}

/**
 * Ends the alerts of versions that no longer serve beside another: no later window would ever clear them. Only a window
 * in time and newer than all that the alert has heard does so. Returns how many transitions there were.
 */
export async function retireGoneVersions(
  db: PoolConnection,
  judged: readonly Verdict[],
  { alerts, task, window, now }: Gone,
): Promise<number> {
  if (task.past) return 0;
  let transitions = 0;
  const serving = new Set(judged.flatMap(({ version }) => (version === undefined ? [] : [segmentOf('', version)])));
  for (const alert of alerts) {
    const version = versionOfSegment(alert.segment);
    const { state, cursor } = alert.state;
    const ended = state === 'inactive' || state === 'resolved';
    if (version === undefined || ended || serving.has(segmentOf('', version))) continue;
    if (cursor !== null && window.to <= cursor.to) continue;
    const step = advance(alert.state, { kind: 'retire', reason: `version ${version} no longer serves beside another` });
    await saveAlert(db, alert, step.state, now);
    if (!isOpen(alert.state) || step.transition === null) continue;
    transitions += 1;
    await insertTransition(db, alert, null, step.transition, now);
  }
  return transitions;
}
