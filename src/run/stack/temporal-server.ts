// The private Temporal development server: one process, its store in one SQLite file.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { serverFolder, tail } from './files.js';
import { choosePort } from './ports.js';
import { endProcess, launch, runningPid, untilReady } from './processes.js';
import type { ServerProcess } from './processes.js';
import { readRecord, updateRecord } from './record.js';
import { searchAttributes } from './search-attributes.js';

const namespace = 'default';
// Closed workflows stay to be looked at; the development server's own default is one day.
const retentionSeconds = 30 * 24 * 3600;

function temporalProcess(home: string): ServerProcess & { store: string; log: string; complete: string } {
  const folder = serverFolder(home, 'temporal');
  const store = join(folder, 'temporal.db');
  return {
    name: 'the private Temporal server',
    pidFile: join(folder, 'pid'),
    mark: store,
    store,
    log: join(folder, 'log'),
    // Written when the store has answered once; without it the store may be half made, and is made anew.
    complete: join(folder, 'complete'),
  };
}

/** Whether the server at this address answers and has its namespace. */
async function answers(address: string): Promise<boolean> {
  const { Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ address, connectTimeout: 1000 }).catch(() => null);
  if (connection === null) return false;
  try {
    await connection.withDeadline(Date.now() + 2000, () => connection.workflowService.describeNamespace({ namespace }));
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

async function keepClosedWorkflows(address: string): Promise<void> {
  const { Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ address });
  try {
    const config = { workflowExecutionRetentionTtl: { seconds: retentionSeconds } };
    await connection.workflowService.updateNamespace({ namespace, config } as never);
  } finally {
    await connection.close();
  }
}

function startArguments(store: string, port: number, uiPort: number): string[] {
  const attributes = Object.entries(searchAttributes).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]);
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    // Three times the rate of the default file mode, and a kill loses at most the last moment, never the file.
    ...['--db-filename', store, '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...['--ui-disable-news-fetch', '--log-level', 'error', ...attributes],
  ];
}

export interface TemporalPlace {
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly temporalUi: string;
}

function place(port: number, uiPort: number): TemporalPlace {
  return {
    temporalAddress: `127.0.0.1:${String(port)}`,
    temporalNamespace: namespace,
    temporalUi: `http://127.0.0.1:${String(uiPort)}`,
  };
}

/** Where the private server runs, or null when it does not. */
export function temporalPlace(home: string): TemporalPlace | null {
  const { temporal } = readRecord(home);
  if (temporal === null || runningPid(temporalProcess(home)) === null) return null;
  return place(temporal.port, temporal.uiPort);
}

/** Starts the server unless it runs and answers. */
export async function startTemporal(
  home: string,
  findProgram: () => string,
  say: (line: string) => void,
): Promise<TemporalPlace> {
  const server = temporalProcess(home);
  const running = temporalPlace(home);
  const isGone = (): boolean => runningPid(server) === null;
  if (running !== null && (await untilReady(() => answers(running.temporalAddress), isGone, 10_000)) === 'ready') {
    say(`Temporal already runs: ${running.temporalAddress}, UI ${running.temporalUi}`);
    return running;
  }
  const program = findProgram();
  let reason = '';
  // Between choosing a port and listening on it, another program may take it: then once more with other ports.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await endProcess(server);
    if (!existsSync(server.complete)) removeStore(server.store);
    const known = readRecord(home).temporal;
    const port = await choosePort(known?.port ?? null, []);
    const uiPort = await choosePort(known?.uiPort ?? null, [port]);
    updateRecord(home, { temporal: { port, uiPort, pid: null, startedAt: null } });
    const launched = launch(server, program, startArguments(server.store, port, uiPort), server.log);
    const started = place(port, uiPort);
    const readiness = await untilReady(() => answers(started.temporalAddress), launched.isGone, 45_000);
    if (readiness === 'ready') {
      if (!existsSync(server.complete)) await keepClosedWorkflows(started.temporalAddress);
      writeFileSync(server.complete, '');
      const startedAt = new Date().toISOString();
      updateRecord(home, { temporal: { port, uiPort, pid: runningPid(server), startedAt } });
      say(`Temporal started: ${started.temporalAddress}, UI ${started.temporalUi}`);
      return started;
    }
    reason = readiness === 'gone' ? 'it ended' : 'it did not answer within 45 s';
    await pause(100);
  }
  throw new Error(`Temporal (${program}) did not start: ${reason}. The end of its log:\n${tail(server.log)}`);
}

function removeStore(store: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${store}${suffix}`, { force: true });
}

/** Ends the private server; true if it ran. */
export async function stopTemporal(home: string): Promise<boolean> {
  return endProcess(temporalProcess(home), 10_000);
}
