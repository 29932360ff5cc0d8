/** Requests of an hour as bytes. */

import type { ByteReader, ByteWriter } from '../../bytes.js';
import { readCategory, writeCategory } from '../columns/encode-columns.js';
import { UNKNOWN_CATEGORY } from '../columns/frozen-reference.js';
import type { HourCategory } from '../columns/hour-column.js';
import {
  readBins,
  readCoMoments,
  readFlag,
  readMoments,
  writeBins,
  writeCoMoments,
  writeFlag,
  writeMoments,
} from '../outcomes/encode-parts.js';
import type { Amounts } from './amounts.js';
import { AMOUNTS, type RequestProfile, TEXTS } from './request-profile.js';

export function writeRequests(out: ByteWriter, { amounts, waiting, texts }: RequestProfile): void {
  for (const name of AMOUNTS) {
    const amount = amounts[name];
    writeFlag(out, amount !== null);
    if (amount === null) continue;
    writeMoments(out, amount.moments);
    writeBins(out, amount.bins);
  }
  writeFlag(out, waiting !== null);
  if (waiting) writeCoMoments(out, waiting);
  for (const name of TEXTS) {
    const text = texts[name];
    writeFlag(out, text !== null);
    if (text === null) continue;
    out.text(text.name);
    writeCategory(out, text);
  }
}

function readAmounts(input: ByteReader): Amounts | null {
  if (!readFlag(input)) return null;
  return { moments: readMoments(input), bins: readBins(input) };
}

function readTexts(input: ByteReader): HourCategory | null {
  return readFlag(input) ? readCategory(input, input.text(), UNKNOWN_CATEGORY) : null;
}

export function readRequests(input: ByteReader): RequestProfile {
  return {
    amounts: {
      latency: readAmounts(input),
      cpu: readAmounts(input),
      memory: readAmounts(input),
      gpu: readAmounts(input),
    },
    waiting: readFlag(input) ? readCoMoments(input) : null,
    texts: { error: readTexts(input), caller: readTexts(input), version: readTexts(input) },
  };
}
