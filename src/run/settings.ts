/** Settings of Plumbline's processes, read from the environment once, with all faults told together. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_COMMAND } from '../alerts/incident-view.js';
import { parseMysqlUrl } from '../io/mysql/pool.js';
import { TASK_QUEUE } from '../model/ids.js';

export interface Settings {
  /** Folder of the private stack, artefacts and logs. */
  readonly home: string;
  readonly taskQueue: string;
  /** How messages call the command line. */
  readonly command: string;
  /** Address of the Temporal UI for links in messages; null: the private stack's, if there is one. */
  readonly temporalUi: string | null;
  readonly artefacts: string;
  /** Slack's HTTP API; null is Slack's own. */
  readonly slackApiUrl: string | null;
  readonly logLevel: string;
  /** A workflow bundle that was built ahead; null builds one at start. */
  readonly workflowBundle: string | null;
  /** Build of a versioned worker deployment; null: the worker takes every task, as in development. */
  readonly build: string | null;
  /** Cached workflows of a worker, 0 replays every task from its history. */
  readonly cachedWorkflows: number;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** The checkout or installed package that this code runs from: `dist/src/run` and `src/run` alike. */
export function packageFolder(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  return resolve(here, here.includes(join('dist', 'src', 'run')) ? '../../..' : '../..');
}

export class SettingsFault extends Error {}

function isUrl(text: string): boolean {
  return URL.canParse(text);
}

/** Throws `SettingsFault` with every fault, one a line. */
export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const faults: string[] = [];
  const text = (name: string): string | null => {
    const value = env[name];
    return value === undefined || value === '' ? null : value;
  };
  const home = resolve(text('PLUMBLINE_HOME') ?? join(packageFolder(), '.plumbline'));
  const logLevel = text('PLUMBLINE_LOG_LEVEL') ?? 'info';
  if (!LOG_LEVELS.includes(logLevel))
    faults.push(`PLUMBLINE_LOG_LEVEL is "${logLevel}"; use one of ${LOG_LEVELS.join(', ')}`);
  for (const name of ['PLUMBLINE_TEMPORAL_UI', 'PLUMBLINE_SLACK_API_URL']) {
    const value = text(name);
    if (value !== null && !isUrl(value)) faults.push(`${name} is no URL`);
  }
  const cached = text('PLUMBLINE_CACHED_WORKFLOWS') ?? '300';
  const cachedWorkflows = Number(cached);
  if (!Number.isInteger(cachedWorkflows) || cachedWorkflows < 0) {
    faults.push(`PLUMBLINE_CACHED_WORKFLOWS is "${cached}"; give a whole number, 0 or more`);
  }
  const mysqlUrl = text('MYSQL_URL');
  if (mysqlUrl !== null) {
    try {
      parseMysqlUrl(mysqlUrl);
    } catch (error) {
      faults.push(`MYSQL_URL: ${error instanceof Error ? error.message : 'not understood'}`);
    }
  }
  if (faults.length > 0) throw new SettingsFault(faults.join('\n'));
  return {
    home,
    taskQueue: text('PLUMBLINE_TASK_QUEUE') ?? TASK_QUEUE,
    command: text('PLUMBLINE_COMMAND') ?? DEFAULT_COMMAND,
    temporalUi: text('PLUMBLINE_TEMPORAL_UI')?.replace(/\/$/, '') ?? null,
    artefacts: resolve(text('PLUMBLINE_ARTEFACTS') ?? join(home, 'artefacts')),
    slackApiUrl: text('PLUMBLINE_SLACK_API_URL'),
    logLevel,
    workflowBundle: text('PLUMBLINE_WORKFLOW_BUNDLE'),
    build: text('PLUMBLINE_BUILD_ID'),
    cachedWorkflows,
  };
}
