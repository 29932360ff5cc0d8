/** `serve`: the HTTP endpoint that takes predictions and labels, until it is told to end. */
import { isIP } from 'node:net';
import { pino } from 'pino';
import { openDatabase } from '../../io/mysql/pool.js';
import type { CommandContext } from '../command-context.js';
import { unavailable, wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import type { Answer } from '../output.js';
import { startServer } from '../serve/server.js';
import { readTokens } from '../serve/tokens.js';

interface ServeOptions {
  readonly token: readonly string[];
  readonly host: string;
  readonly port: string;
  readonly behindProxy?: boolean;
  readonly atOnce: string;
  readonly maxBody: string;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const REQUEST_MS = 30_000;
const ANSWER_MS = 30_000;
const GRACE_MS = 20_000;
const MIB = 2 ** 20;

function wholeNumber(option: string, text: string, lowest: number, highest: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= lowest && value <= highest && text.trim() !== '') return value;
  throw wrongUse(`${option} must be a whole number from ${String(lowest)} to ${String(highest)}: "${text}"`);
}

/** Tokens and rows must not cross a network in the open. */
function checkHost(host: string, behindProxy: boolean): void {
  const isLoopback = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  if (isLoopback || behindProxy) return;
  throw wrongUse(
    `${host} can be reached from other machines, and this endpoint does not encrypt`,
    'put a proxy with TLS in front of it and say --behind-proxy, or listen on 127.0.0.1',
  );
}

async function serve(context: CommandContext, options: ServeOptions): Promise<Answer> {
  const port = wholeNumber('--port', options.port, 0, 65_535);
  const atOnce = wholeNumber('--at-once', options.atOnce, 1, 100);
  const bodyBytes = wholeNumber('--max-body', options.maxBody, 1, 256) * MIB;
  checkHost(options.host, options.behindProxy === true);
  const tokens = readTokens(options.token, context.secret);
  // Told here, with a cure, rather than to the first producer.
  await context.database();
  const { mysqlUrl } = await context.servers();
  if (mysqlUrl === null) throw unavailable('no database', 'run: plumbline up');
  const log = pino({ level: context.settings.logLevel }, pino.destination(2));
  // Each batch that is stored holds one connection; one more answers for the health.
  const database = openDatabase(mysqlUrl, atOnce + 1);
  try {
    const running = await startServer({
      ...{ pool: database.pool, tokens, log, host: options.host, port, requestMs: REQUEST_MS, graceMs: GRACE_MS },
      limits: { atOnce, bodyBytes, answerMs: ANSWER_MS },
    });
    const told = new Promise<void>((resolve) => {
      for (const signal of SIGNALS) process.once(signal, resolve);
    });
    context.say(`takes rows at ${running.url}; Ctrl-C or SIGTERM ends it`);
    await told;
    await running.stop();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code !== 'EADDRINUSE' && code !== 'EADDRNOTAVAIL' && code !== 'EACCES') throw error;
    throw wrongUse(
      `cannot listen on ${options.host}, port ${options.port} (${code})`,
      'choose another --port or --host',
    );
  } finally {
    await database.close();
  }
  return { data: { ended: true }, text: '' };
}

const collect = (value: string, all: readonly string[] = []): readonly string[] => [...all, value];

export function addServeCommand({ command, act }: CommandSet): void {
  command('serve', 'take predictions and labels over HTTP until SIGTERM')
    .requiredOption(
      '--token <reference=models>',
      'who may write: env:NAME=MODEL,MODEL or file:PATH=*; repeatable',
      collect,
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', '0 takes any free one', '8750')
    .option('--behind-proxy', 'a proxy with TLS stands in front: other addresses than loopback are allowed')
    .option('--at-once <batches>', 'batches that are stored at once; one more is sent away for a second', '8')
    .option('--max-body <MiB>', 'largest body of a request', '8')
    .action(act(serve));
}
