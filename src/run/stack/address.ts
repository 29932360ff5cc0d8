// Where a stack is reached, and whether the environment names the user's own servers instead of private ones.
import type { ConnectionOptions } from '@temporalio/client';

/** Where MySQL and Temporal are reached. `mysqlUrl` holds the password: never print it, see `describeMysql`. */
export interface StackAddress {
  readonly mysqlUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** Address of the Web UI; null for servers of the user's own, whose UI only they know. */
  readonly temporalUi: string | null;
}

export type TemporalAddress = Omit<StackAddress, 'mysqlUrl'>;

/** The servers of a stack one by one: null for a private one that does not run. */
export interface StackServers {
  readonly mysqlUrl: string | null;
  readonly temporal: TemporalAddress | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

function setting(env: Environment, name: string): string | null {
  const value = env[name];
  return value === undefined || value === '' ? null : value;
}

/** The user's own database, or null when a private one is to be used. */
export function ownMysqlUrl(env: Environment): string | null {
  return setting(env, 'MYSQL_URL');
}

// Any of these says where a Temporal is; TEMPORAL_NAMESPACE or TLS settings alone do not.
const placeVariables = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE', 'TEMPORAL_API_KEY'];

/** Whether the environment names the user's own Temporal. */
export function hasOwnTemporal(env: Environment): boolean {
  return placeVariables.some((name) => setting(env, name) !== null);
}

/** How to connect to the Temporal of a stack: TLS and API key come from the environment or the profile it names. */
export async function temporalConnection(stack: TemporalAddress, env: Environment): Promise<ConnectionOptions> {
  if (!hasOwnTemporal(env)) return { address: stack.temporalAddress };
  const { loadClientConnectConfig } = await import('@temporalio/envconfig');
  const { connectionOptions } = loadClientConnectConfig({ overrideEnvVars: definedOnly(env) });
  return { ...connectionOptions, address: stack.temporalAddress };
}

/** Address and namespace of the user's own Temporal, as @temporalio/envconfig reads them. */
export async function ownTemporal(
  env: Environment,
): Promise<Pick<StackAddress, 'temporalAddress' | 'temporalNamespace'> | null> {
  if (!hasOwnTemporal(env)) return null;
  const { loadClientConnectConfig } = await import('@temporalio/envconfig');
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: definedOnly(env) });
  return {
    temporalAddress: connectionOptions.address ?? 'localhost:7233',
    temporalNamespace: namespace ?? 'default',
  };
}

function definedOnly(env: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The database's address without its password. */
export function describeMysql(mysqlUrl: string): string {
  try {
    const url = new URL(mysqlUrl);
    return `${url.username === '' ? '' : `${url.username}@`}${url.host}${url.pathname}`;
  } catch {
    return 'MYSQL_URL, which is not an address of the form mysql://user:password@host:port/database';
  }
}
