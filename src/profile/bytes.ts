/**
 * Values as bytes and back, little-endian: what stored profiles are written with. Doubles are exact; whole numbers take seven
 * bits a byte, for most counts are small.
 */

/** Writes one value after the other. */
export class ByteWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #encoder = new TextEncoder();

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
    const bytes = this.#encoder.encode(value);
    this.whole(bytes.length);
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
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
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new RangeError('stored profile is cut short');
    this.#at++;
    return value;
  }

  double(): number {
    if (this.#at + 8 > this.#bytes.length) throw new RangeError('stored profile is cut short');
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
    if (count * size > this.#bytes.length - this.#at) throw new RangeError('stored profile is cut short');
    return count;
  }

  text(): string {
    const length = this.countOf(1);
    const text = this.#decoder.decode(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return text;
  }

  atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}
