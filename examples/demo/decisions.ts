/** A rollback waits for a person. With `--yes` the demo answers in the person's place, through the same update. */
import { randomUUID } from 'node:crypto';
import { findAction, listActions, type StoredAction } from '../../src/io/mysql/actions.js';
import { retrainingWorkflowId, rollbackWorkflowId } from '../../src/model/ids.js';
import type { DemoOptions } from './options.js';
import type { Stage } from './stage.js';

const POLL_MS = 500;
/** On the definition's list of approvers. */
const PERSON = 'ana';

function workflowOf(action: StoredAction): string {
  return action.kind === 'rollback' ? rollbackWorkflowId(action.model) : retrainingWorkflowId(action.model);
}

async function approve(stage: Stage, action: StoredAction): Promise<string> {
  const decision = {
    action: action.id,
    decision: randomUUID(),
    verdict: 'approve',
    by: PERSON,
    hash: action.hash ?? '',
    note: 'the new feed spells every code in capitals',
    via: 'demo',
  };
  return stage.client.workflow
    .getHandle(workflowOf(action))
    .executeUpdate<string, [typeof decision]>('approve', { args: [decision] });
}

async function awaitPerson(stage: Stage, action: StoredAction, say: (line: string) => void): Promise<void> {
  say(`\n  >>> ${action.id} waits for you: ${action.reason}`);
  say(`  >>> in another terminal:  npx plumbline approve ${action.id} --as ${PERSON}\n`);
  for (;;) {
    const now = await findAction(stage.database.pool, action.id);
    if (now?.state !== 'waiting') return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** True if something waited, and has been decided. */
export async function decideWaiting(
  stage: Stage,
  model: string,
  options: DemoOptions,
  say: (line: string) => void,
): Promise<boolean> {
  const waiting = (await listActions(stage.database.pool, model)).filter(({ state }) => state === 'waiting');
  for (const action of waiting) {
    if (options.yes) say(`        ${await approve(stage, action)}`);
    else await awaitPerson(stage, action, say);
  }
  return waiting.length > 0;
}
