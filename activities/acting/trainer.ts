/** The trainer port: runs the definition's command without a shell, reads its progress, stops it when cancelled. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { formatDuration } from '../../src/model/durations.js';

export interface TrainerRun {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called for every progress line. */
  readonly progress: (share: number | null, text: string) => void;
}

/** Kept of what a trainer writes to standard error, for the message when it fails. */
const KEPT_ERRORS = 2_000;

export class TrainerFailed extends Error {
  /** Exit status 3 says that a system the trainer needs was unavailable; trying again may help. */
  readonly retryable: boolean;

  constructor(message: string, retryable: boolean) {
    super(message);
    this.name = 'TrainerFailed';
    this.retryable = retryable;
  }
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** A trainer that is told to stop may clean up this long. */
const CLEAN_UP_MS = 10_000;

/** Asks a process to stop when its time is over, and ends it when it does not. */
function stopAfter(child: ChildProcess, timeoutMs: number): { passed(): boolean; end(): void } {
  let passed = false;
  let timer = setTimeout(() => {
    passed = true;
    child.kill('SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), CLEAN_UP_MS);
  }, timeoutMs);
  return {
    passed: () => passed,
    end: () => {
      clearTimeout(timer);
    },
  };
}

/** Runs it and returns the object of its last line. Other lines of JSON with `progress` are reports on the way. */
export function runTrainer(run: TrainerRun): Promise<Readonly<Record<string, unknown>>> {
  const [program, ...first] = run.command;
  if (program === undefined) throw new TrainerFailed('actions.retrain.command is empty', false);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...run.args], {
      env: { ...process.env, ...run.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: run.signal,
      killSignal: 'SIGTERM',
    });
    const limit = stopAfter(child, run.timeoutMs);
    let errors = '';
    let last: Readonly<Record<string, unknown>> | null = null;
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      errors = (errors + chunk).slice(-KEPT_ERRORS);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const value = parsed(line);
      if (value === null) return;
      if ('progress' in value) {
        run.progress(
          typeof value['progress'] === 'number' ? value['progress'] : null,
          typeof value['text'] === 'string' ? value['text'] : '',
        );
      } else {
        last = value;
      }
    });
    child.on('error', (error) => {
      limit.end();
      reject(new TrainerFailed(`the trainer ${program} could not run: ${error.message}`, false));
    });
    child.on('close', (status, signal) => {
      limit.end();
      if (status === 0 && last !== null) {
        resolve(last);
        return;
      }
      if (limit.passed()) {
        const time = formatDuration(run.timeoutMs);
        reject(new TrainerFailed(`the trainer was stopped after ${time}, its limit (actions.retrain.timeout)`, false));
        return;
      }
      const how = signal === null ? `status ${String(status)}` : `signal ${signal}`;
      const why = errors.trim() === '' ? 'it wrote no reason' : errors.trim();
      reject(
        new TrainerFailed(
          status === 0 ? 'the trainer printed no result' : `the trainer ended with ${how}: ${why}`,
          status === 3,
        ),
      );
    });
  });
}
