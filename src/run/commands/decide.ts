/** `approve` and `reject`: a person's decision on an action that waits for one. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  findAction,
  findDecision,
  listActions,
  type StoredAction,
  type StoredDecision,
} from '../../io/mysql/actions.js';
import type { Database } from '../../io/mysql/pool.js';
import type { Queryable } from '../../io/mysql/rows.js';
import { retrainingWorkflowId, rollbackWorkflowId } from '../../model/ids.js';
import { didYouMean } from '../../model/nearest.js';
import { personOf, type CommandContext } from '../command-context.js';
import { wrongUse, type CommandFault } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import { instantText, isoOrNull, type Answer } from '../output.js';
import { speak } from '../updates.js';

type Verdict = 'approve' | 'reject';

interface DecideOptions {
  readonly as?: string;
  readonly note?: string;
}

async function waitingActions(db: Queryable): Promise<readonly StoredAction[]> {
  return (await listActions(db, null, 200)).filter(({ state }) => state === 'waiting');
}

async function unknownAction(db: Queryable, id: string): Promise<CommandFault> {
  const waiting = (await waitingActions(db)).map((action) => action.id);
  const cure =
    waiting.length === 0 ? 'no action waits for a decision now' : didYouMean(id, waiting, 'Waiting for a decision');
  return wrongUse(`there is no action "${id}"`, cure, { waiting });
}

const past = (verdict: Verdict): string => (verdict === 'approve' ? 'approved' : 'rejected');

function decidedText(action: StoredAction, decision: StoredDecision): string {
  return `${action.id} was already ${past(decision.verdict)} by ${decision.by} at ${instantText(decision.at) ?? ''}; the first decision stands`;
}

/** Why this action cannot be decided now, or null. What is left out here, the workflow and MySQL judge. */
function closedReason(action: StoredAction, decision: StoredDecision | null, now: number): string | null {
  const at = (instant: number | null): string => instantText(instant) ?? 'an unknown time';
  const outcome = action.outcome === null ? '' : `: ${action.outcome}`;
  if (decision !== null) return decidedText(action, decision);
  switch (action.state) {
    case 'waiting':
      if (action.expiresAt !== null && now >= action.expiresAt) {
        return `the question about ${action.id} expired at ${at(action.expiresAt)}; nothing was done`;
      }
      return null;
    case 'expired':
      return `the question about ${action.id} expired at ${at(action.expiresAt)}; nothing was done`;
    case 'withdrawn':
      return `${action.id} was withdrawn at ${at(action.finishedAt)}${outcome}`;
    case 'requested':
    case 'preparing':
      return `${action.id} is being prepared; it does not wait for a decision yet`;
    case 'approved':
    case 'rejected':
    case 'executing':
    case 'verifying':
    case 'verified':
    case 'refused':
    case 'failed':
      return `${action.id} does not wait for a decision; it is ${action.state}${outcome}`;
  }
}

/** A signalled decision is judged by a worker; this long it is waited for. */
const LOOK_FOR_MS = 2_000;

async function settledDecision(database: Database, action: string, decision: string): Promise<StoredDecision | null> {
  for (let waited = 0; waited < LOOK_FOR_MS; waited += 200) {
    const found = await findDecision(database.pool, action);
    if (found?.decision === decision) return found;
    await pause(200);
  }
  return null;
}

async function decide(context: CommandContext, verdict: Verdict, id: string, options: DecideOptions): Promise<Answer> {
  const by = personOf(options.as);
  const database = await context.database();
  const action = await findAction(database.pool, id);
  if (action === null) throw await unknownAction(database.pool, id);
  const closed = closedReason(action, await findDecision(database.pool, id), Date.now());
  if (closed !== null) throw wrongUse(closed, `look at it: ${context.settings.command} why ${id}`);
  const decision = randomUUID();
  const spoken = await speak(await context.client(), {
    workflowId: action.kind === 'retraining' ? retrainingWorkflowId(action.model) : rollbackWorkflowId(action.model),
    update: 'approve',
    signal: 'decide',
    id: decision,
    argument: {
      action: id,
      decision,
      verdict,
      by,
      hash: action.hash ?? '',
      via: 'cli',
      ...(options.note === undefined ? {} : { note: options.note }),
    },
    absent: `nothing waits for a decision on ${id} any more`,
  });
  const settled = spoken.answered
    ? await findDecision(database.pool, id)
    : await settledDecision(database, id, decision);
  return {
    data: {
      action: id,
      decision,
      verdict,
      by,
      settled: settled !== null,
      text: spoken.text,
      decidedAt: isoOrNull(settled?.at ?? null),
    },
    text: settled === null || spoken.answered ? spoken.text : `${id} was ${past(verdict)} by ${by}`,
  };
}

export function addDecideCommands({ command, act }: CommandSet): void {
  for (const verdict of ['approve', 'reject'] as const) {
    command(verdict, `${verdict} an action that waits for a decision; the first decision is final`)
      .argument('<action>', 'id of the action, as the message names it')
      .option('--as <name>', 'who decides; by default the user of the system')
      .option('--note <text>', 'a word on why')
      .action(act((context, action: string, options: DecideOptions) => decide(context, verdict, action, options)));
  }
}
