/** The body of a request, up to a limit. */
import { BodyFault, type BodyFormat } from '../ingest/json-rows.js';

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  'application/json': 'array',
  'application/x-ndjson': 'lines',
  'application/jsonl': 'lines',
};

export const BODY_TYPES: readonly string[] = Object.keys(FORMATS);

/** By the header `Content-Type`; undefined for one that is not read. */
export function bodyFormatOf(contentType: string | undefined): BodyFormat | undefined {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return Object.hasOwn(FORMATS, type) ? FORMATS[type] : undefined;
}

function tooLarge(limit: number): BodyFault {
  return new BodyFault(413, `the body is larger than ${String(limit)} bytes`, 'send fewer rows in a request');
}

async function nextPiece(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value;
  } catch {
    throw new BodyFault(400, 'the body broke off', 'send the same rows again; nothing was stored');
  }
}

/** Throws `BodyFault` for a body over the limit, as soon as that is known, and for one that breaks off. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit);
  const pieces: Uint8Array[] = [];
  let size = 0;
  // The length may be absent: a body in chunks is counted as it comes.
  if (request.body !== null) {
    const reader = (request.body as ReadableStream<Uint8Array>).getReader();
    for (let piece = await nextPiece(reader); piece !== undefined; piece = await nextPiece(reader)) {
      size += piece.length;
      if (size > limit) throw tooLarge(limit);
      pieces.push(piece);
    }
  }
  return Buffer.concat(pieces, size);
}
