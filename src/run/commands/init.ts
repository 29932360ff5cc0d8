/** `init`: a first definition from a table of predictions. It asks nothing: what it cannot guess, it says by its option. */
import { existsSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { openDatabase, type Pool } from '../../io/mysql/pool.js';
import { checkSource } from '../../io/mysql/source-check.js';
import { pathText } from '../../model/definition-faults.js';
import type { ModelDefinition } from '../../model/definition.js';
import type { Task } from '../../model/frame.js';
import { SECRET_REFERENCE, TABLE_NAME } from '../../model/identifiers.js';
import { MODEL_ID } from '../../model/ids.js';
import { parseDefinition } from '../../model/parse-definition.js';
import { defaultRules } from '../../rules/default-rules.js';
import { familyOf } from '../../rules/metric-family.js';
import type { CommandContext } from '../command-context.js';
import { wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import { propose, type Wishes } from '../first-definition/propose.js';
import { writeDefinition, type FirstDefinition } from '../first-definition/write-definition.js';
import { ruleMetricNames } from '../metric-list.js';
import { blocks, table, type Answer } from '../output.js';

interface InitOptions {
  readonly table: string;
  readonly connection?: string;
  readonly model?: string;
  readonly id?: string;
  readonly time?: string;
  readonly prediction?: string;
  readonly score?: string;
  readonly label?: string;
  readonly version?: string;
  readonly task?: string;
  readonly positive?: string;
  readonly out?: string;
  readonly force?: boolean;
}

const TASKS: readonly Task[] = ['binary', 'multiclass', 'regression'];
/** Instead of a file: to standard output. */
const STDOUT = '-';

/** `shop.Scoring_Log` makes `scoring-log`. */
function modelName(tableName: string): string {
  const name = (tableName.split('.').at(-1) ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 64);
  return MODEL_ID.test(name) ? name : 'model';
}

function wishesOf(options: InitOptions): Wishes {
  const { table: name, connection, task, positive, label } = options;
  const model = options.model ?? modelName(name);
  const faults = [
    ...(TABLE_NAME.test(name) ? [] : [`--table: "${name}" cannot be the name of a table here`]),
    ...(MODEL_ID.test(model) ? [] : [`--model: "${model}" is no name of a model: lower-case letters, digits, dashes`]),
    ...(connection === undefined || SECRET_REFERENCE.test(connection)
      ? []
      : ['--connection: give a reference to the address, env:NAME or file:/PATH, never the address itself']),
    ...(task === undefined || TASKS.some((one) => one === task)
      ? []
      : [`--task: "${task}" is none of ${TASKS.join(', ')}`]),
    ...(label === undefined || !label.includes('.') || TABLE_NAME.test(label.slice(0, label.lastIndexOf('.')))
      ? []
      : [`--label: "${label}" is no COLUMN and no TABLE.COLUMN`]),
  ];
  if (faults.length > 0) throw wrongUse(faults.join('\n'), null, { faults });
  const { id, time, prediction, score, version } = options;
  const named = Object.entries({ id, time, prediction, score, version }).filter(([, column]) => column !== undefined);
  return {
    table: name,
    model,
    named: Object.fromEntries(named),
    ...(connection !== undefined && { connection }),
    ...(task !== undefined && { task: task as Task }),
    ...(positive !== undefined && { positive }),
    ...(label !== undefined && { label }),
  };
}

/** The text parsed as `apply` will parse it; what this command wrote itself is sound, or the command has a defect. */
function parsed(text: string, file: string): ModelDefinition {
  const result = parseDefinition(text, file, { defaultRules, familyOf, metrics: ruleMetricNames() });
  if (result.ok) return result.definition;
  const [fault] = result.faults;
  throw new Error(`init wrote a definition that is refused: ${fault?.path ?? ''} ${fault?.message ?? ''}`);
}

/** Written twice: the rules that are explained are those that the definition without them has. */
function textOf(first: FirstDefinition, file: string): { readonly text: string; readonly definition: ModelDefinition } {
  const { rules } = parsed(writeDefinition(first, []), file);
  const text = writeDefinition(first, rules);
  return { text, definition: parsed(text, file) };
}

async function withTable<T>(
  context: CommandContext,
  connection: string | undefined,
  work: (db: Pool) => Promise<T>,
): Promise<T> {
  if (connection === undefined) return work((await context.database()).pool);
  const opened = openDatabase(context.secret(connection), 1);
  try {
    return await work(opened.pool);
  } finally {
    await opened.close();
  }
}

async function warningsOf(db: Pool, definition: ModelDefinition): Promise<string[]> {
  const findings = await checkSource(db, definition);
  const faults = findings.filter(({ level }) => level === 'fault');
  if (faults.length > 0) {
    const lines = faults.map(({ path, message, cure }) => `${pathText(path)}: ${message}. ${cure}`);
    throw wrongUse(lines.join('\n'), 'nothing was written', { faults });
  }
  return findings.map(({ path, message, cure }) => `${pathText(path)}: ${message}. ${cure}`);
}

function guessRows({ task, positive, roles, labels, features, window, reference }: FirstDefinition): string[][] {
  return [
    ['task', task.value, task.why],
    ...(positive ? [['positive', positive.value, positive.why]] : []),
    ...Object.entries(roles).map(([role, { value, why }]) => [role, value, why]),
    ...(labels && roles.label === undefined ? [['label', `${labels.table}.${labels.label}`, labels.why]] : []),
    ['features', String(features.numeric.length + features.categorical.length), ''],
    ...features.leftOut.map(({ name, why }) => ['left out', name, why]),
    ['window', window.value, window.why],
    ['reference', reference.value, reference.why],
  ];
}

async function init(context: CommandContext, options: InitOptions): Promise<Answer> {
  const wishes = wishesOf(options);
  const file = options.out ?? `${wishes.model}.yaml`;
  const taken = (): never => {
    throw wrongUse(
      `${file} is there already; it was not touched`,
      'name another with --out, or overwrite it with --force',
    );
  };
  if (file !== STDOUT && options.force !== true && existsSync(file)) taken();
  const { first, sampled, text, warnings } = await withTable(context, wishes.connection, async (db) => {
    const proposal = await propose(db, wishes);
    const written = textOf(proposal.first, basename(file));
    return { ...proposal, ...written, warnings: await warningsOf(db, written.definition) };
  });
  for (const warning of warnings) context.say(`warning: ${warning}`);
  const { task, roles, features, labels } = first;
  const data = {
    file,
    model: first.model,
    table: first.table,
    task,
    columns: roles,
    labels,
    features,
    sampled,
    warnings,
  };
  if (file === STDOUT) return { data: { ...data, text }, text: text.trimEnd() };
  try {
    writeFileSync(file, text, { flag: options.force === true ? 'w' : 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'EEXIST') taken();
    throw wrongUse(`${file} cannot be written (${code})`, 'name another file with --out');
  }
  const told = `Wrote ${file}, from ${String(sampled)} rows of ${first.table}. What was guessed, and why:`;
  const next = `Read it, correct it, then: ${context.settings.command} apply --dry-run ${file}`;
  return { data, text: blocks(told, table(['', 'guess', 'because'], guessRows(first)), next) };
}

export function addInitCommand({ command, act }: CommandSet): void {
  command('init', 'write a first definition from a table of predictions, with every guess explained')
    .requiredOption('--table <table>', 'table or view that holds the predictions')
    .option(
      '--connection <reference>',
      'where the address of its database stands, env:NAME; by default Plumbline’s own',
    )
    .option('--model <name>', 'name of the model; by default made of the table’s')
    .option('--id <column>', 'identifies a prediction')
    .option('--time <column>', 'when it was made')
    .option('--prediction <column>', 'what was predicted')
    .option('--score <column>', 'score of the positive class')
    .option('--label <column>', 'what really happened: COLUMN, or TABLE.COLUMN of another table')
    .option('--version <column>', 'version of the model that predicted')
    .option('--task <task>', 'binary, multiclass or regression')
    .option('--positive <value>', 'the label that counts as positive')
    .option('--out <file>', 'where to write it; by default MODEL.yaml, - for standard output')
    .option('--force', 'overwrite the file')
    .action(act(init));
}
