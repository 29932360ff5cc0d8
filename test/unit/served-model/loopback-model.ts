/** A served model on this machine, with the faults that served models have. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly authorization: string | undefined;
  readonly rows: readonly unknown[];
}

/** What the server does with one request; `asked` counts from 0. */
export type Behaviour = (request: Asked, response: ServerResponse, at: number) => void;

export interface LoopbackModel {
  readonly address: string;
  /** The requests that came, in order. */
  readonly asked: Asked[];
  /** From now on. */
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

export function answerWith(response: ServerResponse, status: number, body: string, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

/** Answers each row with what `predict` says of it. */
export const predicting =
  (predict: (row: unknown) => unknown): Behaviour =>
  ({ rows }, response) => {
    answerWith(response, 200, JSON.stringify({ predictions: rows.map(predict) }));
  };

export async function loopbackModel(behaviour: Behaviour): Promise<LoopbackModel> {
  let current = behaviour;
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { instances } = JSON.parse(body) as { instances: unknown[] };
      const one = { method: request.method ?? '', authorization: request.headers.authorization, rows: instances };
      asked.push(one);
      current(one, response, asked.length - 1);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${String(port)}/predict`,
    asked,
    behave: (next) => {
      current = next;
      asked.length = 0;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => {
          done();
        });
        server.closeAllConnections();
      }),
  };
}
