/**
 * Decodes rows of the binary protocol from their bytes straight into columns: no object, array or string for a row. The
 * driver still splits the stream into packets, so transport, compression, packets over 16 MB and errors are its own.
 * Format of a row: a zero byte, a bitmap of the nulls that begins with two unused bits, then the cells that are not null.
 */
import type { FieldPacket } from 'mysql2';
import { CategoryCells } from './category-cells.js';
import { CategoryBuilder, NumericBuilder } from './column-builder.js';
import { decimalOf } from './decimal-bytes.js';
import { type ColumnPlan, type FrameColumns } from './frame-builder.js';
import { JsonCells } from './json-cells.js';
import type { RowPacket } from './row-stream.js';
import type { SeenIds } from './seen-ids.js';
import { cellTextOf, instantOf, wire, wireOf, type Wire } from './wire-types.js';

interface Cells {
  readonly wire: Wire;
  readonly numeric: NumericBuilder | null;
  readonly category: CategoryCells | null;
}

/** Bytes of a cell whose length is fixed by its type; 0 where a length comes first. */
const WIDTHS: Readonly<Record<Wire, number>> = {
  [wire.int8]: 1,
  [wire.uint8]: 1,
  [wire.int16]: 2,
  [wire.uint16]: 2,
  [wire.int32]: 4,
  [wire.uint32]: 4,
  [wire.int64]: 8,
  [wire.uint64]: 8,
  [wire.float]: 4,
  [wire.double]: 8,
  [wire.date]: 0,
  [wire.text]: 0,
};

const TWO_BYTES = 252;
const THREE_BYTES = 253;

export class RowDecoder {
  private readonly columns: FrameColumns;
  private readonly cells: readonly Cells[];
  private readonly wires: Uint8Array;
  private readonly widths: Uint8Array;
  private readonly nullBytes: number;
  private readonly ids: SeenIds;
  private readonly idIndex: number;
  private readonly json: JsonCells | null;
  private readonly jsonIndex: number;
  private bytes: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the cell that was measured last begins and ends, without the length before it. */
  private begin = 0;
  private end = 0;

  /** Null where a type must be left to the driver. */
  static for(fields: readonly FieldPacket[], plan: readonly ColumnPlan[], columns: FrameColumns): RowDecoder | null {
    if (fields.length !== plan.length) return null;
    const wires = fields.map(wireOf);
    const known = wires.every((one) => one !== null);
    const jsonIndex = plan.findIndex(({ kind }) => kind === 'json');
    if (!known || (jsonIndex >= 0 && wires[jsonIndex] !== wire.text)) return null;
    return new RowDecoder(fields, wires, plan, columns);
  }

  private constructor(
    fields: readonly FieldPacket[],
    wires: readonly Wire[],
    plan: readonly ColumnPlan[],
    columns: FrameColumns,
  ) {
    this.columns = columns;
    this.wires = Uint8Array.from(wires);
    this.widths = Uint8Array.from(wires, (one) => WIDTHS[one]);
    this.nullBytes = (plan.length + 9) >> 3;
    this.idIndex = plan.findIndex(({ kind }) => kind === 'id');
    this.ids = columns.ids.bytes((this.widths[this.idIndex] ?? 0) > 0);
    this.jsonIndex = plan.findIndex(({ kind }) => kind === 'json');
    this.json = columns.json === null ? null : new JsonCells(columns.json, columns.features);
    this.cells = wires.map((arrives, i) => {
      const builder = columns.byPlace[i] ?? null;
      const field = fields[i];
      return {
        wire: arrives,
        numeric: builder instanceof NumericBuilder ? builder : null,
        category:
          builder instanceof CategoryBuilder && field !== undefined
            ? new CategoryCells(builder, cellTextOf(field, arrives))
            : null,
      };
    });
  }

  add({ buffer, offset }: RowPacket): void {
    if (buffer !== this.bytes) {
      this.bytes = buffer;
      this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    }
    const { columns } = this;
    const nulls = offset + 1;
    columns.read += 1;
    if (!this.find(nulls, this.idIndex)) {
      columns.poison += 1;
      return;
    }
    if (!this.ids.add(buffer, this.begin, this.end)) {
      columns.duplicateIds += 1;
      return;
    }
    columns.reserve();
    if (this.json !== null) {
      // Before any other cell is set: a row set aside leaves no level and no count behind.
      const present = this.find(nulls, this.jsonIndex);
      if (!(present ? this.json.set(columns.rows, buffer, this.begin, this.end) : this.json.setNone(columns.rows))) {
        columns.poison += 1;
        return;
      }
    }
    this.setCells(nulls, columns.rows);
    columns.rows += 1;
  }

  /** Looks for one cell of the row; false where it is null. */
  private find(nulls: number, index: number): boolean {
    let at = nulls + this.nullBytes;
    for (let i = 0; i < index; i += 1) {
      if (!this.isNull(nulls, i)) at = this.measure(at, i);
    }
    if (this.isNull(nulls, index)) return false;
    this.measure(at, index);
    return true;
  }

  private isNull(nulls: number, index: number): boolean {
    return (((this.bytes[nulls + ((index + 2) >> 3)] as number) >> ((index + 2) & 7)) & 1) === 1;
  }

  /** Sets where the cell at `at` begins and ends; returns where the next one is. */
  private measure(at: number, index: number): number {
    const width = this.widths[index] as number;
    if (width > 0) {
      this.begin = at;
      this.end = at + width;
      return this.end;
    }
    const first = this.bytes[at] as number;
    if (first < TWO_BYTES || this.wires[index] === wire.date) {
      this.begin = at + 1;
      this.end = this.begin + first;
    } else if (first === TWO_BYTES) {
      this.begin = at + 3;
      this.end = this.begin + this.view.getUint16(at + 1, true);
    } else if (first === THREE_BYTES) {
      this.begin = at + 4;
      this.end = this.begin + (this.view.getUint32(at, true) >>> 8);
    } else {
      this.begin = at + 9;
      this.end = this.begin + Number(this.view.getBigUint64(at + 1, true));
    }
    return this.end;
  }

  private setCells(nulls: number, row: number): void {
    const { cells, bytes } = this;
    let at = nulls + this.nullBytes;
    for (let i = 0; i < cells.length; i += 1) {
      const { numeric, category } = cells[i] as Cells;
      if (this.isNull(nulls, i)) {
        if (numeric !== null) numeric.values[row] = NaN;
        else if (category !== null) category.builder.codes[row] = -1;
        continue;
      }
      const next = this.measure(at, i);
      if (numeric !== null) this.setNumber(numeric, row, i);
      else category?.set(row, bytes, this.begin, this.end);
      at = next;
    }
  }

  private setNumber(numeric: NumericBuilder, row: number, index: number): void {
    const { view, begin } = this;
    switch (this.wires[index] as Wire) {
      case wire.double:
        numeric.values[row] = view.getFloat64(begin, true);
        return;
      case wire.float:
        numeric.values[row] = view.getFloat32(begin, true);
        return;
      case wire.int64:
        // Rounded once, where the low half is added.
        numeric.values[row] = view.getInt32(begin + 4, true) * 2 ** 32 + view.getUint32(begin, true);
        return;
      case wire.uint64:
        numeric.values[row] = view.getUint32(begin + 4, true) * 2 ** 32 + view.getUint32(begin, true);
        return;
      case wire.int32:
        numeric.values[row] = view.getInt32(begin, true);
        return;
      case wire.uint32:
        numeric.values[row] = view.getUint32(begin, true);
        return;
      case wire.int16:
        numeric.values[row] = view.getInt16(begin, true);
        return;
      case wire.uint16:
        numeric.values[row] = view.getUint16(begin, true);
        return;
      case wire.int8:
        numeric.values[row] = view.getInt8(begin);
        return;
      case wire.uint8:
        numeric.values[row] = view.getUint8(begin);
        return;
      case wire.date:
        numeric.values[row] = instantOf(view, begin, this.end - begin);
        return;
      case wire.text: {
        const value = decimalOf(this.bytes, begin, this.end);
        if (value === undefined) numeric.setText(row, this.bytes.toString('utf8', begin, this.end));
        else numeric.values[row] = value;
      }
    }
  }
}
