/** Rows in memory that threads share: whoever measures them elsewhere is told where they lie, not sent a copy. */
import type { CategoryCodes, Column, Frame } from '../../model/frame.js';

/** Large columns are read into such memory in the first place. */
const isShared = ({ buffer }: Float64Array | CategoryCodes): boolean => buffer instanceof SharedArrayBuffer;

function sharedDoubles(values: Float64Array): Float64Array {
  if (isShared(values)) return values;
  const shared = new Float64Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}

function sharedCodes(codes: CategoryCodes): CategoryCodes {
  if (isShared(codes)) return codes;
  const memory = new SharedArrayBuffer(codes.byteLength);
  const shared =
    codes instanceof Int8Array
      ? new Int8Array(memory)
      : codes instanceof Int16Array
        ? new Int16Array(memory)
        : new Int32Array(memory);
  shared.set(codes);
  return shared;
}

const sharedColumn = (column: Column): Column =>
  column.kind === 'numeric'
    ? { ...column, values: sharedDoubles(column.values) }
    : { ...column, codes: sharedCodes(column.codes) };

/** The same rows; what the frame given holds can go. */
export function shareFrame(frame: Frame): Frame {
  return { ...frame, columns: new Map([...frame.columns].map(([name, column]) => [name, sharedColumn(column)])) };
}
