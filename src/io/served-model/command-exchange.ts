/** Requests to a model that is a command: one process, one line of JSON in for each line of JSON out. */

import { spawn } from 'node:child_process';
import { ModelUnavailable } from '../../model/asked-model.js';
import type { Exchange } from './batches.js';
import { beginning } from './predictions.js';

/** In milliseconds, for one line; the first one may load a large model. */
const TIMEOUT_MS = 60_000;
/** Characters of one answer. */
const MOST_CHARACTERS = 4_000_000;
/** Characters kept of what the command writes to standard error, for the message when it fails. */
const KEPT_ERRORS = 500;
/** In milliseconds: how long a command may clean up after its input has ended. */
const CLEAN_UP_MS = 2_000;

export interface CommandExchange extends Exchange {
  /** Ends the input, and the process where it does not end by itself. */
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly line: (text: string) => void;
  readonly fault: (error: ModelUnavailable) => void;
}

/** A text in which each end of line gives the waiting question its answer. */
function lineReader(told: (line: string) => void, tooLong: () => void): (part: string) => void {
  let text = '';
  return (part) => {
    text += part;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      told(text.slice(0, end));
      text = text.slice(end + 1);
    }
    if (text.length > MOST_CHARACTERS) tooLong();
  };
}

/**
 * Starts the command, without a shell, at the first request. It gets each request as one line on standard input and answers
 * with one line on standard output; what it writes to standard error is shown when it fails.
 */
export function commandExchange(command: readonly [string, ...string[]], timeoutMs = TIMEOUT_MS): CommandExchange {
  let waiting: Waiting | undefined;
  let ended: ModelUnavailable | undefined;
  let errors = '';
  const fail = (message: string): void => {
    ended ??= new ModelUnavailable(message);
    waiting?.fault(ended);
  };
  const start = (): ReturnType<typeof spawn> => {
    const [program, ...args] = command;
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const read = lineReader(
      (line) => waiting?.line(line),
      () => fail(`its answer is longer than ${String(MOST_CHARACTERS / 1e6)} million characters`),
    );
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', (part: string) => (errors = (errors + part).slice(-KEPT_ERRORS)));
    child.on('error', (error) => {
      const missing = 'code' in error && error.code === 'ENOENT';
      fail(missing ? `there is no program ${program}` : `the command cannot be started: ${error.message}`);
    });
    // Not `exit`: what it has written may still be on its way.
    child.on('close', (status, signal) => {
      const said = errors.trim() === '' ? '' : `: ${beginning(errors.trim().split('\n').slice(-1).join(''))}`;
      fail(`the command ended (${signal ?? `status ${String(status)}`})${said}`);
    });
    // A command that has ended takes no more; `close` says so with its status.
    child.stdin.on('error', () => undefined);
    return child;
  };
  let child: ReturnType<typeof spawn> | undefined;
  const send = async (body: string): Promise<string> => {
    if (ended !== undefined) throw ended;
    child ??= start();
    const { stdin } = child;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<string>((line, fault) => {
        waiting = { line, fault };
        timer = setTimeout(() => fail(`no answer within ${String(timeoutMs / 1000)} s`), timeoutMs);
        stdin?.write(`${body}\n`);
      });
    } finally {
      clearTimeout(timer);
      waiting = undefined;
    }
  };
  const close = async (): Promise<void> => {
    const running = child;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const closed = new Promise((done) => running.once('close', done));
    running.stdin?.end();
    const timer = setTimeout(() => running.kill('SIGKILL'), ended === undefined ? CLEAN_UP_MS : 0);
    await closed;
    clearTimeout(timer);
  };
  return { send, close, shown: beginning };
}
