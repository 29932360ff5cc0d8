/** Servers of the benchmark's own, begun anew for every run, so that nothing of an earlier one slows it down. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { connectOnce, openDatabase, type Database } from '../../src/io/mysql/pool.js';
import { migrate } from '../../src/io/mysql/migrate.js';
import { connectClient } from '../../src/run/connection.js';
import type { Environment, StackAddress } from '../../src/run/stack/address.js';
import { readRecord } from '../../src/run/stack/record.js';
import { ensureStack, stopStack } from '../../src/run/stack/stack.js';
import { cpuSeconds } from '../cpu-time.js';

export interface BenchStage {
  readonly env: Environment;
  readonly stack: StackAddress;
  readonly client: Client;
  readonly database: Database;
  cpuSeconds(): { readonly temporal: number | null; readonly mysql: number | null };
  close(): Promise<void>;
}

/** Whatever servers the user has: these are private, and known only to this run. */
function privateEnvironment(home: string): Environment {
  const { MYSQL_URL: _mysql, ...rest } = process.env;
  const others = Object.entries(rest).filter(
    ([name]) => !name.startsWith('TEMPORAL_') || name === 'TEMPORAL_CLI_PATH' || name === 'TEMPORAL_TEST_SERVER_PATH',
  );
  return { ...Object.fromEntries(others), PLUMBLINE_HOME: home };
}

export async function openBenchStage(home: string, say: (line: string) => void): Promise<BenchStage> {
  const env = privateEnvironment(home);
  await stopStack({ home, say: () => undefined, env });
  rmSync(join(home, 'stack'), { recursive: true, force: true });
  const stack = await ensureStack({ home, say, env });
  const database = openDatabase(stack.mysqlUrl);
  const connection = await connectOnce(stack.mysqlUrl);
  try {
    await migrate(connection, database.address.database);
  } finally {
    await connection.end();
  }
  const connected = await connectClient(stack, env);
  return {
    env,
    stack,
    client: connected.client,
    database,
    cpuSeconds() {
      const { temporal, mysql } = readRecord(home);
      return { temporal: cpuSeconds(temporal?.pid ?? null), mysql: cpuSeconds(mysql?.pid ?? null) };
    },
    async close() {
      await connected.close();
      await database.close();
      await stopStack({ home, say: () => undefined, env });
      rmSync(join(home, 'stack'), { recursive: true, force: true });
    },
  };
}
