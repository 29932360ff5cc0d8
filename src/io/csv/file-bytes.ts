/** The bytes of a file in pieces, unpacked where it is gzip. */

import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { CsvError } from './csv-error.js';

/** Bytes read at once; larger pieces cost memory and gain nothing. */
const PIECE = 1 << 18;

async function isGzip(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

async function* unpacked(path: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const piece of source.pipe(gunzip)) yield piece as Uint8Array;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'Z_BUF_ERROR') throw new CsvError('the gzip file ends too early');
    if (code === 'Z_DATA_ERROR') throw new CsvError('the gzip file is damaged');
    throw error;
  } finally {
    source.destroy();
  }
}

async function* plain(file: FileHandle): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(PIECE);
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(piece, 0, PIECE, at);
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** Pieces of the content. A piece is only good until the next one is asked for: its memory is used again. */
export async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    yield* (await isGzip(file)) ? unpacked(path) : plain(file);
  } finally {
    await file.close();
  }
}

/** Bytes of the content, where the file's size tells: not of a pipe, and not of a packed file. */
export async function sizeOf(path: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    const stat = await file.stat();
    return stat.isFile() && !(await isGzip(file)) ? stat.size : undefined;
  } finally {
    await file.close();
  }
}
