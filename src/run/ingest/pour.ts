/** A file into the tables: in batches, the next one read while the last is written, and resumed where an earlier run ended. */
import { createHash, type Hash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Pool } from '../../io/mysql/pool.js';
import {
  findFileMark,
  forgetFileMark,
  isStored,
  noteFileMark,
  type FileKey,
  type FileMark,
} from '../../io/mysql/ingested-files.js';
import { RowFault, type Alongside } from '../../io/mysql/prediction-log.js';
import { IngestFault, type NumberedRecord, type OpenedFile } from './file-records.js';

/** Rows of a transaction: its commit costs as much as a hundred rows. */
const ROWS_PER_BATCH = 2_000;

interface Row {
  readonly id: string;
  readonly time: number;
}

export interface Pouring<T extends Row> {
  readonly pool: Pool;
  readonly key: FileKey;
  /** Called again where the file turns out to be another than the one that was begun. */
  readonly open: () => OpenedFile;
  readonly read: (record: NumberedRecord) => T;
  /** Stores the rows with what is to be stored alongside, or none of it. */
  readonly write: (rows: readonly T[], alongside: Alongside) => Promise<void>;
  /** After each batch: rows of the file that are stored, and the share of it that was read. */
  readonly told: (rows: number, share: number) => void;
  /** An earlier run stored this many rows, and this share of the file; they are not written again. */
  readonly resumed: (rows: number, share: number) => void;
}

export interface Poured {
  /** Rows of the file. */
  readonly rows: number;
  /** Of them, rows that an earlier run had stored. */
  readonly resumed: number;
}

/** Rows that are read before the answers of the database get their turn: some milliseconds of work. */
const ROWS_PER_TURN = 250;
/** Characters digested at once. */
const TEXT_PER_UPDATE = 1 << 16;
/** No text of a record holds it. */
const BEHIND_RECORD = '\0';

/** The records of a file, counted and digested as they are taken. */
class Reading {
  readonly #iterator: AsyncIterator<readonly NumberedRecord[], unknown>;
  readonly #hash: Hash = createHash('sha256');
  readonly share: () => number;
  rows = 0;
  #piece: readonly NumberedRecord[] = [];
  /** Records of the piece that were taken. */
  #taken = 0;
  /** Taken, and not yet in the digest. */
  #text = '';

  constructor({ pieces, share }: OpenedFile) {
    this.#iterator = pieces[Symbol.asyncIterator]();
    this.share = share;
  }

  /** The next record of this piece; null where all of them were taken. */
  take(): NumberedRecord | null {
    const record = this.#piece[this.#taken];
    if (record === undefined) return null;
    this.#taken += 1;
    this.rows += 1;
    this.#text += record.text + BEHIND_RECORD;
    if (this.#text.length >= TEXT_PER_UPDATE) this.#digest();
    return record;
  }

  /** Reads the next piece; false where the file has ended. */
  async more(): Promise<boolean> {
    const taken = await this.#iterator.next();
    if (taken.done === true) return false;
    this.#piece = taken.value;
    this.#taken = 0;
    return true;
  }

  mark(): FileMark {
    this.#digest();
    return { rows: this.rows, digest: this.#hash.copy().digest('hex') };
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  #digest(): void {
    this.#hash.update(this.#text);
    this.#text = '';
  }
}

/** Reads as far as the mark. Whether the file begins with its rows, and the last of them is still stored. */
async function isBegun<T extends Row>(reading: Reading, mark: FileMark, pouring: Pouring<T>): Promise<boolean> {
  let last: NumberedRecord | null = null;
  try {
    while (reading.rows < mark.rows) {
      const record = reading.take();
      if (record !== null) last = record;
      else if (!(await reading.more())) return false;
    }
    if (last === null || reading.mark().digest !== mark.digest) return false;
    return await isStored(pouring.pool, pouring.key, pouring.read(last));
  } catch (error) {
    // It is another file by now: the fault is met again, and told, from the beginning.
    if (error instanceof IngestFault) return false;
    throw error;
  }
}

async function begin<T extends Row>(
  pouring: Pouring<T>,
): Promise<{ readonly reading: Reading; readonly resumed: number }> {
  const reading = new Reading(pouring.open());
  const mark = await findFileMark(pouring.pool, pouring.key);
  if (mark === null) return { reading, resumed: 0 };
  if (await isBegun(reading, mark, pouring)) return { reading, resumed: mark.rows };
  await reading.close();
  return { reading: new Reading(pouring.open()), resumed: 0 };
}

class Batch<T extends Row> {
  readonly rows: T[] = [];
  /** Beside the rows. */
  readonly lines: number[] = [];

  async write(pouring: Pouring<T>, mark: FileMark, storedBefore: number): Promise<void> {
    try {
      await pouring.write(this.rows, (db) => noteFileMark(db, pouring.key, mark));
    } catch (error) {
      if (error instanceof RowFault) throw new IngestFault(this.lines[error.index] ?? 0, error.message, storedBefore);
      throw error;
    }
  }
}

/** Throws `IngestFault` with the line and how many rows are stored before it. */
export async function pour<T extends Row>(pouring: Pouring<T>): Promise<Poured> {
  const { reading, resumed } = await begin(pouring);
  if (resumed > 0) pouring.resumed(resumed, reading.share());
  let stored = resumed;
  let batch = new Batch<T>();
  let writing: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await writing;
    if (batch.rows.length === 0) return;
    const full = batch;
    batch = new Batch();
    const share = reading.share();
    writing = full.write(pouring, reading.mark(), stored).then(() => {
      stored += full.rows.length;
      pouring.told(stored, share);
    });
    // Whoever waits next meets the fault; until then it is nobody's unforeseen one.
    writing.catch(() => undefined);
  };
  try {
    do {
      for (let record = reading.take(); record !== null; record = reading.take()) {
        batch.rows.push(pouring.read(record));
        batch.lines.push(record.line);
        if (batch.rows.length >= ROWS_PER_BATCH) await flush();
        else if (batch.rows.length % ROWS_PER_TURN === 0) await turn();
      }
    } while (await reading.more());
    await flush();
    await writing;
  } catch (error) {
    await reading.close();
    // A fault of the batch that was being written stands before the one that was read meanwhile.
    await writing;
    throw error instanceof IngestFault ? new IngestFault(error.line, error.message, stored) : error;
  }
  await forgetFileMark(pouring.pool, pouring.key);
  return { rows: reading.rows, resumed };
}
