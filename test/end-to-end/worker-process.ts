/** A worker as a process of its own, on the queue of a stage that has none. */
import { spawn, type ChildProcess } from 'node:child_process';
import { eventually } from '../support/poll.js';
import type { Stage } from '../support/stage.js';

/** Starts it and waits until it polls; when it ends before, its last words are the failure. */
export async function startPolling(
  stage: Stage,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ChildProcess> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      MYSQL_URL: stage.database.url,
      TEMPORAL_ADDRESS: stage.stack.temporalAddress,
      TEMPORAL_NAMESPACE: stage.stack.temporalNamespace,
      PLUMBLINE_HOME: stage.folder,
      PLUMBLINE_TASK_QUEUE: stage.taskQueue,
      PLUMBLINE_WORKFLOW_BUNDLE: stage.bundle,
      PLUMBLINE_LOG_LEVEL: 'silent',
      PLUMBLINE_SLACK_API_URL: stage.slack.url,
      SLACK_BOT_TOKEN: stage.secrets.get('env:SLACK_BOT_TOKEN'),
      ...environment,
    },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  await eventually('a worker that polls', () => {
    if (said.includes(' polls ')) return true;
    if (child.exitCode !== null) throw new Error(`the worker ended before it polled: ${said}`);
    return false;
  });
  return child;
}
