/** Sets the features of a row from the bytes of its JSON cell. */
import { CategoryCells } from './category-cells.js';
import { NumericBuilder } from './column-builder.js';
import { decimalOf } from './decimal-bytes.js';
import { setFeatures, type ColumnBuilder, type JsonColumnPlan } from './frame-builder.js';
import { featuresOf, isLongInteger } from './json-features.js';
import { FALSE, JsonScanner, NUMBER, TEXT, TRUE } from './json-scanner.js';

/** A number as a category is written as JavaScript writes it; a long integer keeps its digits. */
function numberText(cell: Buffer): string {
  const token = cell.toString('latin1');
  return isLongInteger(token) ? token : String(Number(token));
}

interface Feature {
  readonly builder: ColumnBuilder;
  /** Of a category: levels that were texts, and levels that were numbers. */
  readonly texts: CategoryCells | null;
  readonly numbers: CategoryCells | null;
}

function featureOf(builder: ColumnBuilder): Feature {
  if (builder instanceof NumericBuilder) return { builder, texts: null, numbers: null };
  return {
    builder,
    texts: new CategoryCells(builder, (cell) => cell.toString('utf8')),
    numbers: new CategoryCells(builder, numberText),
  };
}

export class JsonCells {
  private readonly features: readonly Feature[];
  private readonly builders: readonly ColumnBuilder[];
  private readonly categorical: readonly string[];
  private readonly scanner: JsonScanner;

  constructor(column: JsonColumnPlan, builders: readonly ColumnBuilder[]) {
    this.builders = builders;
    this.categorical = column.categorical;
    this.features = builders.map(featureOf);
    this.scanner = new JsonScanner(builders.map(({ name }) => name));
  }

  /** False where the cell is no object, and the row cannot be used. */
  set(row: number, bytes: Buffer, start: number, end: number): boolean {
    if (this.scanner.scan(bytes, start, end)) {
      for (let i = 0; i < this.features.length; i += 1) this.setFeature(this.features[i] as Feature, i, row, bytes);
      return true;
    }
    const features = featuresOf(bytes.toString('utf8', start, end), this.categorical);
    if (features === undefined) return false;
    setFeatures(this.builders, row, features);
    return true;
  }

  /** The cell is null: so is every feature. */
  setNone(row: number): true {
    setFeatures(this.builders, row, null);
    return true;
  }

  private setFeature({ builder, texts, numbers }: Feature, index: number, row: number, bytes: Buffer): void {
    const { kinds, starts, ends } = this.scanner;
    const start = starts[index] as number;
    const end = ends[index] as number;
    switch (kinds[index]) {
      case NUMBER:
        if (numbers !== null) numbers.set(row, bytes, start, end);
        else if (builder instanceof NumericBuilder) {
          builder.values[row] = decimalOf(bytes, start, end) ?? Number(bytes.toString('latin1', start, end));
        }
        return;
      case TEXT:
        if (texts === null) builder.setCell(row, bytes.toString('utf8', start, end));
        else texts.set(row, bytes, start, end);
        return;
      case TRUE:
      case FALSE:
        builder.setCell(row, kinds[index] === TRUE);
        return;
      default:
        builder.setCell(row, null);
    }
  }
}
