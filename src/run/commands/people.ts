/** `ack`, `silence`, `comment`, `close`: what people say to an open incident. */
import { findModel } from '../../io/mysql/definitions.js';
import { findIncident, openIncident, type StoredIncident } from '../../io/mysql/incidents.js';
import { listIncidents } from '../../io/mysql/incidents.js';
import type { Queryable } from '../../io/mysql/rows.js';
import { parseInstant } from '../../model/definition-build.js';
import { parseDuration } from '../../model/durations.js';
import { incidentWorkflowId } from '../../model/ids.js';
import { personOf, type CommandContext } from '../command-context.js';
import { wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import { instantText, type Answer } from '../output.js';
import { speak } from '../updates.js';

interface PersonOption {
  readonly as?: string;
}

async function nothingThere(db: Queryable, id: string): Promise<never> {
  const open = (await listIncidents(db, null, 200)).filter(({ state }) => state === 'open' || state === 'acknowledged');
  const cure = open.length === 0 ? 'nothing is open now' : `open now: ${open.map((one) => one.id).join(', ')}`;
  throw wrongUse(`there is no incident or model "${id}"`, cure);
}

/** By the incident's own id, or by its model's. */
async function openIncidentOf(db: Queryable, id: string): Promise<StoredIncident> {
  const incident = await findIncident(db, id);
  if (incident !== null) {
    if (incident.closedAt === null) return incident;
    throw wrongUse(
      `${id} is ${incident.state} since ${instantText(incident.closedAt) ?? ''}: ${incident.closedReason ?? 'over'}`,
    );
  }
  if ((await findModel(db, id)) === null) return nothingThere(db, id);
  const open = await openIncident(db, id);
  if (open === null) throw wrongUse(`nothing is open for ${id}`);
  return open;
}

interface Said {
  readonly update: string;
  readonly signal: string;
  readonly argument: object;
}

async function tell(context: CommandContext, id: string, said: Said): Promise<Answer> {
  const { pool } = await context.database();
  const incident = await openIncidentOf(pool, id);
  const spoken = await speak(await context.client(), {
    ...said,
    workflowId: incidentWorkflowId(incident.model),
    absent: `the incident ${incident.id} has no running execution; the next cycle or the watchdog opens one again`,
  });
  return { data: { incident: incident.id, ...spoken }, text: spoken.text };
}

function acknowledge(
  context: CommandContext,
  id: string,
  options: PersonOption & { readonly note?: string },
): Promise<Answer> {
  const note = options.note === undefined ? {} : { note: options.note };
  return tell(context, id, {
    update: 'acknowledgeNow',
    signal: 'acknowledge',
    argument: { by: personOf(options.as), ...note },
  });
}

interface SilenceOptions extends PersonOption {
  readonly until?: string;
  readonly for?: string;
  readonly reason: string;
}

function endOfSilence({ until, for: length }: SilenceOptions): number {
  if ((until === undefined) === (length === undefined)) {
    throw wrongUse('a silence needs its end: either --until or --for', 'for example --for 2h');
  }
  if (length !== undefined) {
    const parsed = parseDuration(length);
    if (!parsed.ok) throw wrongUse(`--for "${length}" ${parsed.message}`, parsed.cure);
    return Date.now() + parsed.value;
  }
  const at = parseInstant(until ?? '', 'UTC');
  if (at === undefined)
    throw wrongUse(`--until is no time: "${until ?? ''}"`, 'write 2026-01-31T08:00:00Z, or a day in UTC');
  if (at <= Date.now()) throw wrongUse(`--until lies in the past: ${new Date(at).toISOString()}`);
  return at;
}

async function silence(context: CommandContext, id: string, options: SilenceOptions): Promise<Answer> {
  const until = new Date(endOfSilence(options)).toISOString();
  const argument = { by: personOf(options.as), until, reason: options.reason };
  return tell(context, id, { update: 'silenceNow', signal: 'silence', argument });
}

function comment(context: CommandContext, id: string, text: string, options: PersonOption): Promise<Answer> {
  const argument = { by: personOf(options.as), text };
  return tell(context, id, { update: 'commentNow', signal: 'comment', argument });
}

interface CloseOptions extends PersonOption {
  readonly falseAlarm?: boolean;
  readonly reason: string;
}

async function close(context: CommandContext, id: string, options: CloseOptions): Promise<Answer> {
  if (options.falseAlarm !== true) {
    throw wrongUse(
      'an incident ends by itself when its rules are well again; by hand it is closed only as a false alarm',
      'add --false-alarm, or see silence and ack',
    );
  }
  const argument = { by: personOf(options.as), reason: options.reason };
  return tell(context, id, { update: 'closeNow', signal: 'close', argument });
}

const WHO = ['--as <name>', 'who says it; by default the user of the system'] as const;
const WHICH = ['<id>', 'id of the incident, or of its model'] as const;

export function addPeopleCommands({ command, act }: CommandSet): void {
  command('ack', 'I have seen it and am on it; reminders and escalation stop')
    .argument(...WHICH)
    .option(...WHO)
    .option('--note <text>', 'a word to the others')
    .action(act(acknowledge));
  command('silence', 'mute an incident’s messages until a time, 30 days at most')
    .argument(...WHICH)
    .option('--until <time>', 'an instant such as 2026-01-31T08:00:00Z')
    .option('--for <length>', 'for example 30m, 2h, 3d')
    .requiredOption('--reason <text>', 'why; shown to everybody')
    .option(...WHO)
    .action(act(silence));
  command('comment', 'write into the incident’s thread')
    .argument(...WHICH)
    .argument('<text>')
    .option(...WHO)
    .action(act(comment));
  command('close', 'close an incident as a false alarm')
    .argument(...WHICH)
    .option('--false-alarm', 'the rules were wrong, not the model')
    .requiredOption('--reason <text>', 'why; kept in the audit')
    .option(...WHO)
    .action(act(close));
}
