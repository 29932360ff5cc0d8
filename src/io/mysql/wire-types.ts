/** How cells of each column type arrive in the binary protocol, and which cells must be taken in another form. */
import type { FieldPacket } from 'mysql2';
import type { CellText } from './category-cells.js';
import type { CellConverter, ColumnPlan } from './frame-builder.js';

/** Numbers of column types in the MySQL protocol. */
const TINY = 1;
const SHORT = 2;
const LONG = 3;
const FLOAT = 4;
const DOUBLE = 5;
const TIMESTAMP = 7;
const LONGLONG = 8;
const INT24 = 9;
const DATE = 10;
const DATETIME = 12;
const YEAR = 13;
const VARCHAR = 15;
const BIT = 16;
const JSON_TYPE = 245;
const DECIMAL = 246;
const TEXTS = new Set([VARCHAR, 247, 248, 249, 250, 251, 252, 253, 254]);

const UNSIGNED = 32;
/** The character set of bytes that are no text. */
const BINARY_CHARSET = 63;

/** What is read from the bytes of a row; the order is of no matter. */
export const wire = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  int64: 7,
  uint64: 8,
  float: 9,
  double: 10,
  /** A length, then year, month, day, hour, minute, second, microsecond, as far as they are not zero. */
  date: 11,
  /** A length, then bytes. */
  text: 12,
} as const;

export type Wire = (typeof wire)[keyof typeof wire];

/** `BIT(n)` arrives as bytes, the highest first. Beyond 2^53 the number stays a text with all its digits. */
function bitsAsNumber(cell: unknown): unknown {
  if (!(cell instanceof Uint8Array)) return cell;
  let bits = 0n;
  for (const byte of cell) bits = bits * 256n + BigInt(byte);
  return bits <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bits) : String(bits);
}

/** As a category, a decimal of scale 2 and an integer are the same value: `1.00` is `1`. */
const withoutZeros = (decimal: string): string => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal);

const decimalAsCategory = (cell: unknown): unknown => (typeof cell === 'string' ? withoutZeros(cell) : cell);

/** For each column the conversion that its type on the wire and its use ask for; most need none. */
export function wireConverters(
  fields: readonly FieldPacket[],
  plan: readonly ColumnPlan[],
): readonly (CellConverter | null)[] {
  return plan.map(({ kind }, index) => {
    const type = fields[index]?.columnType;
    if (type === BIT) return bitsAsNumber;
    return type === DECIMAL && kind !== 'numeric' ? decimalAsCategory : null;
  });
}

/** How cells of a field arrive; null for the few types that are left to the driver. */
export function wireOf({ columnType, flags, characterSet, encoding }: FieldPacket): Wire | null {
  const unsigned = typeof flags === 'number' && (flags & UNSIGNED) !== 0;
  switch (columnType) {
    case TINY:
      return unsigned ? wire.uint8 : wire.int8;
    case SHORT:
      return unsigned ? wire.uint16 : wire.int16;
    case YEAR:
      return wire.uint16;
    case INT24:
    case LONG:
      return unsigned ? wire.uint32 : wire.int32;
    case LONGLONG:
      return unsigned ? wire.uint64 : wire.int64;
    case FLOAT:
      return wire.float;
    case DOUBLE:
      return wire.double;
    case DATE:
    case DATETIME:
    case TIMESTAMP:
      return wire.date;
    case DECIMAL:
    case JSON_TYPE:
      return wire.text;
    default:
      return TEXTS.has(columnType ?? -1) && characterSet !== BINARY_CHARSET && encoding === 'utf8' ? wire.text : null;
  }
}

/** The Gregorian calendar repeats after 400 years, which are 146,097 days. */
const CALENDAR_YEARS = 400;
const CALENDAR_MS = 146_097 * 86_400_000;

/** The day that was met last: rows come by time, and most are of the day of the row before. */
let lastDay = NaN;
let lastStart = 0;

function startOfDay(year: number, month: number, day: number): number {
  const key = (year << 16) | (month << 8) | day;
  if (key === lastDay) return lastStart;
  lastDay = key;
  // `Date.UTC` takes the years before 100 for those after 1900; the calendar repeats after 400 years.
  lastStart = Date.UTC(year + CALENDAR_YEARS, month - 1, day) - CALENDAR_MS;
  return lastStart;
}

/** Milliseconds since the epoch of a date in UTC whose parts begin at `at`, `length` bytes long; NaN for a date without month or day. */
export function instantOf(view: DataView, at: number, length: number): number {
  if (length < 4) return NaN;
  const month = view.getUint8(at + 2);
  const day = view.getUint8(at + 3);
  // `2026-00-10` would become a day of the year before.
  if (month === 0 || day === 0) return NaN;
  const start = startOfDay(view.getUint16(at, true), month, day);
  if (length < 7) return start;
  const minutes = view.getUint8(at + 4) * 60 + view.getUint8(at + 5);
  const whole = start + (minutes * 60 + view.getUint8(at + 6)) * 1000;
  return length < 11 ? whole : whole + Math.trunc(view.getUint32(at + 7, true) / 1000);
}

const viewOf = (cell: Buffer): DataView => new DataView(cell.buffer, cell.byteOffset, cell.byteLength);

function dateText(cell: Buffer): string | null {
  const instant = instantOf(viewOf(cell), 0, cell.byteLength);
  return Number.isNaN(instant) ? null : new Date(instant).toISOString();
}

/** What a category is called, by the way its cells arrive. Without the length byte, for dates and texts. */
const CELL_TEXTS: Readonly<Record<Wire, CellText>> = {
  [wire.int8]: (cell) => String(cell.readInt8()),
  [wire.uint8]: (cell) => String(cell.readUInt8()),
  [wire.int16]: (cell) => String(cell.readInt16LE()),
  [wire.uint16]: (cell) => String(cell.readUInt16LE()),
  [wire.int32]: (cell) => String(cell.readInt32LE()),
  [wire.uint32]: (cell) => String(cell.readUInt32LE()),
  [wire.int64]: (cell) => String(cell.readBigInt64LE()),
  [wire.uint64]: (cell) => String(cell.readBigUInt64LE()),
  [wire.float]: (cell) => String(cell.readFloatLE()),
  [wire.double]: (cell) => String(cell.readDoubleLE()),
  [wire.date]: dateText,
  [wire.text]: (cell) => cell.toString('utf8'),
};

export function cellTextOf(field: FieldPacket, arrives: Wire): CellText {
  return field.columnType === DECIMAL ? (cell) => withoutZeros(cell.toString('latin1')) : CELL_TEXTS[arrives];
}
