/** `doctor`: every connection, permission, version and definition, each with what was found and what to do. */
import { ScheduleNotFoundError } from '@temporalio/client';
import { listModels, loadDefinition, type StoredModel } from '../../io/mysql/definitions.js';
import { SCHEMA_VERSION } from '../../io/mysql/migrate.js';
import { openDatabase } from '../../io/mysql/pool.js';
import type { ModelDefinition, SecretReference } from '../../model/definition.js';
import { pathText } from '../../model/definition-faults.js';
import { scheduleId, WATCHDOG_SCHEDULE_ID } from '../../model/ids.js';
import { schemaVersion, type CommandContext } from '../command-context.js';
import { commandFaultOf } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import { table, type Answer } from '../output.js';
import { reasonOf, runChecks, type Check, type CheckResult } from '../stack/checks.js';
import { stackChecks } from '../stack/stack-checks.js';
import { sourceFindings } from './definition-files.js';

const good = (name: string, detail: string): CheckResult => ({ name, ok: true, detail });
const bad = (name: string, detail: string, cure: string): CheckResult => ({ name, ok: false, detail, cure });

function fromFault(name: string, error: unknown): CheckResult {
  const fault = commandFaultOf(error);
  return bad(name, fault.message.split('\n')[0] ?? fault.message, fault.cure ?? 'run with PLUMBLINE_DEBUG=1');
}

/** Whether a later check can use the server: an earlier one has told what is wrong with it. */
function passed(results: readonly CheckResult[], name: string): boolean {
  return results.some((result) => result.name === name && result.ok);
}

async function checkSchema({ servers }: CommandContext): Promise<CheckResult> {
  const name = 'migrations';
  const { mysqlUrl } = await servers();
  if (mysqlUrl === null) return bad(name, 'not looked at: no database', 'run: plumbline up');
  const opened = openDatabase(mysqlUrl, 1);
  try {
    const version = await schemaVersion(opened.pool);
    if (version === SCHEMA_VERSION) return good(name, `schema ${String(version)}`);
    const detail =
      version === null ? 'no tables yet' : `schema ${String(version)}, needed is ${String(SCHEMA_VERSION)}`;
    return bad(name, detail, (version ?? 0) > SCHEMA_VERSION ? 'use the newer Plumbline' : 'run: plumbline up');
  } catch (error) {
    return fromFault(name, error);
  } finally {
    await opened.close();
  }
}

/** Both kinds of pollers. temporal.api.enums.v1.TaskQueueType: 1 is workflow tasks, 2 is activities. */
const POLLED: readonly number[] = [1, 2];

async function checkWorkers(context: CommandContext): Promise<CheckResult> {
  const name = 'worker';
  const { taskQueue } = context.settings;
  const client = await context.client();
  const namespace = client.options.namespace;
  const counts = await Promise.all(
    POLLED.map(async (taskQueueType) => {
      const request = { namespace, taskQueue: { name: taskQueue }, taskQueueType };
      const answer = await client.connection.withDeadline(Date.now() + 5000, () =>
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum's own package is not ours to import
        client.workflowService.describeTaskQueue(request),
      );
      return answer.pollers.length;
    }),
  );
  const workers = Math.min(...counts);
  if (workers > 0) return good(name, `${String(workers)} polling the task queue ${taskQueue}`);
  return bad(name, `nothing polls the task queue ${taskQueue}`, 'start one: plumbline worker');
}

async function checkSchedule(context: CommandContext, id: string, paused: boolean | null): Promise<CheckResult> {
  const name = `schedule ${id}`;
  try {
    const client = await context.client();
    const { state, info } = await client.schedule.getHandle(id).describe();
    if (paused === false && state.paused)
      return bad(name, `paused: ${state.note ?? 'no note'}`, 'run: plumbline resume MODEL');
    const [next] = info.nextActionTimes;
    return good(name, state.paused ? 'paused' : next === undefined ? 'there' : `next at ${next.toISOString()}`);
  } catch (error) {
    if (error instanceof ScheduleNotFoundError)
      return bad(name, 'is not there', 'run: plumbline up, or apply the definition again');
    return fromFault(name, error);
  }
}

function secretsOf({ source, labels, notify }: ModelDefinition): readonly SecretReference[] {
  const references = [source.connection, labels?.connection, notify.slack?.token, notify.email?.smtp];
  return [...new Set(references.filter((reference) => reference !== undefined))];
}

function checkSecrets(context: CommandContext, definition: ModelDefinition): CheckResult[] {
  return secretsOf(definition).map((reference) => {
    const name = `secret ${reference}`;
    try {
      context.secret(reference);
      return good(name, 'is set here');
    } catch (error) {
      return bad(name, reasonOf(error), 'set it where plumbline and its workers run');
    }
  });
}

async function checkDefinition(context: CommandContext, definition: ModelDefinition): Promise<CheckResult[]> {
  const name = `source of ${definition.model}`;
  try {
    const findings = await sourceFindings(await context.sources(), definition);
    if (findings.length === 0) return [good(name, `table ${definition.source.table} is readable`)];
    return findings.map(({ level, path, message, cure }) => {
      const detail = `${pathText(path)}: ${message}`;
      // An index that is missing costs time; it keeps nothing from working.
      return level === 'fault' ? bad(name, detail, cure) : { name, ok: true, detail: `warning: ${detail}. ${cure}` };
    });
  } catch (error) {
    return [fromFault(name, error)];
  }
}

async function checkModel(context: CommandContext, model: StoredModel, temporal: boolean): Promise<CheckResult[]> {
  const { definition } = await loadDefinition((await context.database()).pool, model.model, model.revision);
  const schedule = temporal ? [await checkSchedule(context, scheduleId(model.model), model.state !== 'active')] : [];
  return [...(await checkDefinition(context, definition)), ...checkSecrets(context, definition), ...schedule];
}

async function doctor(context: CommandContext): Promise<Answer> {
  const { env, settings } = context;
  const checks: readonly Check[] = stackChecks;
  const results = [...(await runChecks(checks, { home: settings.home, env, servers: await context.servers() }))];
  const temporal = passed(results, 'temporal namespace');
  if (passed(results, 'mysql')) results.push(await checkSchema(context));
  if (temporal) {
    results.push(await checkWorkers(context).catch((error: unknown) => fromFault('worker', error)));
    results.push(await checkSchedule(context, WATCHDOG_SCHEDULE_ID, false));
  }
  if (passed(results, 'migrations')) {
    for (const model of await listModels((await context.database()).pool)) {
      const found = await checkModel(context, model, temporal);
      // Models share their channels: a secret is told once.
      results.push(...found.filter(({ name }) => !results.some((one) => one.name === name)));
    }
  }
  return answerOf(results);
}

/** Systems that others run; everything else is a matter of configuration. */
const SYSTEMS = new Set(['stack', 'temporal', 'mysql', 'worker']);

function answerOf(results: readonly CheckResult[]): Answer {
  const failed = results.filter(({ ok }) => !ok);
  const rows = results.map(({ name, ok, detail, cure }) => [
    ok ? 'ok' : 'FAULT',
    name,
    cure === undefined ? detail : `${detail}; ${cure}`,
  ]);
  const end =
    failed.length === 0 ? 'All is well.' : `${String(failed.length)} of ${String(results.length)} checks failed.`;
  return {
    status: failed.length === 0 ? 0 : failed.some(({ name }) => SYSTEMS.has(name)) ? 3 : 2,
    data: { ok: failed.length === 0, checks: results },
    text: `${table(['', 'check', 'found'], rows)}\n\n${end}`,
  };
}

export function addDoctorCommand({ command, act }: CommandSet): void {
  command('doctor', 'check every connection, permission, version and definition').action(act(doctor));
}
