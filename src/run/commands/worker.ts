/** `worker`: the process that runs workflows and activities, until it is told to end. */
import { pino } from 'pino';
import type { CommandContext } from '../command-context.js';
import { unavailable } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import type { Answer } from '../output.js';
import { installRuntime, startWorker } from '../worker.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

async function worker(context: CommandContext): Promise<Answer> {
  const { settings, env } = context;
  // Told here, with a cure, rather than by the first activity that fails.
  await context.database();
  await context.client();
  const { mysqlUrl, temporal } = await context.servers();
  if (mysqlUrl === null || temporal === null) throw unavailable('no servers', 'run: plumbline up');
  const log = pino({ level: settings.logLevel }, pino.destination(2));
  installRuntime(log);
  const running = await startWorker(settings, { mysqlUrl, ...temporal }, log, env);
  const stop = (): void => void running.stop().catch(() => undefined);
  for (const signal of SIGNALS) process.once(signal, stop);
  context.say(`worker polls ${settings.taskQueue} at ${temporal.temporalAddress}; Ctrl-C or SIGTERM ends it`);
  try {
    await running.done;
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  }
  return { data: { ended: true }, text: '' };
}

export function addWorkerCommand({ command, act }: CommandSet): void {
  command('worker', 'run workflows and activities until SIGTERM').action(act(worker));
}
