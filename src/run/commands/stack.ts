/** `up` and `down`: the private stack, and the database's schema. */
import { connectOnce, parseMysqlUrl } from '../../io/mysql/pool.js';
import { migrate } from '../../io/mysql/migrate.js';
import type { CommandContext } from '../command-context.js';
import type { CommandSet } from '../command-set.js';
import { connectClient } from '../connection.js';
import type { Answer } from '../output.js';
import { applyWatchdog } from '../schedules.js';
import { describeMysql } from '../stack/address.js';
import { ensureStack, stopStack } from '../stack/stack.js';

async function up({ env, settings, say }: CommandContext): Promise<Answer> {
  const stack = await ensureStack({ home: settings.home, say, env });
  const connection = await connectOnce(stack.mysqlUrl);
  let migrations: readonly string[];
  try {
    migrations = (await migrate(connection, parseMysqlUrl(stack.mysqlUrl).database)).applied;
  } finally {
    await connection.end();
  }
  const connected = await connectClient(stack, env);
  try {
    await applyWatchdog(connected.client, settings);
  } finally {
    await connected.close();
  }
  const { temporalAddress, temporalNamespace, temporalUi } = stack;
  const mysql = describeMysql(stack.mysqlUrl);
  const lines = [
    `MySQL     ${mysql}${migrations.length === 0 ? '' : `, migrated: ${migrations.join(', ')}`}`,
    `Temporal  ${temporalAddress}, namespace ${temporalNamespace}`,
    ...(temporalUi === null ? [] : [`Web UI    ${temporalUi}`]),
    `Next: ${settings.command} worker, and ${settings.command} apply FILE`,
  ];
  return { data: { mysql, migrations, temporalAddress, temporalNamespace, temporalUi }, text: lines.join('\n') };
}

async function down({ env, settings, say }: CommandContext): Promise<Answer> {
  const lines: string[] = [];
  await stopStack({
    home: settings.home,
    env,
    say: (line) => {
      lines.push(line);
      say(line);
    },
  });
  return { data: { done: lines }, text: '' };
}

export function addStackCommands({ command, act }: CommandSet): void {
  command('up', 'start the private servers where you have none of your own, and bring the database up to date').action(
    act(up),
  );
  command('down', 'stop the private servers; your own are left alone').action(act(down));
}
