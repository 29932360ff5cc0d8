// Free ports on the loopback interface.
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(null);
    });
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address();
      server.close(() => {
        resolve(address !== null && typeof address === 'object' ? address.port : null);
      });
    });
  });
}

/** The wanted port if nobody has it, else any free one that is not among `taken`. */
export async function choosePort(wanted: number | null, taken: readonly number[]): Promise<number> {
  if (wanted !== null && !taken.includes(wanted)) {
    // A process that has just been killed holds its port for a moment longer than it can be seen.
    for (let round = 0; round < 10; round += 1) {
      if ((await tryPort(wanted)) !== null) return wanted;
      await pause(50);
    }
  }
  for (let round = 0; round < 50; round += 1) {
    const port = await tryPort(0);
    if (port !== null && !taken.includes(port)) return port;
  }
  throw new Error('no free port on 127.0.0.1');
}
