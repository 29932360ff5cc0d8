/** Cells that arrive in another form than the one they are measured in: bit fields, and decimals that must stay exact. */
import type { FieldPacket } from 'mysql2';
import type { CellConverter, ColumnPlan } from './frame-builder.js';

/** Numbers of column types in the MySQL protocol. */
const BIT = 16;
const DECIMAL = 246;

/** `BIT(n)` arrives as bytes, the highest first. Beyond 2^53 the number stays a text with all its digits. */
function bitsAsNumber(cell: unknown): unknown {
  if (!(cell instanceof Uint8Array)) return cell;
  let bits = 0n;
  for (const byte of cell) bits = bits * 256n + BigInt(byte);
  return bits <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bits) : String(bits);
}

/** As a category, a decimal of scale 2 and an integer are the same value: `1.00` is `1`. */
function decimalAsCategory(cell: unknown): unknown {
  if (typeof cell !== 'string' || !cell.includes('.')) return cell;
  return cell.replace(/\.?0+$/, '');
}

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
