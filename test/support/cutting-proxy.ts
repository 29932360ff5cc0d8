/** A TCP proxy that can cut its connections, as a server or a network that goes down in the middle of an answer. */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly port: number;
  /** The next connection is cut when it has answered this many bytes. */
  cutAfter(bytes: number): void;
  /** How many connections were cut. */
  cuts(): number;
  close(): Promise<void>;
}

export async function startCuttingProxy(target: { host: string; port: number }): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let limit: number | null = null;
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(target);
    const left = { bytes: limit ?? Infinity };
    limit = null;
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => undefined);
    }
    client.on('data', (chunk) => upstream.write(chunk));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    upstream.on('data', (chunk) => {
      left.bytes -= chunk.length;
      if (left.bytes >= 0) client.write(chunk);
      else if (!client.destroyed) {
        cuts += 1;
        client.destroy();
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    cutAfter: (bytes) => {
      limit = bytes;
    },
    cuts: () => cuts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of open) socket.destroy();
      }),
  };
}
