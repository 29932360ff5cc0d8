/** `start`, `stop`, `pause`, `resume`: whether a model's Schedule runs. */
import type { Client } from '@temporalio/client';
import { signalIfRunning, signalIncident } from '../../../activities/signalling.js';
import { openAction, type ActionKind } from '../../io/mysql/actions.js';
import { audit } from '../../io/mysql/audit.js';
import { loadDefinition, lockModel, setModelState, type StoredModel } from '../../io/mysql/definitions.js';
import { inTransaction, type Database } from '../../io/mysql/pool.js';
import { retireAlerts } from '../../io/mysql/retire-alerts.js';
import { change } from '../../io/mysql/rows.js';
import { retrainingWorkflowId, rollbackWorkflowId, scheduleId } from '../../model/ids.js';
import { personOf, requireModel, type CommandContext } from '../command-context.js';
import type { CommandSet } from '../command-set.js';
import type { Answer } from '../output.js';
import { applySchedule, pauseSchedule } from '../schedules.js';

interface RhythmOptions {
  readonly as?: string;
  readonly reason?: string;
}

interface Change {
  readonly what: 'start' | 'stop' | 'pause' | 'resume';
  readonly model: StoredModel;
  readonly by: string;
  readonly reason: string | undefined;
}

/** Brings the Schedule in line with the definition, and lets it run. */
async function runSchedule(context: CommandContext, database: Database, { model, by, what }: Change): Promise<void> {
  const client = await context.client();
  const { definition } = await loadDefinition(database.pool, model.model, model.revision);
  const running = { note: `${what} by ${by}` };
  await applySchedule(client, definition, { taskQueue: context.settings.taskQueue, running });
}

interface Stored {
  readonly retired: readonly string[];
}

async function storeState(
  database: Database,
  state: StoredModel['state'],
  { what, model, by, reason }: Change,
): Promise<Stored> {
  return inTransaction(database.pool, async (db) => {
    const now = Date.now();
    const before = await lockModel(db, model.model);
    await setModelState(db, model.model, state);
    // What ended while nobody was to watch is not caught up unasked.
    if (what === 'start' && before.state === 'stopped') {
      await change(db, 'UPDATE models SET watch_from = ? WHERE model = ?', [new Date(now), model.model]);
    }
    const retired =
      what === 'stop' ? await retireAlerts(db, model.model, null, `the model was stopped by ${by}`, now) : [];
    await audit(db, {
      at: now,
      actor: by,
      via: 'cli',
      what,
      model: model.model,
      subject: scheduleId(model.model),
      outcome: 'done',
      ...(reason === undefined ? {} : { reason }),
    });
    return { retired };
  });
}

/** Actions that nobody has decided are taken back; a switch that has begun is let finish. */
async function withdrawUndecided(
  client: Client,
  database: Database,
  { model, by }: Change,
): Promise<readonly string[]> {
  const withdrawn: string[] = [];
  for (const kind of ['retraining', 'rollback'] as const satisfies readonly ActionKind[]) {
    const action = await openAction(database.pool, model.model, kind);
    if (action === null || !['requested', 'preparing', 'waiting'].includes(action.state)) continue;
    const workflowId = kind === 'retraining' ? retrainingWorkflowId(model.model) : rollbackWorkflowId(model.model);
    const heard = await signalIfRunning(client, workflowId, 'withdraw', { reason: `the model was stopped by ${by}` });
    if (heard) withdrawn.push(action.id);
  }
  return withdrawn;
}

function answer({ what, model }: Change, state: StoredModel['state'], text: string, more: object = {}): Answer {
  return { data: { model: model.model, command: what, before: model.state, state, ...more }, text };
}

async function stop(context: CommandContext, database: Database, asked: Change): Promise<Answer> {
  const { model } = asked;
  const client = await context.client();
  await pauseSchedule(client, model.model, `stop by ${asked.by}`);
  const { retired } = await storeState(database, 'stopped', asked);
  const withdrawn = await withdrawUndecided(client, database, asked);
  if (retired.length > 0) {
    const to = { ...model, taskQueue: context.settings.taskQueue };
    await signalIncident(client, to, 'transitions', { model: model.model });
  }
  const ended = retired.length === 0 ? '' : ` Alerts retired: ${retired.join(', ')}.`;
  const taken = withdrawn.length === 0 ? '' : ` Actions withdrawn: ${withdrawn.join(', ')}.`;
  return answer(asked, 'stopped', `${model.model} is stopped.${ended}${taken}`, { retired, withdrawn });
}

async function changeRhythm(
  context: CommandContext,
  what: Change['what'],
  modelId: string,
  options: RhythmOptions,
): Promise<Answer> {
  const by = personOf(options.as);
  const database = await context.database();
  const model = await requireModel(database.pool, modelId);
  const asked: Change = { what, model, by, reason: options.reason };
  switch (what) {
    case 'stop':
      return stop(context, database, asked);
    case 'pause': {
      // A stopped model is paused already, and stays stopped: its alerts are retired.
      if (model.state === 'stopped') return answer(asked, 'stopped', `${model.model} is stopped; nothing to pause.`);
      await pauseSchedule(await context.client(), model.model, `pause by ${by}`);
      await storeState(database, 'paused', asked);
      const text = `${model.model} is paused; open alerts and questions stay. plumbline resume ${model.model} goes on.`;
      return answer(asked, 'paused', text);
    }
    case 'start':
    case 'resume':
      await runSchedule(context, database, asked);
      await storeState(database, 'active', asked);
      return answer(asked, 'active', `${model.model} is watched.`);
  }
}

const SUMMARIES: Readonly<Record<Change['what'], string>> = {
  start: 'watch a model that was stopped',
  stop: 'stop watching: pause the Schedule, retire alerts, withdraw undecided actions',
  pause: 'pause the Schedule; open alerts and questions stay',
  resume: 'let a paused Schedule go on; windows in between are caught up',
};

export function addRhythmCommands({ command, act }: CommandSet): void {
  for (const what of Object.keys(SUMMARIES) as Change['what'][]) {
    command(what, SUMMARIES[what])
      .argument('<model>')
      .option('--as <name>', 'who does it; by default the user of the system')
      .option('--reason <text>', 'why; kept in the audit')
      .action(act((context, model: string, options: RhythmOptions) => changeRhythm(context, what, model, options)));
  }
}
