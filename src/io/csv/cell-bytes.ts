/** Cells as bytes: where they end, and who takes them. */

const COMMA = 44;
const LINE_FEED = 10;
const RETURN = 13;

/** 1 for the bytes that a plain cell may hold: all but NUL, line ends and the comma. A quote inside is taken as it stands. */
export const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 0 || byte === LINE_FEED || byte === RETURN || byte === COMMA ? 0 : 1,
);

export const QUOTE = 34;
export const INSIDE_QUOTES = PLAIN.map((plain, byte) => (byte === COMMA ? 1 : byte === QUOTE ? 0 : plain));

/** Where a plain cell ends that begins at `from`: the place of the first byte that is none of it. */
export function plainEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (PLAIN[bytes[at] as number] === 1) at++;
  return at;
}

/** Behind the closing quote of a quoted cell that begins at `from`; -1 where it holds quotes or line ends, or is faulty. */
export function quotedEnd(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (INSIDE_QUOTES[bytes[at] as number] === 1) at++;
  return bytes[at] === QUOTE && isEnd(bytes[at + 1] as number) ? at + 1 : -1;
}

export const isEnd = (byte: number): boolean => byte === COMMA || byte === LINE_FEED || byte === RETURN;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text; bytes that are no UTF-8 are a fault, not a question mark. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  try {
    return decoder.decode(bytes.subarray(from, to));
  } catch {
    throw new CellFault('the cell is not UTF-8');
  }
}

/** A cell that cannot be taken, whatever the column holds; who reads the row knows the place. */
export class CellFault extends Error {
  override readonly name = 'CellFault';
}

/**
 * Takes the cells of one column by row number. A row may be given twice, when it was not yet whole the first time. All
 * bytes up to the end of the row are there, so nobody has to look where the buffer ends.
 */
export interface ColumnSink {
  /** Room for this many rows. */
  reserve(rows: number): void;
  /** Takes the cell that begins at `from` and gives the place behind it; -1 where it has to be read as text. */
  take(bytes: Uint8Array, from: number, row: number): number;
  /** The same cell as text, without its quotes. */
  takeText(text: string, row: number): void;
}
