/** Values of Parquet's types as numbers and texts: the same that a CSV file of the table would give. */

import type { SchemaElement } from 'hyparquet';

/** How the stored values of a column are to be understood. */
export type ColumnForm =
  | { readonly kind: 'plain' }
  /** Whole numbers over 10^scale. */
  | { readonly kind: 'decimal'; readonly scale: number }
  /** Milliseconds since the epoch, UTC; `day`: midnights alone. */
  | { readonly kind: 'time'; readonly day: boolean };

/** The form of a flat column by its element of the schema; `undefined` for types that hold no single value. */
export function formOf(element: SchemaElement): ColumnForm | undefined {
  const { type, converted_type: converted, logical_type: logical, scale = 0 } = element;
  if ((element.num_children ?? 0) > 0 || element.repetition_type === 'REPEATED') return undefined;
  switch (logical?.type) {
    case 'DECIMAL':
      return { kind: 'decimal', scale: logical.scale };
    case 'TIMESTAMP':
      return { kind: 'time', day: false };
    case 'DATE':
      return { kind: 'time', day: true };
    case 'INTERVAL':
    case 'BSON':
    case 'VARIANT':
      return undefined;
    default:
      break;
  }
  if (converted === 'DECIMAL') return { kind: 'decimal', scale };
  if (converted === 'DATE') return { kind: 'time', day: true };
  if (converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS') return { kind: 'time', day: false };
  if (converted === 'INTERVAL' || converted === 'BSON') return undefined;
  return type === 'INT96' ? { kind: 'time', day: false } : { kind: 'plain' };
}

/** Big-endian two's complement, as decimals in bytes are stored. */
function wholeOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
}

function unscaled(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  return value instanceof Uint8Array ? wholeOf(value) : undefined;
}

function decimalText(whole: bigint, scale: number): string {
  if (scale <= 0) return String(whole * 10n ** BigInt(-scale));
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0');
  return `${whole < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function timeText(millis: number, day: boolean): string {
  const time = new Date(millis);
  if (Number.isNaN(time.getTime())) return String(millis);
  return day ? time.toISOString().slice(0, 10) : time.toISOString();
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a value that is there. Throws `TypeError` for bytes that are no UTF-8. */
export function textOf(value: unknown, form: ColumnForm): string {
  if (form.kind === 'decimal') {
    const whole = unscaled(value);
    if (whole !== undefined) return decimalText(whole, form.scale);
  }
  if (form.kind === 'time' && typeof value === 'number') return timeText(value, form.day);
  if (value instanceof Uint8Array) return decoder.decode(value);
  return String(value);
}

/** A value that is a number by its type; `undefined` where it has to be read from its text. Beyond 2^53 the nearest double. */
export function numberOf(value: unknown, form: ColumnForm): number | undefined {
  if (form.kind === 'time') return undefined;
  if (form.kind === 'decimal') {
    const whole = unscaled(value);
    return whole === undefined ? undefined : Number(decimalText(whole, form.scale));
  }
  switch (typeof value) {
    case 'number':
      return value;
    case 'bigint':
    case 'boolean':
      return Number(value);
    default:
      return undefined;
  }
}
