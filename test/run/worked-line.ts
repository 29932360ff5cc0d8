// The command line with a worker of the test's own, and loopback servers for its messages.
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { startSlackServer, type SlackServer } from '../../src/run/loopback/slack-server.js';
import { startSmtpSink, type SmtpSink } from '../../src/run/loopback/smtp-sink.js';
import { readSettings } from '../../src/run/settings.js';
import type { StackAddress } from '../../src/run/stack/address.js';
import { installRuntime, startWorker } from '../../src/run/worker.js';
import { bankYaml, startCommandLine, type CommandLine } from './command-line.js';

export const TOKEN = 'xoxb-canary-2f61c0';
export const DAY = 86_400_000;

/** The last midnight, UTC. */
export const midnight = Math.floor(Date.now() / DAY) * DAY;
/** A day some days ago, as `2026-01-31`. */
export const day = (back: number): string => new Date(midnight - back * DAY).toISOString().slice(0, 10);

export interface WorkedLine {
  readonly cli: CommandLine;
  readonly slack: SlackServer;
  readonly mail: SmtpSink;
  end(): Promise<void>;
}

const yaml = (model: string): string =>
  bankYaml(
    model,
    `min_rows: 5
reference: { first: 1d, min_rows: 5 }
labels: { min_coverage: 0.5 }
actions:
  rollback: { approval: required }
`,
  ).replace(
    'notify:\n',
    'notify:\n  email: { to: [team@example.org], from: plumbline@example.org, smtp: env:PLUMBLINE_SMTP_URL }\n',
  );

export async function startWorkedLine(stack: StackAddress, bundle: string): Promise<WorkedLine> {
  const [cli, slack, mail] = await Promise.all([
    startCommandLine(stack),
    startSlackServer({ token: TOKEN }),
    startSmtpSink(),
  ]);
  const secrets = { SLACK_BOT_TOKEN: TOKEN, PLUMBLINE_SMTP_URL: mail.url };
  Object.assign(cli.env, secrets, { PLUMBLINE_WORKFLOW_BUNDLE: bundle, PLUMBLINE_SLACK_API_URL: slack.url });
  // The worker resolves secrets from its process, as in production.
  Object.assign(process.env, secrets);
  const log = pino({ level: 'silent' });
  installRuntime(log);
  const mysqlUrl = cli.env['MYSQL_URL'] ?? '';
  const worker = await startWorker(readSettings(cli.env), { ...stack, mysqlUrl }, log);
  const applied = await cli.run('apply', cli.file('bank.yaml', yaml(cli.model)), '--by', 'ana');
  if (applied.status !== 0) throw new Error(applied.err);
  return {
    cli,
    slack,
    mail,
    async end() {
      for (const name of ['incident', 'rollback', 'retraining']) {
        await cli.client.workflow
          .getHandle(`${name}/${cli.model}`)
          .terminate('the test is over')
          .catch(() => undefined);
      }
      await worker.stop();
      await cli.end();
      await slack.close();
      await mail.close();
    },
  };
}

/** Looks until something is found; fifteen seconds at most. */
export async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    const found = await look();
    if (found !== null) return found;
    await pause(100);
  }
  throw new Error(`${what} did not happen`);
}
