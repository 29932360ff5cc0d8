/**
 * What a person says to a running execution: an update, whose answer is awaited for a few seconds, then the signal with
 * the same content. A signal is kept by the server, so a word is not lost where no worker is running.
 */
import { randomUUID } from 'node:crypto';
import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { rootMessage, wrongUse } from './command-faults.js';

const ANSWER_WITHIN_MS = 5_000;
/** gRPC: deadline exceeded, cancelled. */
const NO_ANSWER = new Set([4, 1]);

export interface Spoken {
  /** False: the signal was left, nobody has answered yet. */
  readonly answered: boolean;
  readonly text: string;
}

export interface Word {
  readonly workflowId: string;
  readonly update: string;
  readonly signal: string;
  readonly argument: object;
  /** The same id sent again is the same word. */
  readonly id?: string;
  /** What it means that the execution is not there. */
  readonly absent: string;
}

function isUnanswered(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  return error instanceof Error && isGrpcServiceError(error) && NO_ANSWER.has(error.code);
}

function isAbsent(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError;
}

/** Throws with status 2 where the word was refused or nobody is there to hear it. */
export async function speak(client: Client, word: Word): Promise<Spoken> {
  const handle = client.workflow.getHandle(word.workflowId);
  const updateId = word.id ?? randomUUID();
  try {
    const text = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      handle.executeUpdate<string, [object]>(word.update, { args: [word.argument], updateId }),
    );
    return { answered: true, text };
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw wrongUse(`refused: ${rootMessage(error)}`);
    if (isAbsent(error)) throw wrongUse(word.absent);
    if (!isUnanswered(error)) throw error;
  }
  try {
    await handle.signal(word.signal, word.argument);
  } catch (error) {
    if (isAbsent(error)) throw wrongUse(word.absent);
    throw error;
  }
  return { answered: false, text: 'handed over to Temporal; it takes effect when a worker runs (plumbline worker)' };
}
