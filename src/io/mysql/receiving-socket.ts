/**
 * The socket of a connection, which receives into memory of its own. Node gives every piece that arrives 64 KiB of its own,
 * and a window of a million rows leaves hundreds of megabytes of them to the collector, who comes when 64 are waiting. Here a
 * small piece is copied to memory of its own size, and all pieces come in the same memory while rows are decoded from their
 * bytes and nothing of a piece is kept.
 */
import { connect, type Socket } from 'node:net';

const PIECE_BYTES = 65_536;

/** What the driver keeps of a piece whose last packet is not complete, as views on it. Not in its types. */
interface Parser {
  buffer: Buffer[];
}

class Receiver {
  private memory = Buffer.allocUnsafeSlow(PIECE_BYTES);
  private parser: Parser | null = null;
  readonly socket: Socket;

  constructor(port: number, host: string) {
    const callback = (bytes: number): boolean => {
      this.pass(this.memory.subarray(0, bytes));
      return true;
    };
    this.socket = connect({ port, host, onread: { buffer: () => this.memory, callback } });
    this.socket.setNoDelay(true);
    this.socket.once('connect', () => this.socket.setKeepAlive(true));
  }

  /** From the next piece on; `null` ends it. */
  reuseFor(parser: Parser | null): void {
    this.parser = parser;
  }

  private pass(piece: Buffer): void {
    const { parser } = this;
    if (parser === null) {
      this.socket.emit('data', this.given(piece));
      return;
    }
    this.socket.emit('data', piece);
    parser.buffer = this.ownOf(parser.buffer);
  }

  /** The same bytes for good: a piece that fills most of the memory takes it with it, another is copied. */
  private given(piece: Buffer): Buffer {
    if (piece.length < PIECE_BYTES / 2) return Buffer.from(piece);
    this.memory = Buffer.allocUnsafeSlow(PIECE_BYTES);
    return piece;
  }

  /** The beginning of a packet whose end comes with the next piece, which is to lie where this one did. */
  private ownOf(kept: Buffer[]): Buffer[] {
    const { buffer } = this.memory;
    return kept.some((part) => part.buffer === buffer)
      ? kept.map((part) => (part.buffer === buffer ? Buffer.from(part) : part))
      : kept;
  }
}

const RECEIVERS = new WeakMap<object, Receiver>();

/** For the driver, which asks for a connection's stream with the connection's settings. */
export function receivingSocket({
  config,
}: {
  readonly config: { readonly port: number; readonly host: string };
}): Socket {
  const receiver = new Receiver(config.port, config.host);
  RECEIVERS.set(receiver.socket, receiver);
  return receiver.socket;
}

/**
 * From the next piece on, what the connection receives is overwritten when the driver has passed it on: for as long as
 * nobody keeps anything of it. The function returned ends that.
 */
export function reuseMemory(connection: object): () => void {
  const { stream, packetParser } = connection as Partial<{ stream: object; packetParser: Parser }>;
  const receiver = stream && RECEIVERS.get(stream);
  if (receiver === undefined || !Array.isArray(packetParser?.buffer)) return () => undefined;
  receiver.reuseFor(packetParser);
  return () => {
    receiver.reuseFor(null);
  };
}
