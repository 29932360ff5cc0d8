/** `run` and `backfill`: cycles of chosen slots, one after the other, awaited. */
import type { CycleResult } from '../../../workflows/cycle-result.js';
import { audit } from '../../io/mysql/audit.js';
import { recordBackfill } from '../../io/mysql/backfills.js';
import { loadDefinition, type StoredModel } from '../../io/mysql/definitions.js';
import { removedBefore } from '../../io/mysql/retention.js';
import type { Queryable } from '../../io/mysql/rows.js';
import type { ModelDefinition } from '../../model/definition.js';
import { parseInstant } from '../../model/definition-build.js';
import { nominalMs } from '../../model/durations.js';
import { windowEndingAt } from '../../model/window.js';
import { personOf, requireModel, type CommandContext } from '../command-context.js';
import { wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import { instantText, table, type Answer } from '../output.js';
import { newestSlot, runSlot, slotOfWindow, slotsBetween, slotWorkflowId } from '../slots.js';

/** More slots than this are a slip of the pen, or a matter for several commands. */
const MOST_SLOTS = 10_000;

interface Judged {
  readonly slot: string;
  readonly cycle: string;
  readonly result: CycleResult;
}

async function judgeSlot(context: CommandContext, model: string, slot: number): Promise<Judged> {
  const result = await runSlot(await context.client(), model, slot, (words) => {
    context.say(words);
  });
  return { slot: new Date(slot).toISOString(), cycle: slotWorkflowId(model, slot), result };
}

const rowsOf = ({ slot, result }: Judged): (string | null)[][] =>
  result.windows.map(({ window, verdict, reason }) => [instantText(Date.parse(slot)), window, verdict, reason]);

const HEAD = ['slot', 'window', 'verdict', 'reason'];

async function definitionOf(
  context: CommandContext,
  modelId: string,
): Promise<{ model: StoredModel; definition: ModelDefinition }> {
  const database = await context.database();
  const model = await requireModel(database.pool, modelId);
  const { definition } = await loadDefinition(database.pool, model.model, model.revision);
  return { model, definition };
}

async function run(context: CommandContext, modelId: string): Promise<Answer> {
  const { model, definition } = await definitionOf(context, modelId);
  const judged = await judgeSlot(context, model.model, newestSlot(definition, Date.now()));
  const { verdict } = judged.result;
  return {
    status: verdict === 'breach' ? 1 : 0,
    data: { model: model.model, verdict, ...judged },
    text: `${table(HEAD, rowsOf(judged))}\n\n${model.model}: ${verdict}`,
  };
}

interface BackfillOptions {
  readonly from: string;
  readonly to: string;
  readonly alert?: boolean;
  readonly as?: string;
}

function instantOf(option: string, text: string, timezone: string): number {
  const at = parseInstant(text, timezone);
  if (at !== undefined) return at;
  throw wrongUse(`${option} is no time: "${text}"`, 'write a day, 2026-01-31, or an instant, 2026-01-31T08:00:00Z');
}

function slotsToRun(definition: ModelDefinition, { from, to }: BackfillOptions): readonly number[] {
  const { timezone } = definition.schedule;
  const [after, until] = [instantOf('--from', from, timezone), instantOf('--to', to, timezone)];
  if (until <= after)
    throw wrongUse('--to is not after --from', 'windows that end after --from and at or before --to are judged');
  const tooMany = `more than ${String(MOST_SLOTS)} windows end in that time`;
  if ((until - after) / nominalMs(definition.schedule.every) > MOST_SLOTS)
    throw wrongUse(tooMany, 'choose a shorter time');
  const slots = slotsBetween(definition, slotOfWindow(definition, after) + 1, slotOfWindow(definition, until));
  if (slots.length === 0) throw wrongUse('no window ends in that time', 'choose a longer time');
  const late = slots.filter((slot) => slot > Date.now());
  if (late.length > 0)
    throw wrongUse(`the slot of ${new Date(late[0] ?? 0).toISOString()} lies ahead`, 'choose an earlier --to');
  return slots;
}

/** Windows whose rows were removed would be measured as if nobody had asked for predictions then. */
async function refuseRemoved(db: Queryable, definition: ModelDefinition, firstSlot: number): Promise<void> {
  const { model, schedule } = definition;
  const before = await removedBefore(db, model);
  const end = firstSlot - slotOfWindow(definition, 0);
  if (before === null || windowEndingAt(end, schedule.window, schedule.timezone).from >= before) return;
  const until = instantText(before) ?? '';
  throw wrongUse(
    `the first of these windows has lost rows: those of ${model} before ${until} were removed (plumbline retain)`,
    'choose a later --from; what was judged stays as it was',
  );
}

async function backfill(context: CommandContext, modelId: string, options: BackfillOptions): Promise<Answer> {
  const by = personOf(options.as);
  const { model, definition } = await definitionOf(context, modelId);
  const slots = slotsToRun(definition, options);
  const [first = 0, last = first] = [slots[0], slots.at(-1)];
  const { pool } = await context.database();
  await refuseRemoved(pool, definition, first);
  await context.client();
  const alert = options.alert === true;
  await recordBackfill(pool, { model: model.model, from: first, to: last, alert, by, now: Date.now() });
  await audit(pool, {
    at: Date.now(),
    actor: by,
    via: 'cli',
    what: 'backfill',
    model: model.model,
    subject: `${new Date(first).toISOString()} to ${new Date(last).toISOString()}`,
    outcome: 'done',
    reason: alert ? 'may change alerts' : 'changes no alert where the slots are past',
  });
  const judged: Judged[] = [];
  for (const slot of slots) {
    const one = await judgeSlot(context, model.model, slot);
    judged.push(one);
    const own = one.result.windows[0];
    const window = own === undefined ? '' : ` ${own.window}:`;
    context.say(`${String(judged.length)}/${String(slots.length)}${window} ${one.result.verdict}`);
  }
  const breaches = judged.filter(({ result }) => result.verdict === 'breach').length;
  return {
    status: breaches > 0 ? 1 : 0,
    data: { model: model.model, alert, slots: judged, breaches },
    text: `${table(HEAD, judged.flatMap(rowsOf))}\n\n${model.model}: ${String(judged.length)} cycles, ${String(breaches)} with a breach`,
  };
}

export function addRunCommands({ command, act }: CommandSet): void {
  command('run', 'judge the newest window now, and wait for the verdict').argument('<model>').action(act(run));
  command('backfill', 'judge the windows of a time, oldest first; live cycles come in between')
    .argument('<model>')
    .requiredOption('--from <time>', 'windows that end after this: a day in the model’s time zone, or an instant')
    .requiredOption('--to <time>', 'and at or before this')
    .option('--alert', 'let these windows change alerts, as if they were judged in time')
    .option('--as <name>', 'who asks for it; by default the user of the system')
    .action(act(backfill));
}
