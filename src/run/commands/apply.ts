/** `apply`: definition files into stored revisions and Schedules, after every fault of every file has been told. */
import type { Client } from '@temporalio/client';
import { signalIncident } from '../../../activities/signalling.js';
import { audit } from '../../io/mysql/audit.js';
import { untoldTransitions } from '../../io/mysql/alerts.js';
import { currentDefinition, findModel, saveDefinition } from '../../io/mysql/definitions.js';
import { retireAlerts, retiredRules } from '../../io/mysql/retire-alerts.js';
import type { Database } from '../../io/mysql/pool.js';
import type { Fault } from '../../model/definition-faults.js';
import { planChanges, planLine, type PlanStep } from '../../model/plan.js';
import { personOf, type CommandContext } from '../command-context.js';
import type { CommandSet } from '../command-set.js';
import { wrongUse } from '../command-faults.js';
import { blocks, indent, type Answer } from '../output.js';
import { applySchedule, applyWatchdog } from '../schedules.js';
import type { Settings } from '../settings.js';
import { checkFiles, faultLine, readDefinitionFiles, type DefinitionFile } from './definition-files.js';

interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly by?: string;
}

interface Planned {
  readonly file: DefinitionFile;
  readonly unchanged: boolean;
  readonly steps: readonly PlanStep[];
}

interface Applied {
  readonly model: string;
  readonly file: string;
  readonly revision: number | null;
  readonly change: 'new' | 'changed' | 'unchanged';
  readonly schedule: 'created' | 'updated' | null;
  readonly retired: readonly string[];
  readonly plan: readonly PlanStep[];
}

function refuse(faults: readonly Fault[]): never {
  const files = new Set(faults.map(({ file }) => file)).size;
  const count = `${String(faults.length)} fault${faults.length === 1 ? '' : 's'}${files > 1 ? ` in ${String(files)} files` : ''}`;
  throw wrongUse([`${count}; nothing was applied`, ...faults.map(faultLine)].join('\n'), null, faults);
}

async function planOf(database: Database, file: DefinitionFile): Promise<Planned> {
  const before = await currentDefinition(database.pool, file.definition.model);
  return {
    file,
    unchanged: before?.hash === file.hash,
    steps: planChanges(before?.definition ?? null, file.definition),
  };
}

/** Stores the revision and ends the alerts of changed rules in one transaction. */
async function store(
  database: Database,
  { definition, hash, canonical, text }: DefinitionFile,
  author: string,
): Promise<{ revision: number; changed: boolean; retired: readonly string[] }> {
  const now = Date.now();
  let retired: readonly string[] = [];
  const input = { definition, hash, canonical, source: text, author, now };
  const saved = await saveDefinition(database.pool, input, async (db, before) => {
    const rules = before === null ? [] : retiredRules(before.rules, definition.rules);
    retired =
      rules.length === 0 ? [] : await retireAlerts(db, definition.model, rules, 'the rule was changed or removed', now);
    await audit(db, {
      at: now,
      actor: author,
      via: 'cli',
      what: 'apply',
      model: definition.model,
      subject: hash.slice(0, 12),
      outcome: 'done',
      ...(retired.length === 0 ? {} : { reason: `retired: ${retired.join(', ')}` }),
    });
  });
  return { ...saved, retired };
}

/** The Schedule is brought in line even when nothing changed: an earlier apply may have been killed before it. */
async function applyOne(
  { file, unchanged, steps }: Planned,
  world: { database: Database; client: Client; settings: Settings; author: string },
): Promise<Applied> {
  const { database, client, settings, author } = world;
  const { definition } = file;
  const saved = await store(database, file, author);
  const model = await findModel(database.pool, definition.model);
  const paused = model !== null && model.state !== 'active';
  const schedule = await applySchedule(client, definition, { taskQueue: settings.taskQueue, paused });
  if (model !== null && (await untoldTransitions(database.pool, model.model)).length > 0) {
    await signalIncident(client, { ...model, taskQueue: settings.taskQueue }, 'transitions', { model: model.model });
  }
  return {
    model: definition.model,
    file: file.file,
    revision: saved.revision,
    change: unchanged ? 'unchanged' : saved.revision === 1 ? 'new' : 'changed',
    schedule,
    retired: saved.retired,
    plan: steps,
  };
}

function appliedText({ model, revision, change, schedule, retired, plan }: Applied): string {
  if (change === 'unchanged') {
    const made = schedule === 'created' ? ' Its Schedule was missing and has been created.' : '';
    return `${model}: unchanged, revision ${String(revision)}.${made}`;
  }
  const ended = retired.length === 0 ? '' : ` Alerts retired: ${retired.join(', ')}.`;
  const head = `${model}: revision ${String(revision)} stored, Schedule ${schedule ?? 'unchanged'}.${ended}`;
  return `${head}\n${indent(plan.map(planLine).join('\n'))}`;
}

function dryRun(planned: readonly Planned[]): Answer {
  const results = planned.map(({ file, unchanged, steps }): Applied => ({
    model: file.definition.model,
    file: file.file,
    revision: null,
    change: unchanged ? 'unchanged' : steps[0]?.subject === `model ${file.definition.model}` ? 'new' : 'changed',
    schedule: null,
    retired: [],
    plan: unchanged ? [] : steps,
  }));
  const text = results.map(({ model, change, plan }) =>
    change === 'unchanged'
      ? `${model}: unchanged.`
      : `${model}: would be ${change === 'new' ? 'added' : 'changed'}; nothing was done.\n${indent(plan.map(planLine).join('\n'))}`,
  );
  return { data: { dryRun: true, models: results }, text: blocks(...text) };
}

async function apply(context: CommandContext, paths: readonly string[], options: ApplyOptions): Promise<Answer> {
  const author = personOf(options.by, '--by');
  const read = readDefinitionFiles(paths);
  if (read.files.length === 0 && read.faults.length > 0) refuse(read.faults);
  const database = await context.database();
  const checked = await checkFiles(await context.sources(), read.files);
  const faults = [...read.faults, ...checked.faults];
  const warnings = [...read.warnings, ...checked.warnings];
  for (const warning of warnings) context.say(`warning: ${faultLine(warning)}`);
  if (faults.length > 0) refuse(faults);
  const planned: Planned[] = [];
  for (const file of read.files) planned.push(await planOf(database, file));
  if (options.dryRun === true) return dryRun(planned);
  // Connected before anything is stored: a revision without its Schedule would be judged by nobody.
  const client = await context.client();
  const results: Applied[] = [];
  const world = { database, client, settings: context.settings, author };
  for (const one of planned) results.push(await applyOne(one, world));
  await applyWatchdog(client, context.settings);
  return { data: { dryRun: false, models: results, warnings }, text: blocks(...results.map(appliedText)) };
}

export function addApplyCommand({ command, act }: CommandSet): void {
  command('apply', 'validate definitions, show what changes, store them and create or update their Schedules')
    .argument('<file...>', 'definition files (YAML)')
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--by <name>', 'who applies it; by default the user of the system')
    .action(act(apply));
}
