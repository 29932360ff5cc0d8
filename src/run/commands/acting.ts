/** `retrain` and `rollback`: asked for by hand, through the same workflows as when an incident asks. */
import { recordActionRequest } from '../../../activities/acting/request-action.js';
import type { RequestActionInput } from '../../../activities/contract.js';
import { signalActing } from '../../../activities/signalling.js';
import { findAction } from '../../io/mysql/actions.js';
import { findVersion, listVersions } from '../../io/mysql/registry.js';
import type { Queryable } from '../../io/mysql/rows.js';
import { didYouMean } from '../../model/nearest.js';
import { personOf, requireModel, type CommandContext } from '../command-context.js';
import { wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import type { Answer } from '../output.js';
import { newestEvaluations } from './standing.js';

interface ActingOptions {
  readonly reason: string;
  readonly override?: boolean;
  readonly as?: string;
  readonly to?: string;
}

/** The *now* of the data: the slot of the newest judged window, so that simulated time is served as well as real time. */
async function dataTime(db: Queryable, model: string): Promise<string> {
  const [newest] = await newestEvaluations(db, model, 1);
  return new Date(newest?.scheduledAt ?? Date.now()).toISOString();
}

async function ask(
  context: CommandContext,
  kind: RequestActionInput['kind'],
  modelId: string,
  options: ActingOptions,
): Promise<Answer> {
  const by = personOf(options.as);
  const database = await context.database();
  const model = await requireModel(database.pool, modelId);
  if (options.to !== undefined && (await findVersion(database.pool, model.model, options.to)) === null) {
    const known = (await listVersions(database.pool, model.model)).map(({ version }) => version);
    throw wrongUse(`${model.model} has no version "${options.to}"`, didYouMean(options.to, known, 'Its versions'));
  }
  const client = await context.client();
  const requested = await recordActionRequest(database, {
    model: model.model,
    kind,
    by,
    incident: null,
    reason: options.reason,
    dataTime: await dataTime(database.pool, model.model),
    to: options.to ?? null,
    override: options.override === true,
  });
  if (requested.action === null) {
    throw wrongUse(
      `refused: ${requested.text}`,
      options.override === true ? null : '--override goes past cool-down and budget, in your name',
    );
  }
  await signalActing(client, { ...model, taskQueue: context.settings.taskQueue }, kind, requested.action);
  const action = await findAction(database.pool, requested.action);
  return {
    data: { action: requested.action, state: action?.state ?? 'requested', text: requested.text },
    text: `${requested.text}\n${context.settings.command} why ${requested.action} shows how it goes`,
  };
}

export function addActingCommands({ command, act }: CommandSet): void {
  command('retrain', 'ask for a retraining; the gate and the approvers decide on its candidate')
    .argument('<model>')
    .requiredOption('--reason <text>', 'why; shown to those who are asked')
    .option('--override', 'go past cool-down and budget')
    .option('--as <name>', 'who asks; by default the user of the system')
    .action(act((context, model: string, options: ActingOptions) => ask(context, 'retraining', model, options)));
  command('rollback', 'ask for an earlier version to serve again')
    .argument('<model>')
    .requiredOption('--to <version>', 'the version to go back to')
    .requiredOption('--reason <text>', 'why; shown to those who are asked')
    .option('--override', 'go past the cool-down')
    .option('--as <name>', 'who asks; by default the user of the system')
    .action(act((context, model: string, options: ActingOptions) => ask(context, 'rollback', model, options)));
}
