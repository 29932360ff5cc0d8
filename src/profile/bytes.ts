/**
 * Values as bytes and back, little-endian: what stored profiles are written with. Doubles are exact; whole numbers take seven
 * bits a byte, for most counts are small.
 */

const CUT_SHORT = 'stored profile is cut short';
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true });
const LOW_BYTE_FIRST = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Reads whole numbers that stand one behind the other, as a `ByteWriter` wrote them. Bytes that end too early are zeros. */
export class WholeReader {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  next(): number {
    const first = this.#bytes[this.#at++] as number;
    if (first < 128) return first;
    let value = first - 128;
    for (let factor = 128; ; factor *= 128) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }
}

/** Writes one value after the other. */
export class ByteWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  #room(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const wider = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + size));
    wider.set(this.#bytes);
    this.#bytes = wider;
    this.#view = new DataView(wider.buffer);
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  double(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** Whole number of up to 53 bits, seven bits a byte, the lowest first. */
  whole(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  text(value: string): void {
    const bytes = ENCODER.encode(value);
    this.whole(bytes.length);
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Zeros up to the next multiple of eight bytes: from there doubles can be read where they stand. */
  align(): void {
    while (this.#length % 8 !== 0) this.byte(0);
  }

  /** As they are. */
  bytes(values: Uint8Array): void {
    this.#room(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** One behind the other, from the next multiple of eight bytes on. */
  doubles(values: Float64Array): void {
    this.align();
    for (const value of values) this.double(value);
  }

  /** Finite ones, one behind the other from here on. */
  packedDoubles(values: Float64Array): void {
    if (LOW_BYTE_FIRST) this.bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    else for (const value of values) this.double(value);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Reads what a `ByteWriter` wrote. Throws `RangeError` where the bytes end too early or hold what cannot be. */
export class ByteReader {
  #at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new RangeError(CUT_SHORT);
    this.#at++;
    return value;
  }

  double(): number {
    if (this.#at + 8 > this.#bytes.length) throw new RangeError(CUT_SHORT);
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  whole(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      if (factor > 2 ** 49) throw new RangeError('stored profile holds a count that is too large');
    }
  }

  /** A count of things that take at least `size` bytes each, so that damaged bytes cannot ask for endless memory. */
  countOf(size: number): number {
    const count = this.whole();
    if (count * size > this.#bytes.length - this.#at) throw new RangeError(CUT_SHORT);
    return count;
  }

  text(): string {
    const length = this.countOf(1);
    const text = DECODER.decode(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return text;
  }

  /** What `read` finds from here on; it is found again by who reads next. */
  ahead<T>(read: () => T): T {
    const from = this.#at;
    const found = read();
    this.#at = from;
    return found;
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }

  /** Past the zeros that `align` wrote. */
  align(): void {
    this.#at = 8 * Math.ceil(this.#at / 8);
  }

  /** So many bytes. They are not copied, and must not change afterwards. */
  bytes(count: number): Uint8Array {
    const from = this.#at;
    if (from + count > this.#bytes.length) throw new RangeError(CUT_SHORT);
    this.#at += count;
    return this.#bytes.subarray(from, from + count);
  }

  /**
   * So many doubles, from the next multiple of eight bytes on. Where they are aligned in memory and the machine has the
   * order of bytes of the profile, they are not copied: the bytes must not change afterwards.
   */
  doubles(count: number): Float64Array {
    this.align();
    const start = this.#bytes.byteOffset + this.#at;
    if (!LOW_BYTE_FIRST || start % 8 !== 0) return this.packedDoubles(count);
    const { buffer } = this.bytes(8 * count);
    return new Float64Array(buffer, start, count);
  }

  /** So many doubles from here on, wherever that is, in memory of their own. */
  packedDoubles(count: number): Float64Array {
    const from = this.#at;
    const packed = this.bytes(8 * count);
    const values = new Float64Array(count);
    if (LOW_BYTE_FIRST) new Uint8Array(values.buffer).set(packed);
    else for (let i = 0; i < count; i++) values[i] = this.#view.getFloat64(from + 8 * i, true);
    return values;
  }

  atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}
