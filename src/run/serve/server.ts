/** The endpoint as a process: listens, and ends by letting what has begun come to its end. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.js';
import type { BatchDeps } from './batches.js';

export interface ServerOptions extends Omit<BatchDeps, 'stopping'> {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** For a whole request to come in. */
  readonly requestMs: number;
  /** For what has begun to end, when the endpoint is stopped. */
  readonly graceMs: number;
}

export interface RunningServer {
  readonly url: string;
  /** Takes nothing new, answers what has begun, and ends at the latest after the time of grace. */
  stop(): Promise<void>;
}

/** Headers are small and come at once; an idle connection costs little, many of them cost file handles. */
const HEADERS_MS = 10_000;
const IDLE_MS = 30_000;
const MOST_CONNECTIONS = 1_000;

async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server.address() as AddressInfo;
}

function closeWithin(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

export async function startServer({ host, port, requestMs, graceMs, ...deps }: ServerOptions): Promise<RunningServer> {
  let stopping = false;
  const app = createApp({ ...deps, stopping: () => stopping });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(
    {
      requestTimeout: requestMs,
      headersTimeout: Math.min(HEADERS_MS, requestMs),
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: Math.min(1_000, requestMs),
    },
    (request, response) => {
      // A connection that is kept for the next request would hold up the end.
      response.on('finish', () => {
        if (stopping) server.closeIdleConnections();
      });
      void listener(request, response);
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  const address = await listen(server, host, port);
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  let stopped: Promise<void> | null = null;
  return {
    url: `http://${shown}:${String(address.port)}`,
    stop() {
      stopping = true;
      stopped ??= closeWithin(server, graceMs);
      return stopped;
    },
  };
}
