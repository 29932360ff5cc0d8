/** A connected Temporal client and the address of MySQL: the user's own servers, or the private stack that runs. */
import { Client, Connection } from '@temporalio/client';
import { temporalConnection, type Environment, type StackAddress } from './stack/address.js';
import { readStack } from './stack/stack.js';
import type { Settings } from './settings.js';

/** A system that is needed is not there; the message says which and what to do. */
export class Unavailable extends Error {}

const CONNECT_TIMEOUT_MS = 5_000;

export async function findStack(settings: Settings, env: Environment = process.env): Promise<StackAddress> {
  const stack = await readStack(settings.home, env);
  if (stack === null) {
    throw new Unavailable(
      'no servers: start the private ones with `plumbline up`, or set MYSQL_URL and TEMPORAL_ADDRESS to yours',
    );
  }
  return stack;
}

export interface ConnectedClient {
  readonly client: Client;
  readonly namespace: string;
  close(): Promise<void>;
}

export async function connectClient(stack: StackAddress, env: Environment = process.env): Promise<ConnectedClient> {
  const options = await temporalConnection(stack, env);
  try {
    const connection = await Connection.connect({ ...options, connectTimeout: CONNECT_TIMEOUT_MS });
    return {
      client: new Client({ connection, namespace: stack.temporalNamespace }),
      namespace: stack.temporalNamespace,
      close: () => connection.close(),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Unavailable(`Temporal at ${stack.temporalAddress} cannot be reached: ${why}`);
  }
}
