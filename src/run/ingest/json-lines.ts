/** A text of lines as it comes in pieces of bytes: the lines that are whole, and which of them is no text. */

const LINE_FEED = 10;
const RETURN = 13;
/** No row is that long; a file that is one JSON list is. */
const LONGEST_LINE = 1 << 26;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const splitOf = (text: string): string[] => (text.includes('\r') ? text.split(/\r\n|\n|\r/) : text.split('\n'));

/** Behind the last byte that ends a line for sure: a CR at the very end may be half of a CRLF. 0: there is none. */
function lastLineEnd(bytes: Buffer): number {
  const feed = bytes.lastIndexOf(LINE_FEED);
  const back = bytes.length < 2 ? -1 : bytes.lastIndexOf(RETURN, bytes.length - 2);
  return Math.max(feed, back) + 1;
}

export interface Lines {
  readonly texts: readonly string[];
  /** What is wrong with the line behind the last of them; nothing comes after it. */
  readonly fault?: string;
}

/** Lines of bytes that are no UTF-8, up to the first that is none. */
function linesBeforeFault(bytes: Buffer): Lines {
  const texts: string[] = [];
  // No byte of a longer character is a line end, so the lines of any other reading are the same.
  for (const line of splitOf(bytes.toString('latin1'))) {
    try {
      texts.push(decoder.decode(Buffer.from(line, 'latin1')));
    } catch {
      break;
    }
  }
  return { texts, fault: 'not UTF-8' };
}

/** Lines end with LF, CRLF or CR. A byte order mark at the beginning is left out. */
export class LineReader {
  #waiting: Buffer[] = [];
  #size = 0;
  #begun = false;

  push(piece: Buffer): Lines {
    const end = lastLineEnd(piece);
    if (end === 0) {
      this.#waiting.push(piece);
      this.#size += piece.length;
      const fault = `the line that begins here is longer than ${String(LONGEST_LINE / 2 ** 20)} MiB`;
      return { texts: [], ...(this.#size > LONGEST_LINE && { fault }) };
    }
    const whole = this.#taken(piece.subarray(0, end));
    this.#waiting = [piece.subarray(end)];
    this.#size = piece.length - end;
    const lines = this.#textsOf(whole);
    // Behind the last line end nothing has begun yet.
    return lines.fault === undefined ? { texts: lines.texts.slice(0, -1) } : lines;
  }

  /** The last line, where no line end stands behind it. */
  finish(): Lines {
    return this.#textsOf(this.#taken(Buffer.alloc(0)));
  }

  #taken(last: Buffer): Buffer {
    return this.#size === 0 ? last : Buffer.concat([...this.#waiting, last]);
  }

  #textsOf(bytes: Buffer): Lines {
    const isMarked = !this.#begun && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    this.#begun = true;
    const text = isMarked ? bytes.subarray(3) : bytes;
    try {
      return { texts: splitOf(decoder.decode(text)) };
    } catch {
      return linesBeforeFault(text);
    }
  }
}
